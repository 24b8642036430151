"""Meetings: calling, changing, inviting, cancelling."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import RuleBroken
from notifications.models import Notification
from people import roles
from people.models import User
from people.states import Role
from workflow import notify
from workflow.meetings import calendar_files
from workflow.meetings import moves as state
from workflow.meetings.agenda import open_points, with_points
from workflow.meetings.agenda_items import minuted, write_agenda
from workflow.models import Attendance, CommitteeMember, Cycle, Meeting
from workflow.states import CommitteePart, MeetingKind, MeetingState, Seat


def standard_agenda() -> list[str]:
    """ระเบียบวาระ as the rules of official correspondence list them; Thai for every reader."""
    with override("th"):
        return [
            _("Information from the chair"),
            _("Approval of the previous minutes"),
            _("Matters arising"),
            _("Matters for information"),
            _("Matters for consideration"),
            _("Other matters"),
        ]


def suggested_agenda(
    cycle: Cycle, kind: str, *, text: str | None = None, meeting: Meeting | None = None
) -> str:
    """The usual agenda, or ``text``, with today's open points under their ระเบียบวาระ."""
    parts = standard_agenda()
    return with_points(
        "\n".join(parts) if text is None else text,
        open_points(cycle, kind, before=meeting),
        parts=parts,
        kept=minuted(meeting).values_list("title", flat=True) if meeting else (),
    )


def usual_title(cycle: Cycle, kind: str) -> str:
    """What offices call such a meeting, in Thai; the coordinator may call it otherwise."""
    words = {"year": cycle.assessment.fiscal_year, "number": _next_number(cycle, kind)}
    with override("th"):
        if kind == MeetingKind.BRIEFING:
            return _("Briefing on the standards, fiscal year %(year)s") % words
        return _("Committee meeting %(number)s/%(year)s") % words


def _next_number(cycle: Cycle, kind: str) -> int:
    rows = Meeting.objects.filter(cycle=cycle, kind=kind)
    last: int | None = rows.aggregate(n=Max("number"))["n"]
    return (last or 0) + 1


def folded(meeting: Meeting) -> str:
    """Title, place and date as searches compare them."""
    return thai.fold(f"{meeting.title} {meeting.place} {meeting.link} {state.when(meeting)}")


def is_past(starts_at: datetime) -> bool:
    """Whether the day of the meeting is over: it is recorded afterwards, nobody is invited."""
    return thai.local_date(starts_at) < clock.today()


def invited_to(cycle: Cycle, kind: str) -> list[User]:
    """All active staff for a briefing; the members in force for a committee meeting."""
    people = User.objects.active().filter(office=cycle.assessment.office_id)
    if kind == MeetingKind.COMMITTEE:
        seats = CommitteeMember.objects.filter(
            committee__cycle=cycle.pk, committee__until__isnull=True
        )
        people = people.filter(pk__in=seats.values("user"))
    return list(people)


def possible_chairs(cycle: Cycle) -> QuerySet[User]:
    """Who may preside: the active people of the office."""
    people: QuerySet[User] = User.objects.active().filter(office=cycle.assessment.office_id)
    return people


def usual_chair(cycle: Cycle, kind: str) -> User | None:
    """The chair of the steering committee in force, for a briefing the director."""
    if kind == MeetingKind.COMMITTEE:
        chair = possible_chairs(cycle).filter(
            committee_seats__committee__cycle=cycle.pk,
            committee_seats__committee__until__isnull=True,
            committee_seats__part=CommitteePart.STEERING,
            committee_seats__seat=Seat.CHAIR,
        )
        if found := chair.first():
            return found
    return next(iter(roles.holders(cycle.assessment.office, Role.DIRECTOR)), None)


@transaction.atomic
def create_meeting(
    cycle: Cycle,
    *,
    kind: str,
    title: str,
    starts_at: datetime,
    place: str,
    agenda: Sequence[str],
    by: User,
    link: str = "",
    chair: User | None = None,
) -> Meeting:
    """Call a meeting: number it, invite and notify everybody it concerns.

    Without ``chair`` the usual one presides. A meeting whose day is over is recorded only.
    """
    state.require_caller(cycle, by)
    _require_plan(cycle, place, link, chair)
    # Locked, so that of two who call at the same time one gets number n and the other n + 1.
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    people = invited_to(cycle, kind)
    if not people:
        raise RuleBroken(
            _("There is no committee yet: the appointment order has not been approved.")
        )
    meeting = Meeting.objects.create(
        cycle=cycle,
        kind=kind,
        number=_next_number(cycle, kind),
        title=title,
        starts_at=starts_at,
        place=place,
        link=link,
        chair=chair or usual_chair(cycle, kind),
        created_at=clock.now(),
        created_by=by,
    )
    write_agenda(meeting, agenda)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, user=user) for user in people)
    if not is_past(starts_at):
        _invite(meeting, people)
    state.log_event(meeting, "call", by=by, after={**_plan_of(meeting), "invited": len(people)})
    return meeting


