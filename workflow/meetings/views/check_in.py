"""Checking in: the code of the room on the wall, and the page on which people type it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.refusals import RuleBroken
from core.views import require
from workflow import rules
from workflow.loading import load_meeting
from workflow.meetings import attendance, queries
from workflow.meetings.forms.minutes import CheckInForm, RoomPollForm
from workflow.meetings.views.meetings import frame
from workflow.states import MeetingState

# Seconds until the room asks again, by how often nothing was new.
PAUSES = (3, 3, 3, 5, 5, 8, 12, 20, 30)


def _load_kept(request, office, year, pk):
    row = load_meeting(request, office, year, pk)
    require(rules.may_keep_minutes(request.user, row, clock.today()))
    return row


def _address(row):
    return row.cycle.assessment.office.code, row.cycle.assessment.fiscal_year, row.pk


def _count(row, idle=0):
    return {
        "meeting": row,
        "quorum": attendance.quorum(row),
        "idle": idle,
        "pause": PAUSES[min(idle, len(PAUSES) - 1)],
    }


@require_safe
def meeting_room(request, office, year, pk):
    """For the projector: the code, the address to type and how many are there."""
    row = _load_kept(request, office, year, pk)
    address = request.build_absolute_uri(reverse("workflow:meeting_check_in", args=_address(row)))
    context = frame(
        row.cycle,
        **_count(row),
        address=address,
        ready=row.state == MeetingState.PLANNED and row.takes_check_in(clock.now()),
    )
    return render(request, "workflow/meetings/meeting_room.html", context)


@require_safe
def meeting_room_count(request, office, year, pk):
    """The counts of the room, asked for again and again: ever less often while nothing is new."""
    row = _load_kept(request, office, year, pk)
    form = RoomPollForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    present = attendance.quorum(row).present
    idle = (asked.get("idle") or 0) + 1 if asked.get("seen") == present else 0
    context = {"assessment": row.cycle.assessment, "cycle": row.cycle, **_count(row, idle)}
    return render(request, "workflow/meetings/meeting_room.html#count", context)


@require_POST
def meeting_room_open(request, office, year, pk):
    """Give the room a code."""
    row = _load_kept(request, office, year, pk)
    attendance.open_check_in(row, by=request.user)
    return redirect("workflow:meeting_room", *_address(row))


@require_POST
def meeting_room_close(request, office, year, pk):
    """Take the code away."""
    row = _load_kept(request, office, year, pk)
    attendance.close_check_in(row, by=request.user)
    messages.success(request, _("Check-in is closed. Who checked in stays present."))
    return redirect("workflow:meeting_room", *_address(row))


def meeting_check_in(request, office, year, pk):
    """An invited person types the code of the room."""
    row = load_meeting(request, office, year, pk)
    if request.method == "POST":
        attendance.require_invited(row, request.user)
    form = CheckInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            attendance.check_in(row, code=form.cleaned_data["code"], by=request.user)
        except RuleBroken as refusal:
            form.add_error("code", refusal.message)
            status = refusal.status
        else:
            messages.success(request, _("You are checked in."))
            return redirect("workflow:meeting_check_in", *_address(row))
    context = frame(
        row.cycle,
        meeting=row,
        form=form,
        mine=queries.attendance_of(row, request.user),
        open=row.state == MeetingState.PLANNED
        and bool(row.check_in_code)
        and row.takes_check_in(clock.now()),
    )
    return render(request, "workflow/meetings/meeting_check_in.html", context, status=status)
