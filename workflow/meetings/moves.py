"""A meeting's state: who may touch it and when, its conditional writes, its history."""

from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock, history
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import assessments
from people.models import User
from workflow import rules
from workflow.models import Cycle, Meeting
from workflow.states import MeetingState


def require_caller(cycle: Cycle, by: User) -> None:
    """Refuse who may not call, change or cancel meetings."""
    if not rules.may_call_meeting(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator calls, changes and cancels meetings."))


def require_keeper(meeting: Meeting, by: User) -> None:
    """Refuse who does not keep this meeting's minutes."""
    if not rules.may_keep_minutes(by, meeting, clock.today()):
        raise NotAllowed(_("Only the coordinator and the committee's secretaries keep minutes."))


def require_reason(why: str) -> None:
    """Refuse an empty reason."""
    if not thai.trimmed(why):
        raise RuleBroken(_("Please give a reason."))


def require_planned(meeting: Meeting) -> None:
    """Refuse unless planned, and keep the meeting from being closed until the commit."""
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if current.state != MeetingState.PLANNED:
        raise wrong_state(current)


def why_not_cancelled(meeting: Meeting) -> str:
    """What keeps the meeting, "" when nothing does: it did take place. 1 query."""
    if meeting.confirms.exists():
        return _("Minutes were confirmed in this meeting: it cannot be cancelled.")
    return ""


def require_cancellable(meeting: Meeting) -> None:
    """Refuse when other minutes were confirmed in this meeting."""
    if why := why_not_cancelled(meeting):
        raise MoveRefused(why)


def wrong_state(meeting: Meeting) -> MoveRefused:
    """The refusal that names the state the meeting is in, and who brought it there when."""
    words = {"state": meeting.get_state_display()}
    return history.decided_before(
        meeting,
        [f"meeting.{verb}" for verb in ("hold", "cancel", "reopen")],
        _("This cannot be done: the meeting is “%(state)s” (%(who)s, %(when)s)."),
        _("This cannot be done: the meeting is “%(state)s”.") % words,
        **words,
    )


def move(meeting: Meeting, before: str, after: str, **fields: object) -> None:
    """The one conditional write of the state."""
    moved = Meeting.objects.filter(pk=meeting.pk, state=before).update(state=after, **fields)
    if not moved:
        meeting.refresh_from_db()
        raise wrong_state(meeting)
    meeting.state = after
    for name, value in fields.items():
        setattr(meeting, name, value)


def save(meeting: Meeting, version: int, **fields: object) -> None:
    """Write columns of a planned meeting if its version still is ``version``."""
    saved = Meeting.objects.filter(
        pk=meeting.pk, state=MeetingState.PLANNED, version=version
    ).update(version=F("version") + 1, **fields)
    if not saved:
        meeting.refresh_from_db()
        if meeting.state != MeetingState.PLANNED:
            raise wrong_state(meeting)
        raise StaleEdit(_("Somebody else saved this meeting meanwhile."), _shown(meeting, fields))
    meeting.version = version + 1
    for name, value in fields.items():
        setattr(meeting, name, value)


def _shown(meeting: Meeting, fields: Mapping[str, object]) -> dict[str, str]:
    if "minutes" not in fields:
        return {_("Meeting"): f"{meeting.title} · {when(meeting)} · {meeting.place}"}
    texts = {_("Minutes"): meeting.minutes}
    texts.update({str(item): f"{item.text} {item.resolution}" for item in meeting.agenda.all()})
    return {name: text for name, text in texts.items() if thai.trimmed(text)}


def when(meeting: Meeting, language: str | None = "th") -> str:
    """Date and time of the meeting as people write them."""
    return thai.format_datetime(meeting.starts_at, language="en" if language == "en" else "th")


def log_event(
    meeting: Meeting,
    verb: str,
    *,
    by: User,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    """Write ``meeting.<verb>`` into the history of the meeting's year."""
    assessments.log_event(
        meeting.cycle.assessment,
        by=by,
        verb=f"meeting.{verb}",
        target=meeting,
        before=before,
        after=after,
        why=why,
    )