@transaction.atomic
def edit_meeting(
    meeting: Meeting,
    *,
    title: str,
    starts_at: datetime,
    place: str,
    link: str,
    chair: User | None,
    agenda: Sequence[str],
    version: int,
    by: User,
) -> Meeting:
    """Change a planned meeting. Who is invited hears of another date or place, unless it is past.

    Without ``chair`` whoever was to preside still is.
    """
    state.require_caller(meeting.cycle, by)
    _require_plan(meeting.cycle, place, link, chair)
    before = _plan_of(meeting)
    there = (meeting.starts_at, meeting.place, meeting.link)
    over = is_past(meeting.starts_at) and is_past(starts_at)
    plan = {"title": title, "starts_at": starts_at, "place": place, "link": link}
    state.save(meeting, version, **plan, chair=chair or meeting.chair)
    if there[0] != starts_at:
        _require_fits_confirmed(meeting, starts_at)
    write_agenda(meeting, agenda)
    moved = there != (starts_at, place, link)
    invite_new(meeting, by=by, notify_new=not moved)
    if moved and not over:
        _notify_moved(meeting)
    state.log_event(meeting, "edit", by=by, before=before, after=_plan_of(meeting))
    return meeting


def uninvited(meeting: Meeting) -> list[User]:
    """Whom the meeting concerns but its list does not know: they joined since it was called."""
    known = set(meeting.attendance.values_list("user", flat=True))
    return [user for user in invited_to(meeting.cycle, meeting.kind) if user.pk not in known]


@transaction.atomic
def invite_new(meeting: Meeting, *, by: User, notify_new: bool = True) -> int:
    """Invite who joined since the meeting was called; returns how many."""
    state.require_keeper(meeting, by)
    state.require_planned(meeting)
    people = uninvited(meeting)
    Attendance.objects.bulk_create(
        (Attendance(meeting=meeting, user=user) for user in people), ignore_conflicts=True
    )
    if notify_new and not is_past(meeting.starts_at):
        _invite(meeting, people)
    return len(people)


@transaction.atomic
def cancel(meeting: Meeting, *, by: User, why: str) -> Meeting:
    """Call off a planned meeting; who was to come hears it. Its number is not used again."""
    state.require_caller(meeting.cycle, by)
    state.require_reason(why)
    state.move(meeting, MeetingState.PLANNED, MeetingState.CANCELLED, check_in_code="")
    state.require_cancellable(meeting)
    if _was_notified(meeting) and not is_past(meeting.starts_at):
        _notify_cancelled(meeting, why)
    state.log_event(
        meeting,
        "cancel",
        by=by,
        before={"state": MeetingState.PLANNED},
        after={"state": MeetingState.CANCELLED},
        why=why,
    )
    return meeting


# -- guards -----------------------------------------------------------------------
def _require_plan(cycle: Cycle, place: str, link: str, chair: User | None) -> None:
    if not thai.trimmed(place) and not link:
        raise RuleBroken(_("Write the place, or the link of an online meeting."), "place")
    office = cycle.assessment.office_id
    if chair is not None and not (chair.is_active and chair.office_id == office):
        raise RuleBroken(_("The chair must be an active person of the office."), "chair")


def _require_fits_confirmed(meeting: Meeting, starts_at: datetime) -> None:
    """Refuse a day on which it could not have confirmed the minutes that it did confirm."""
    last = meeting.confirms.aggregate(last=Max("starts_at"))["last"]
    if last is None:
        return
    if starts_at <= last:
        raise RuleBroken(
            _("Minutes were confirmed in this meeting: it cannot have been before theirs."),
            "date",
        )
    if thai.local_date(starts_at) > clock.today():
        raise RuleBroken(
            _("Minutes were confirmed in this meeting: its day cannot still be to come."),
            "date",
        )


# -- notifications ----------------------------------------------------------------------
def _plan_of(meeting: Meeting) -> dict[str, str]:
    return {
        "title": meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "place": meeting.place,
        "link": meeting.link,
        "chair": str(meeting.chair or ""),
    }


def _was_notified(meeting: Meeting) -> bool:
    return Notification.objects.filter(key__startswith=f"meeting:{meeting.pk}:invited:").exists()


def _invited(meeting: Meeting) -> list[User]:
    return [row.user for row in meeting.attendance.select_related("user")]


def _notify_moved(meeting: Meeting) -> None:
    """Send the new date or place, to who was invited before as a change, else as an invitation."""
    changed = _was_notified(meeting)
    if changed or not is_past(meeting.starts_at):
        _invite(meeting, _invited(meeting), changed=changed)


def _notify_cancelled(meeting: Meeting, why: str) -> None:
    notify.people(
        _invited(meeting),
        key=f"meeting:{meeting.pk}:cancelled",
        kind="meeting_cancelled",
        title=lambda: (
            _("Cancelled: %(title)s (%(date)s)")
            % {"title": meeting.title, "date": state.when(meeting, get_language())}
        ),
        body=why,
        url=notify.page("meeting", meeting.cycle, meeting.pk),
        calendar=calendar_files.for_each(meeting, "CANCEL"),
    )


def _invite(meeting: Meeting, people: list[User], *, changed: bool = False) -> None:
    def title() -> str:
        text = (
            _("Changed: %(title)s on %(date)s")
            if changed
            else _("Invitation: %(title)s on %(date)s")
        )
        return text % {"title": meeting.title, "date": state.when(meeting, get_language())}

    def body() -> str:
        place = _("Place: %(place)s") % {"place": meeting.place} if meeting.place else ""
        link = _("Online: %(link)s") % {"link": meeting.link} if meeting.link else ""
        return "\n".join(filter(None, (place, link)))

    about = f"moved:{meeting.version}" if changed else "invited"
    notify.people(
        people,
        key=f"meeting:{meeting.pk}:{about}",
        kind="meeting_moved" if changed else "meeting_invited",
        title=title,
        body=body,
        url=notify.page("meeting", meeting.cycle, meeting.pk),
        calendar=calendar_files.for_each(meeting, "REQUEST"),
    )
