"""Who came to a meeting: the secretary's ticks, each person's own check-in, the quorum."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from people.models import User
from workflow.meetings import moves as state
from workflow.models import Attendance, Meeting
from workflow.states import MeetingState

CODE_DIGITS = 6
TRIES, PAUSE = 10, 300  # wrong codes of one person, then a pause of so many seconds


@dataclass(frozen=True)
class Quorum:
    """องค์ประชุม: half of the invited, rounded up."""

    invited: int
    present: int

    @property
    def needed(self) -> int:
        """How many must be there."""
        return (self.invited + 1) // 2

    @property
    def met(self) -> bool:
        """Whether enough are there; without anybody invited nobody is missing, nor enough."""
        return self.invited > 0 and self.present >= self.needed

    @property
    def lacking(self) -> int:
        """How many are missing."""
        return max(0, self.needed - self.present)


def quorum(meeting: Meeting) -> Quorum:
    """Invited and present as they stand now."""
    counts = meeting.attendance.aggregate(
        invited=Count("pk"), present=Count("pk", filter=Q(present=True))
    )
    return Quorum(**counts)


# -- the secretary's list ---------------------------------------------------------
@transaction.atomic
def mark_attendance(meeting: Meeting, *, users: Iterable[int], present: bool, by: User) -> int:
    """Tick invited people as present or absent; saved at once. Returns how many were ticked.

    Not in the history one by one: holding the meeting records who came. A reason of absence
    stays for whoever is ticked as absent again; of who is present no paper prints it.
    """
    state.require_keeper(meeting, by)
    state.require_planned(meeting)
    return meeting.attendance.filter(user__in=list(users)).update(present=present)


@transaction.atomic
def excuse(meeting: Meeting, *, user: int, why: str, by: User) -> int:
    """Note why an invited person does not come: that also ticks the person as absent.

    An empty reason takes the reason away and leaves the tick. Nobody present is excused.
    """
    state.require_keeper(meeting, by)
    state.require_planned(meeting)
    why = " ".join(why.split())
    fields = {"excuse": why} | ({"present": False} if why else {})
    row = meeting.attendance.filter(user=user)
    if row.filter(present=True).exists() and why:
        raise RuleBroken(_("This person is ticked as present: a reason of absence is not needed."))
    return row.update(**fields)


# -- checking in with the code of the room ----------------------------------------
@transaction.atomic
def open_check_in(meeting: Meeting, *, by: User) -> Meeting:
    """Give the room a code, on the meeting's day; open already, it keeps the code it has."""
    state.require_keeper(meeting, by)
    _require_the_day(meeting)
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    Meeting.objects.filter(pk=meeting.pk, state=MeetingState.PLANNED, check_in_code="").update(
        check_in_code=code
    )
    meeting.refresh_from_db(fields=["state", "check_in_code"])
    if meeting.state != MeetingState.PLANNED:
        raise state.wrong_state(meeting)
    return meeting


@transaction.atomic
def close_check_in(meeting: Meeting, *, by: User) -> Meeting:
    """Take the code away; who checked in stays present."""
    state.require_keeper(meeting, by)
    Meeting.objects.filter(pk=meeting.pk).update(check_in_code="")
    meeting.check_in_code = ""
    return meeting


def require_invited(meeting: Meeting, by: User) -> Attendance:
    """The person's row on the list; refuse who is not on it."""
    row = meeting.attendance.filter(user=by, user__is_active=True).first()
    if row is None:
        raise NotAllowed(_("You are not on the list of this meeting. Please tell its secretary."))
    return row


def check_in(meeting: Meeting, *, code: str, by: User) -> Attendance:
    """An invited person types the code of the room and is present. A second time changes nothing.

    Who mistypes ten times waits five minutes; others are not held up by it.
    """
    row = require_invited(meeting, by)
    if row.checked_in_at is not None:
        return row
    _require_open(meeting)
    _require_patience(row)
    typed = "".join(thai.to_arabic_digits(code).split())
    # Not in the transaction below: what is counted must outlive the refusal.
    if not secrets.compare_digest(typed.encode(), meeting.check_in_code.encode()):
        _count_miss(row)
        raise RuleBroken(_("This is not the code shown in the room. Please look again."), "code")
    return _enter(meeting, row, meeting.check_in_code)


@transaction.atomic
def _enter(meeting: Meeting, row: Attendance, code: str) -> Attendance:
    """Present, if the meeting is still open under this code."""
    state.require_planned(meeting)
    if not Meeting.objects.filter(pk=meeting.pk, check_in_code=code).exists():
        raise _not_open()
    meeting.attendance.filter(pk=row.pk, checked_in_at__isnull=True).update(
        present=True, checked_in_at=clock.now()
    )
    row.refresh_from_db()
    return row


def _require_open(meeting: Meeting) -> None:
    meeting.refresh_from_db(fields=["state", "check_in_code", "starts_at"])
    if meeting.state != MeetingState.PLANNED:
        raise state.wrong_state(meeting)
    if not meeting.check_in_code:
        raise _not_open()
    _require_the_day(meeting)


def _not_open() -> MoveRefused:
    return MoveRefused(_("Check-in is not open. The secretary opens it in the room."))


def _require_the_day(meeting: Meeting) -> None:
    if not meeting.takes_check_in(clock.now()):
        raise MoveRefused(
            _("Checking in begins one hour before the meeting and ends with its day (%(date)s).")
            % {"date": state.when(meeting)}
        )


def _tries_key(row: Attendance) -> str:
    return f"check-in:missed:{row.pk}"


def _require_patience(row: Attendance) -> None:
    if cache.get(_tries_key(row), 0) >= TRIES:
        raise RuleBroken(
            _("Too many wrong codes. Please wait five minutes, or ask the secretary to tick you."),
            "code",
        )


def _count_miss(row: Attendance) -> None:
    cache.set(_tries_key(row), cache.get(_tries_key(row), 0) + 1, PAUSE)
