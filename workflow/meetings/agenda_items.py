"""The agenda of one meeting as rows: reading it, writing it from text, what was said kept."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.refusals import RuleBroken
from workflow.meetings.agenda import AgendaHeading, confirming, read, text_of
from workflow.models import AgendaItem, Meeting, ResolutionTask

CONFIRMS = "รับรองรายงาน"
Agenda = list[tuple[AgendaItem, list[AgendaItem]]]


def agenda_of(meeting: Meeting) -> Agenda:
    """Each ระเบียบวาระ with its points, in order; one query."""
    found: dict[int, tuple[AgendaItem, list[AgendaItem]]] = {}
    rows = list(meeting.agenda.all())
    for row in rows:
        if row.under_id is None:
            found[row.pk] = (row, [])
    for row in rows:
        if row.under_id is not None:
            found[row.under_id][1].append(row)
    return list(found.values())


def agenda_text(meeting: Meeting) -> str:
    """The agenda as its form shows it; ``write_agenda`` reads the same."""
    return text_of(
        AgendaHeading(item.title, [point.title for point in points])
        for item, points in agenda_of(meeting)
    )


def minuted(meeting: Meeting) -> QuerySet[AgendaItem]:
    """Rows on which something was said, resolved or given to somebody to do."""
    tasks = ResolutionTask.objects.kept().filter(agenda_item=OuterRef("pk"))
    return meeting.agenda.filter(~Q(text="") | ~Q(resolution="") | Exists(tasks))


def write_confirmed(meeting: Meeting, earlier: Meeting) -> bool:
    """Write that ``earlier``'s minutes were confirmed under the point that asks for it.

    The point about those very minutes is taken, else the ระเบียบวาระ for all of them. What
    somebody resolved there in other words stays. Says whether anything was written.
    """
    resolved, rows = confirming(earlier), list(meeting.agenda.all())
    own = [row for row in rows if row.title.startswith(resolved)]
    asking = [row for row in rows if row.under_id is None and CONFIRMS in row.title]
    row = next(iter(own or asking), None)
    if row is None or (own and row.resolution) or resolved in row.resolution:
        return False
    row.resolution = f"{row.resolution}\n{resolved}".strip()
    row.save(update_fields=["resolution"])
    return True


def write_agenda(meeting: Meeting, lines: Iterable[str]) -> None:
    """Set the agenda; what was said on a point that keeps its title stays with it.

    To be called in a transaction: a refusal comes after rows were written.
    """
    rows = _AgendaWriter(meeting)
    for heading in read(lines):
        top = rows.put(heading.title, None)
        for point in heading.points:
            rows.put(point, top)
    rows.drop_rest()


class _AgendaWriter:
    """Rows of an agenda being written anew: one that has the title is taken, else made."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.order = meeting, 0
        self.said = set(minuted(meeting).values_list("pk", flat=True))
        # Among namesakes the one with minutes is taken first.
        self.left = sorted(meeting.agenda.all(), key=lambda row: row.pk not in self.said)

    def put(self, title: str, under: AgendaItem | None) -> AgendaItem:
        """Let the next line be ``title``."""
        self.order += 1
        row = self._take(title, under) or AgendaItem(meeting=self.meeting, title=title)
        row.order, row.under = self.order, under
        row.save()
        return row

    def _take(self, title: str, under: AgendaItem | None) -> AgendaItem | None:
        same = [row for row in self.left if row.title == title]
        at_home = [row for row in same if row.under_id == (under.pk if under else None)]
        row = next(iter(at_home or same), None)
        if row is not None:
            self.left.remove(row)
        return row

    def drop_rest(self) -> None:
        """Delete what no line took; refused where minutes were written."""
        if lost := [row.title for row in self.left if row.pk in self.said]:
            raise RuleBroken(
                _("Minutes were written on “%(title)s”: it stays on the agenda.")
                % {"title": lost[0]}
            )
        left = [row.pk for row in self.left]
        ResolutionTask.objects.filter(agenda_item__in=left).delete()  # those taken out, see above
        AgendaItem.objects.filter(pk__in=left).delete()
