"""What waits for one person, and the meetings to come, as a calendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from people.models import User
from workflow.meetings.calendar_files import USUAL_LENGTH, line_of, lines_of, uid
from workflow.models import Attendance, Meeting
from workflow.notify import page
from workflow.states import MeetingState
from workflow.todo import Todo, TodoKind
from workflow.todos.todos import todos_for

REFRESH = "PT1H"
KEPT = timedelta(days=60)  # meetings that were stay so long
# Meetings have their hour; as todos they would stand there a second time.
MEETINGS = {TodoKind.ATTEND, TodoKind.CHECK_IN}


def feed_of(person: User, at: datetime) -> str:
    """The calendar text of everything that waits for ``person`` at ``at``.

    Each todo is a whole day, its due date. UIDs are made of the todo's key, so a changed due date
    moves the entry, and what is done is gone when the calendar program asks again.
    """
    with override(person.language):
        calendar = Calendar()
        calendar.add("prodid", "-//ESA Standards//Todos//TH")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("ESA Standards: my work"))
        calendar.add("refresh-interval", REFRESH, {"value": "DURATION"})
        calendar.add("x-published-ttl", REFRESH)
        for todo in todos_for(person, at):
            if todo.kind not in MEETINGS:
                calendar.add_component(_todo(todo, person, at))
        for row in _meetings(person, at):
            calendar.add_component(_meeting(row.meeting, at))
        return str(calendar.to_ical(), "utf-8")


def _todo(todo: Todo, person: User, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{todo.key}:{person.pk}@{_host()}")
    event.add("dtstamp", at)
    event.add("dtstart", todo.due)
    event.add("dtend", todo.due + timedelta(days=1))
    event.add("summary", line_of(todo.title))
    event.add("url", f"{settings.SITE_URL}{todo.url}")
    event.add("description", lines_of(f"{todo.detail}\n{settings.SITE_URL}{todo.url}"))
    event.add("transp", "TRANSPARENT")
    return event


def _meetings(person: User, at: datetime) -> QuerySet[Attendance]:
    return (
        Attendance.objects.filter(user=person, meeting__starts_at__gte=at - KEPT)
        .exclude(meeting__state=MeetingState.CANCELLED)
        .select_related("meeting__cycle__assessment__office")
        .order_by("meeting__starts_at", "pk")
    )


def _meeting(meeting: Meeting, at: datetime) -> Event:
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", meeting.version)
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", (meeting.starts_at + USUAL_LENGTH).astimezone(UTC))
    event.add("summary", line_of(meeting.title))
    event.add("location", line_of(meeting.place or meeting.link))
    event.add("url", f"{settings.SITE_URL}{page('meeting', meeting.cycle, meeting.pk)}")
    return event


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
