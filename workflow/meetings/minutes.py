"""Minutes of a meeting: writing, closing them as held, opening them again, confirming them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, RuleBroken
from people.models import User
from workflow.meetings import moves as state
from workflow.meetings.agenda_items import write_confirmed
from workflow.meetings.attendance import Quorum, quorum
from workflow.models import AgendaItem, CommitteeMember, Meeting
from workflow.states import CommitteePart, MeetingKind, MeetingState, Seat

HEAD = ("began_at", "ended_at", "chair", "note_taker", "checker", "guests")


@dataclass(frozen=True)
class Said:
    """What was said and resolved on one agenda item."""

    text: str = ""
    resolution: str = ""


@dataclass(frozen=True)
class Head:
    """What stands around the minutes; ``changes`` holds only what is to be written."""

    changes: Mapping[str, datetime | User | str | None] = field(default_factory=dict)

    def differing(self, meeting: Meeting) -> dict[str, datetime | User | str | None]:
        """The part that is not so yet."""
        return {
            name: value
            for name, value in self.changes.items()
            if name in HEAD and getattr(meeting, name) != value
        }


def usual_people(meeting: Meeting, by: User) -> dict[str, User | None]:
    """Chair, note taker and checker where none was named: the committee's, and who writes."""
    seats = {}
    if meeting.kind == MeetingKind.COMMITTEE:
        rows = (
            CommitteeMember.objects.filter(
                committee__cycle=meeting.cycle_id,
                committee__until__isnull=True,
                part=CommitteePart.STEERING,
                seat__in=[Seat.CHAIR, Seat.SECRETARY],
                user__is_active=True,
            )
            .select_related("user")
            .order_by("-order")
        )
        seats = {row.seat: row.user for row in rows}
    chair = meeting.chair or seats.get(Seat.CHAIR)
    return {
        "chair": chair,
        "note_taker": meeting.note_taker or seats.get(Seat.SECRETARY) or by,
        "checker": meeting.checker or chair,
    }


@transaction.atomic
def save_minutes(
    meeting: Meeting,
    *,
    minutes: str,
    said: Mapping[int, Said],
    version: int,
    by: User,
    head: Head | None = None,
) -> Meeting:
    """Save the minutes if nobody saved since ``version``; ``said`` by agenda item.

    Saving what stands there already changes nothing, whatever the version.
    """
    state.require_keeper(meeting, by)
    items = {item.pk: item for item in meeting.agenda.all() if item.pk in said}
    changed = [
        item
        for pk, item in items.items()
        if (item.text, item.resolution) != (said[pk].text, said[pk].resolution)
    ]
    stored = Meeting.objects.select_related("chair", "note_taker", "checker").get(pk=meeting.pk)
    fields = (head or Head()).differing(stored)
    if not changed and not fields and stored.minutes == minutes:
        meeting.refresh_from_db()
        return meeting
    _require_order(stored, fields)
    state.save(meeting, version, minutes=minutes, **fields)
    for item in changed:
        item.text, item.resolution = said[item.pk].text, said[item.pk].resolution
    AgendaItem.objects.bulk_update(changed, ["text", "resolution"])
    return meeting


def _require_order(stored: Meeting, fields: Mapping[str, object]) -> None:
    began = fields.get("began_at", stored.began_at)
    ended = fields.get("ended_at", stored.ended_at)
    if isinstance(began, datetime) and isinstance(ended, datetime) and ended < began:
        raise RuleBroken(_("The meeting cannot end before it began."), "ended_at")


@transaction.atomic
def hold(meeting: Meeting, *, by: User, why: str = "") -> Meeting:
    """Close the minutes: the meeting took place. Who was not ticked was absent.

    Without a quorum that needs ``why``, which the history keeps. What was resolved becomes the
    work of those named; they are notified.
    """
    state.require_keeper(meeting, by)
    state.require_planned(meeting)
    meeting.refresh_from_db()
    if lacks := missing_of(meeting):
        raise RuleBroken(" ".join(lacks))
    reached = quorum(meeting)
    if not reached.met and not thai.trimmed(why):
        raise RuleBroken(without_quorum(reached))
    names = usual_people(meeting, by)
    state.move(
        meeting,
        MeetingState.PLANNED,
        MeetingState.HELD,
        held_at=clock.now(),
        check_in_code="",
        **names,
    )
    meeting.attendance.filter(present__isnull=True).update(present=False)
    present = list(meeting.attendance.filter(present=True).values_list("user", flat=True))
    state.log_event(
        meeting,
        "hold",
        by=by,
        before={"state": MeetingState.PLANNED},
        after={
            "state": MeetingState.HELD,
            "present": present,
            "quorum": reached.met,
            "version": meeting.version,
        },
        why="" if reached.met else why,
    )
    return meeting


