"""A meeting as an iCalendar text (RFC 5545, RFC 5546), for mail and calendar programs.

The moment stands in UTC, so that no table of time zones has to travel along. The UID never
changes and SEQUENCE grows with every change, so a program moves or strikes out the entry it has.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText
from icalendar.parser import Contentline, Parameters

import thai
from core import clock
from people.models import Office, User
from workflow import notify
from workflow.meetings.agenda_items import agenda_of
from workflow.models import Meeting
from workflow.states import MeetingState

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
USUAL_LENGTH = timedelta(hours=2)
_NO_LETTERS = re.compile("[\x00\ud800-\udfff]")


def line_of(text: str) -> str:
    """A text for any calendar file, as a line without tabs and what nobody sees.

    Forms clean what is typed today; what an older version kept passes here.
    """
    return thai.clean_line(_NO_LETTERS.sub("", text))


def lines_of(text: str) -> str:
    """The same with its ends of lines, each of which is one."""
    broken = thai.clean_text(_NO_LETTERS.sub("", text))
    return "\n".join(map(line_of, broken.splitlines())).strip()


def name_of(text: str) -> str:
    """The same for a name (CN), which holds no end of a line at all."""
    return " ".join(line_of(text).split())


def uid(meeting: Meeting) -> str:
    """The same for the whole life of a meeting."""
    return f"meeting-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def sequence(meeting: Meeting) -> int:
    """Grows with every change; calling a meeting off is one, and the last."""
    return meeting.version + (meeting.state == MeetingState.CANCELLED)


def ics(meeting: Meeting, *, method: Method = "REQUEST") -> str:
    """The meeting as a calendar text that names nobody.

    PUBLISH is for a file that somebody downloads: it asks for no answer.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//ESA Standards//Meetings//TH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, method))
    text: str = calendar.to_ical().decode()
    return text


def for_each(meeting: Meeting, method: Method) -> Callable[[User], str]:
    """``ics`` for each of many invited people; nobody else's name or address stands in one's own.

    The text is made a single time and each person's line put into it: an office has sixty people.
    """
    head, end, tail = ics(meeting, method=method).rpartition("END:VEVENT\r\n")

    def addressed(person: User) -> str:
        return f"{head}{_attendee(person)}{end}{tail}" if person.email else f"{head}{end}{tail}"

    return addressed


def _event(meeting: Meeting, method: Method) -> Event:
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", sequence(meeting))
    event.add("dtstamp", clock.now())
    event.add("dtstart", _utc(meeting.starts_at))
    event.add("dtend", _utc(meeting.starts_at + USUAL_LENGTH))
    event.add("summary", line_of(meeting.title))
    event.add("location", line_of(meeting.place or meeting.link))
    event.add("url", thai.clean_link(meeting.link) or _page(meeting))
    event.add("description", _description(meeting))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _organizer(meeting.cycle.assessment.office))
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _page(meeting: Meeting) -> str:
    return f"{settings.SITE_URL}{notify.page('meeting', meeting.cycle, meeting.pk)}"


def _description(meeting: Meeting) -> str:
    """The agenda with its numbers, where to join, and where more is to be read."""
    lines = []
    for number, (item, points) in enumerate(agenda_of(meeting), start=1):
        lines.append(f"ระเบียบวาระที่ {number} {item.title}")
        lines += [f"  {number}.{n} {point.title}" for n, point in enumerate(points, start=1)]
    if meeting.link:
        lines += ["", f"เข้าร่วมประชุมออนไลน์: {meeting.link}"]
    return lines_of("\n".join([*lines, "", f"รายละเอียด: {_page(meeting)}"]))


def _organizer(office: Office) -> vCalAddress:
    """The office. Nobody reads what is answered there: who comes is ticked in the room."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    found = vCalAddress(f"mailto:{address or name}")
    found.params["cn"] = vText(name_of(office.name))
    return found


def _attendee(person: User) -> str:
    """The line that names one person, folded as every other."""
    params = Parameters(
        cn=name_of(person.full_name),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="NEEDS-ACTION",
        rsvp="FALSE",
    )
    line = Contentline.from_parts("ATTENDEE", params, vCalAddress(f"mailto:{person.email}"))
    return f"{line.to_ical().decode()}\r\n"
