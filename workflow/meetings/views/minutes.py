"""Attendance and minutes of a meeting."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.forms import OptionalReasonForm, ReasonForm, SearchForm
from core.refusals import StaleEdit
from core.views import Asking, ask, posted, require, require_valid, was_asked
from workflow import rules
from workflow.loading import load_meeting
from workflow.meetings import attendance, calling, minutes, queries
from workflow.meetings.forms.minutes import AttendanceForm, EarlierForm, ExcuseForm
from workflow.meetings.views.meetings import frame
from workflow.meetings.views.minutes_page import MinutesPage, autosave
from workflow.states import MeetingState


def _load_kept(request, office, year, pk):
    """A meeting whose minutes this person keeps."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_keep_minutes(request.user, row, clock.today()))
    return row


def meeting_attendance(request, office, year, pk):
    """Tick who came; each tick is saved at once."""
    row = _load_kept(request, office, year, pk)
    if request.method == "POST":
        return _tick(request, row)
    search = SearchForm(request.GET)
    context = frame(
        row.cycle,
        meeting=row,
        search=search,
        attendance=list(queries.attendance_found(row, search.words)),
        counts=queries.attendance_counts(row),
        quorum=attendance.quorum(row),
        newcomers=calling.uninvited(row),
        open=row.state == MeetingState.PLANNED,
    )
    return render(request, "workflow/meetings/meeting_attendance.html", context)


def _tick(request, row):
    form = AttendanceForm(request.POST)
    if form.is_valid() and form.cleaned_data["user"]:
        present = form.cleaned_data["present"]
        users = [form.cleaned_data["user"]]
        attendance.mark_attendance(row, users=users, present=present, by=request.user)
    if not request.htmx:
        return redirect("workflow:meeting_attendance", *_address(row))
    return _counted(request, row)


def _counted(request, row):
    context = {
        "counts": queries.attendance_counts(row),
        "quorum": attendance.quorum(row),
        "now": clock.now(),
    }
    return render(request, "workflow/meetings/meeting_attendance.html#counts", context)


@require_POST
def meeting_excuse(request, office, year, pk):
    """Note why an invited person does not come."""
    row = _load_kept(request, office, year, pk)
    asked = require_valid(ExcuseForm(request.POST))
    attendance.excuse(row, user=asked["user"], why=asked["excuse"], by=request.user)
    if request.htmx:
        return _counted(request, row)
    return redirect("workflow:meeting_attendance", *_address(row))


@require_POST
def meeting_attendance_all(request, office, year, pk):
    """Tick everybody the search found."""
    row = _load_kept(request, office, year, pk)
    search = SearchForm(request.POST)
    users = queries.people_found(row, search.words)
    count = attendance.mark_attendance(row, users=users, present=True, by=request.user)
    messages.success(request, _("%(n)s people are ticked as present.") % {"n": count})
    url = reverse("workflow:meeting_attendance", args=_address(row))
    query = urlencode({"q": search.cleaned_data["q"]}) if search.words else ""
    return redirect(f"{url}?{query}" if query else url)


@require_POST
def meeting_invite(request, office, year, pk):
    """Invite who joined since the meeting was called."""
    row = _load_kept(request, office, year, pk)
    count = calling.invite_new(row, by=request.user)
    messages.success(request, _("%(n)s people were added to the list.") % {"n": count})
    return redirect("workflow:meeting_attendance", *_address(row))


def meeting_minutes(request, office, year, pk):
    """Write the minutes; saved while one writes, refused when somebody else saved meanwhile."""
    row = _load_kept(request, office, year, pk)
    if request.method == "POST" and request.headers.get("X-Autosave") == "1":
        return autosave(request, row)
    page = MinutesPage.of(request, row)
    refusal = None
    if request.method == "POST" and page.is_valid():
        try:
            page.save(by=request.user)
        except StaleEdit as stale:
            refusal = stale
            page.again()
        else:
            messages.success(request, _("The minutes are saved."))
            return redirect("workflow:meeting", *_address(row))
    context = frame(
        row.cycle,
        meeting=row,
        refusal=refusal,
        open=row.state == MeetingState.PLANNED,
        quorum=attendance.quorum(row),
        to_confirm=minutes.confirmable_in(row),
        **page.context(),
    )
    status = refusal.status if refusal else 200
    return render(request, "workflow/meetings/meeting_minutes.html", context, status=status)


@require_http_methods(["GET", "POST"])
def meeting_confirm(request, office, year, pk):
    """Ask once, then note that this meeting confirmed the minutes of an earlier one."""
    row = _load_kept(request, office, year, pk)
    if request.method == "GET" and "earlier" not in request.GET:
        return redirect("workflow:meeting", *_address(row))
    number = EarlierForm.number(posted(request) or request.GET)
    earlier = get_object_or_404(queries.other_meetings(row), pk=number)
    if not was_asked(request):
        return ask(request, _confirming(row, earlier))
    minutes.confirm(earlier, in_meeting=row, by=request.user)
    messages.success(
        request, _("Noted: the minutes of “%(title)s” are confirmed.") % {"title": earlier.title}
    )
    return redirect("workflow:meeting_minutes", *_address(row))


def _confirming(row, earlier):
    follows = [_("Once confirmed, these minutes cannot be opened or corrected any more.")]
    if row.state == MeetingState.PLANNED:
        follows.append(
            _("The resolution is written into the minutes of “%(title)s”.") % {"title": row.title}
        )
    question = _("Confirm the minutes of “%(title)s”?")
    return Asking(
        question=question % {"title": earlier.title},
        follows=follows,
        button=_("Confirm these minutes"),
        back=reverse("workflow:meeting", args=_address(row)),
        sent={"earlier": earlier.pk},
    )


@require_POST
def meeting_hold(request, office, year, pk):
    """Close the minutes."""
    row = _load_kept(request, office, year, pk)
    why = require_valid(OptionalReasonForm(request.POST))["why"]
    minutes.hold(row, by=request.user, why=why)
    messages.success(request, _("The meeting is closed with its minutes."))
    return redirect("workflow:meeting", *_address(row))


@require_POST
def meeting_reopen(request, office, year, pk):
    """Open closed minutes again to correct them."""
    row = _load_kept(request, office, year, pk)
    why = require_valid(ReasonForm(request.POST))["why"]
    minutes.reopen(row, by=request.user, why=why)
    messages.success(request, _("The minutes are open again."))
    return redirect("workflow:meeting", *_address(row))


def _address(row):
    assessment = row.cycle.assessment
    return assessment.office.code, assessment.fiscal_year, row.pk
