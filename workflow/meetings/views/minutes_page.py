"""The page on which minutes are written: its forms, and its autosave."""

from dataclasses import dataclass

from django.http import JsonResponse
from django.utils.translation import gettext as _

from core import clock
from core.refusals import Refused, StaleEdit
from core.views import server_time
from indicators.assignments.queries import Directory
from workflow.meetings import minutes, queries
from workflow.meetings.agenda_items import agenda_of
from workflow.meetings.forms.minutes import HeadForm, MinutesForm, TaskForm
from workflow.models import Meeting


@dataclass
class MinutesPage:
    """Both forms of the minutes and, per agenda item, its boxes and tasks."""

    row: Meeting
    agenda: list
    directory: Directory
    form: MinutesForm
    head: HeadForm

    @classmethod
    def of(cls, request, row):
        """The page as it is asked for or sent."""
        agenda = agenda_of(row)
        directory = Directory.of(request.user, clock.today())
        data = request.POST or None
        items = [item for top, points in agenda for item in (top, *points)]
        initial = {"minutes": row.minutes, "seen": row.version}
        stored = queries.head_values(row, directory.names, by=request.user)
        head = HeadForm(data, directory=directory, initial=stored)
        form = MinutesForm(data, agenda=items, initial=initial)
        return cls(row, agenda, directory, form, head)

    def is_valid(self):
        """Whether everything that was sent can be saved."""
        return self.form.is_valid() and self.head.is_valid()

    def save(self, *, by):
        """Save what could be read; what could not keeps what is stored."""
        self.head.is_valid()
        return minutes.save_minutes(
            self.row,
            minutes=self.form.cleaned_data["minutes"].replace("\r\n", "\n"),
            said=self.form.said(),
            head=self.head.head(self.row),
            version=self.form.cleaned_data["seen"],
            by=by,
        )

    def again(self):
        """What was typed, on top of the version that stands there now.

        Where this person wrote nothing, the other's text is taken over rather than emptied.
        """
        self.row.refresh_from_db()
        self.form.stand_on(self.row.version)
        data = self.form.data
        for name, text in queries.minutes_texts(self.row, self.directory.names).items():
            if not data.get(name, "").strip():
                data[name] = text
        items = list(self.row.agenda.all())
        self.form = MinutesForm(data, agenda=items)
        self.head = HeadForm(data, directory=self.directory)

    def context(self):
        """What the template shows; the tasks in one query."""
        tasks = queries.tasks_by_item(self.row, now=clock.now())
        return {
            "form": self.form,
            "head": self.head,
            "people": self.directory.labels(),
            "rows": [
                self._row(item, tasks, number, point)
                for number, (top, points) in enumerate(self.agenda, start=1)
                for point, item in enumerate((top, *points))
            ],
        }

    def _row(self, item, tasks, number, point):
        text, resolution = self.form.boxes(item)
        return {
            "item": item,
            "number": f"{number}.{point}" if point else str(number),
            "is_point": bool(point),
            "text": text,
            "resolution": resolution,
            "tasks": tasks.get(item.pk, []),
            "form": TaskForm(meeting=self.row, directory=self.directory, item=item),
        }


def autosave(request, row):
    """Answer the page's own script: the server's time and version, or both texts."""
    page = MinutesPage.of(request, row)
    if not page.form.is_valid():
        return JsonResponse({"message": _errors(page.form)}, status=400)
    try:
        saved = page.save(by=request.user)
    except StaleEdit as stale:
        row.refresh_from_db()
        theirs = queries.minutes_texts(row, page.directory.names)
        answer = {"message": stale.message, "theirs": theirs, "version": row.version}
        return JsonResponse(answer, status=stale.status)
    except Refused as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    said = _("Saved at %(time)s.") % {"time": server_time()}
    return JsonResponse({"version": saved.version, "said": said, "problems": _errors(page.head)})


def _errors(form):
    return " ".join(
        f"{form.fields[name].label}: {' '.join(found)}" if name in form.fields else " ".join(found)
        for name, found in form.errors.items()
    )
