"""A meeting's state: who may touch it and when, its conditional writes, its history."""

from django.db.models import F
from django.utils.translation import gettext as _

from esa_standards import thai
from people import clock
from people.domain import events
from people.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from workflow import rules
from workflow.models import Meeting
from workflow.states import MeetingState


def require_caller(cycle, by):
    """Refuse who may not call, change or cancel meetings."""
    if not rules.may_call_meeting(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator calls, changes and cancels meetings."))


def require_keeper(meeting, by):
    """Refuse who does not keep this meeting's minutes."""
    if not rules.may_keep_minutes(by, meeting, clock.today()):
        raise NotAllowed(_("Only the coordinator and the committee's secretaries keep minutes."))


def require_reason(why):
    """Refuse an empty reason."""
    if not why.strip():
        raise RuleBroken(_("Please give a reason."))


def require_planned(meeting):
    """Refuse unless planned, and keep the meeting from being closed until the commit."""
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if current.state != MeetingState.PLANNED:
        raise wrong_state(current)


def require_nothing_confirmed(meeting):
    """Refuse when other minutes were confirmed in this meeting: it did take place."""
    if meeting.confirms.exists():
        raise MoveRefused(_("Minutes were confirmed in this meeting: it cannot be cancelled."))


def wrong_state(meeting):
    """The refusal that names the state the meeting is in, and who brought it there when."""
    words = {"state": meeting.get_state_display()}
    return events.decided_before(
        meeting,
        [f"meeting.{verb}" for verb in ("hold", "cancel", "reopen")],
        _("This cannot be done: the meeting is “%(state)s” (%(who)s, %(when)s)."),
        _("This cannot be done: the meeting is “%(state)s”.") % words,
        **words,
    )


def move(meeting, before, after, **fields):
    """The one conditional write of the state."""
    moved = Meeting.objects.filter(pk=meeting.pk, state=before).update(state=after, **fields)
    if not moved:
        meeting.refresh_from_db()
        raise wrong_state(meeting)
    meeting.state = after
    for name, value in fields.items():
        setattr(meeting, name, value)


def save(meeting, version, **fields):
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


def _shown(meeting, fields):
    if "minutes" not in fields:
        return {_("Meeting"): f"{meeting.title} · {when(meeting)} · {meeting.place}"}
    texts = {_("Minutes"): meeting.minutes}
    texts.update({str(item): f"{item.text} {item.resolution}" for item in meeting.agenda.all()})
    return {name: text for name, text in texts.items() if text.strip()}


def when(meeting, language="th"):
    """Date and time of the meeting as people write them."""
    return thai.format_datetime(meeting.starts_at, language="en" if language == "en" else "th")


def record_meeting(meeting, verb, *, by, before=None, after=None, why=""):
    """Write ``meeting.<verb>`` into the office's history."""
    events.record(
        meeting.cycle.assessment.office,
        actor=by,
        verb=f"meeting.{verb}",
        target=meeting,
        before=before,
        after=after,
        why=why,
        year=meeting.cycle.assessment.fiscal_year,
    )