def without_quorum(reached: Quorum) -> str:
    """The rule, and what may be done about it."""
    return _(
        "There is no quorum: %(present)s of %(invited)s invited people are present, "
        "%(needed)s (half, rounded up) are needed. Closing the minutes nevertheless needs a reason."
    ) % {"present": reached.present, "invited": reached.invited, "needed": reached.needed}


def missing_of(meeting: Meeting) -> list[str]:
    """What a planned meeting lacks before it can be closed as held."""
    lacks = []
    if clock.today() < thai.local_date(meeting.starts_at):
        lacks.append(_("The day of the meeting has not come."))
    if not meeting.attendance.filter(present=True).exists():
        lacks.append(_("Nobody is ticked as present."))
    if not thai.trimmed(meeting.minutes) and not meeting.agenda.exclude(text="").exists():
        lacks.append(_("There are no minutes."))
    return lacks


@transaction.atomic
def reopen(meeting: Meeting, *, by: User, why: str) -> Meeting:
    """Open closed minutes again, to correct them; confirmed ones stay as they are."""
    state.require_keeper(meeting, by)
    state.require_reason(why)
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if current.confirmed_in_id is not None:
        raise MoveRefused(_("These minutes are confirmed: they cannot be opened again."))
    state.move(meeting, MeetingState.HELD, MeetingState.PLANNED, held_at=None)
    state.log_event(
        meeting,
        "reopen",
        by=by,
        before={"state": MeetingState.HELD},
        after={"state": MeetingState.PLANNED},
        why=why,
    )
    return meeting


# -- confirming -------------------------------------------------------------------
def confirmable_in(meeting: Meeting) -> list[Meeting]:
    """Earlier meetings of the kind whose minutes wait to be confirmed in this one."""
    if not _may_confirm(meeting):
        return []
    return list(
        Meeting.objects.filter(
            cycle=meeting.cycle_id,
            kind=meeting.kind,
            state=MeetingState.HELD,
            confirmed_in__isnull=True,
            starts_at__lt=meeting.starts_at,
        ).order_by("starts_at", "pk")
    )


def _may_confirm(meeting: Meeting) -> bool:
    """A meeting confirms from its day on; a cancelled one never."""
    if meeting.state == MeetingState.CANCELLED:
        return False
    return clock.today() >= thai.local_date(meeting.starts_at)


@transaction.atomic
def confirm(meeting: Meeting, *, in_meeting: Meeting, by: User) -> Meeting:
    """Record that ``in_meeting`` confirmed these minutes; this cannot be taken back.

    While its own minutes are open the resolution is written into them, too.
    """
    state.require_keeper(in_meeting, by)
    # Locked, so that it is not cancelled meanwhile.
    later = Meeting.objects.select_for_update().get(pk=in_meeting.pk)
    same = (meeting.cycle_id, meeting.kind) == (later.cycle_id, later.kind)
    if not same or later.starts_at <= meeting.starts_at:
        raise RuleBroken(_("Minutes are confirmed by a later meeting of the same kind."))
    if not _may_confirm(later):
        raise MoveRefused(_("The confirming meeting has not begun, or was cancelled."))
    at = clock.now()
    done = Meeting.objects.filter(
        pk=meeting.pk, state=MeetingState.HELD, confirmed_in__isnull=True
    ).update(confirmed_in=later, confirmed_at=at)
    meeting.refresh_from_db()
    if not done:
        if meeting.confirmed_in_id is not None:
            raise MoveRefused(_("These minutes were confirmed already."))
        raise state.wrong_state(meeting)
    if later.state == MeetingState.PLANNED and write_confirmed(later, meeting):
        # Whoever has the page open with an empty resolution must not save it over this one.
        Meeting.objects.filter(pk=later.pk).update(version=F("version") + 1)
        in_meeting.refresh_from_db(fields=["version"])
    state.log_event(meeting, "confirm", by=by, after={"confirmed_in": later.title})
    return meeting
