"""Meetings with agenda, who is invited and what is to be done, as plain rows."""

from datetime import timedelta

from core import clock
from workflow.models import AgendaItem, Attendance, Meeting, ResolutionTask
from workflow.states import MeetingKind


def make_meeting(cycle, *, agenda=("เรื่องที่ประธานแจ้งให้ทราบ", "เรื่องอื่น ๆ"), invited=(), **fields):
    """A meeting of the committee; tomorrow unless said."""
    fields.setdefault("kind", MeetingKind.COMMITTEE)
    fields.setdefault("number", cycle.meetings.count() + 1)
    fields.setdefault("title", f"ประชุมคณะกรรมการ ครั้งที่ {fields['number']}/2560")
    fields.setdefault("starts_at", clock.now() + timedelta(days=1))
    fields.setdefault("place", "ห้องประชุม 1")
    fields.setdefault("created_at", clock.now())
    fields.setdefault("created_by", cycle.opened_by)
    meeting = Meeting.objects.create(cycle=cycle, **fields)
    for title in agenda:
        make_agenda_item(meeting, title=title)
    for user in invited:
        make_attendance(meeting, user=user)
    return meeting


def make_agenda_item(meeting, **fields):
    """The next line of the agenda."""
    fields.setdefault("order", meeting.agenda.count() + 1)
    return AgendaItem.objects.create(meeting=meeting, **fields)


def make_attendance(meeting, **fields):
    """Somebody invited; whether they came is not known unless said."""
    return Attendance.objects.create(meeting=meeting, **fields)


def make_task(meeting, **fields):
    """What ``owner`` is to do by today, under the first line of the agenda."""
    fields.setdefault("agenda_item", meeting.agenda.first())
    fields.setdefault("text", "จัดทำแผน")
    fields.setdefault("due", clock.today())
    fields.setdefault("created_at", clock.now())
    fields.setdefault("created_by", meeting.created_by)
    return ResolutionTask.objects.create(meeting=meeting, **fields)
