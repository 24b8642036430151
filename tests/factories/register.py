"""What the register's papers are of, and previews, as plain rows."""

from datetime import timedelta

from django.utils import timezone

from people import clock
from reports.models import Preview
from reports.snapshot import to_json
from tests.factories import papers
from workflow.models import AgendaItem, Attendance, Meeting
from workflow.states import MeetingKind


def make_meeting(cycle, *, title="ประชุมคณะกรรมการ ครั้งที่ 1/2560", invited=(), **fields):
    """A meeting with two agenda items; tomorrow unless said."""
    fields.setdefault("starts_at", clock.now() + timedelta(days=1))
    fields.setdefault("created_by", cycle.opened_by)
    meeting = Meeting.objects.create(
        cycle=cycle,
        kind=MeetingKind.COMMITTEE,
        number=cycle.meetings.count() + 1,
        title=title,
        place="ห้องประชุม 1",
        created_at=clock.now(),
        **fields,
    )
    for order, item in enumerate(("เรื่องที่ประธานแจ้งให้ทราบ", "เรื่องอื่น ๆ"), 1):
        AgendaItem.objects.create(meeting=meeting, order=order, title=item)
    for user in invited:
        Attendance.objects.create(meeting=meeting, user=user)
    return meeting


def make_preview(cycle, user, *, snapshot=None, **fields):
    """A wish for the page of an announcement."""
    fields.setdefault("requested_at", timezone.now())
    fields.setdefault("token", f"{Preview.objects.count():032x}")
    fields.setdefault("kind", "announcement")
    return Preview.objects.create(
        cycle=cycle,
        user=user,
        snapshot=to_json(snapshot or papers.announcement()),
        **fields,
    )
