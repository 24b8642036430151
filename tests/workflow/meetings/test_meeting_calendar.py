"""The calendar text of a meeting, read back as calendar programs read it."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

import thai
from indicators.models import Assessment
from people.models import Office, User
from tests.factories import cycles as make
from tests.factories.meetings import make_meeting
from workflow.meetings import calendar_files
from workflow.meetings.agenda_items import write_agenda
from workflow.models import AgendaItem, Cycle, Meeting
from workflow.states import MeetingKind, MeetingState

BANGKOK = zoneinfo.ZoneInfo("Asia/Bangkok")
PLAIN = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\x7f"),
    min_size=1,
    max_size=120,
)
THAI = st.text('กขคงจาิีึืุูเแโใไ่้๊๋์ำ ๐๑๒,;:\\"', min_size=1, max_size=300)

NAMES = st.text("กขคาู่้ ๑,;:\"'^A", min_size=1, max_size=80)


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://esa.example.go.th"
    settings.DEFAULT_FROM_EMAIL = "มาตรฐาน <no-reply@esa.example.go.th>"


def unsaved(**fields):
    """A meeting without a database, its agenda left out."""
    office = Office(code="skn2", name="สพป.สกลนคร เขต 2")
    cycle = Cycle(assessment=Assessment(office=office, fiscal_year=2560))
    plan = {"title": "ประชุม", "place": "ห้องประชุม", "version": 0, **fields}
    plan.setdefault("starts_at", datetime(2017, 1, 27, 6, 30, tzinfo=UTC))
    row = Meeting(pk=7, cycle=cycle, kind="committee", number=1, **plan)
    row._prefetched_objects_cache = {"agenda": AgendaItem.objects.none()}
    return row


def written(meeting, method="REQUEST"):
    return calendar_files.ics(meeting, method=method)


def sent(meeting, person, method="REQUEST"):
    return calendar_files.for_each(meeting, method)(person)


def event_of(text):
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


# -- without a database ---------------------------------------------------------------
@given(title=THAI | PLAIN, place=THAI | PLAIN)
def test_whatever_is_written_is_read_back(title, place):
    assume(r"\N" not in title + place)  # the library takes it for a new line
    lines = written(unsaved(title=title, place=place)).replace("\r\n ", "").split("\r\n")
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    assert re.sub(r"\\(.)", r"\1", found["SUMMARY"]) == thai.clean_line(title)
    assert re.sub(r"\\(.)", r"\1", found["LOCATION"]) == thai.clean_line(place)


@given(title=st.text('กขค่ ๑,;:"\n', min_size=1).map(str.strip).filter(bool))
def test_a_calendar_program_reads_the_same(title):
    assert event_of(written(unsaved(title=title)))["SUMMARY"] == title


@given(title=THAI | PLAIN)
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(title):
    raw = written(unsaved(title=title)).encode()
    assert raw.endswith(b"\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()


@given(st.integers(0, 100 * 365 * 24 * 60))
def test_bangkok_has_no_summer_time(minutes):
    moment = datetime(2000, 1, 1, tzinfo=BANGKOK) + timedelta(minutes=minutes)
    event = event_of(written(unsaved(starts_at=moment)))
    assert event["DTSTART"].dt == moment
    assert moment.utcoffset() == timedelta(hours=7)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)
    assert "TZID" not in event["DTSTART"].params


def test_a_meeting_asks_to_be_put_into_the_calendar():
    text = written(unsaved())
    assert Calendar.from_ical(text)["METHOD"] == "REQUEST"
    assert "DTSTART:20170127T063000Z" in text
    event = event_of(text)
    assert event["UID"] == "meeting-7@esa.example.go.th"
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["ORGANIZER"] == "mailto:no-reply@esa.example.go.th"
    assert event["ORGANIZER"].params["CN"] == "สพป.สกลนคร เขต 2"


def test_every_change_has_a_higher_number_and_the_same_name():
    called, moved = unsaved(), unsaved(version=3)
    gone = unsaved(version=3, state=MeetingState.CANCELLED)
    texts = [written(called), written(moved), written(gone, "CANCEL")]
    events = [event_of(text) for text in texts]
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 3, 4]
    assert events[2]["STATUS"] == "CANCELLED"
    assert Calendar.from_ical(texts[2])["METHOD"] == "CANCEL"


def test_online_meeting_leads_to_its_link():
    link = "https://meet.example.go.th/a,b;c?pwd=1"
    event = event_of(written(unsaved(place="", link=link)))
    assert (event["LOCATION"], event["URL"]) == (link, link)
    event = event_of(written(unsaved(link=link)))
    assert (event["LOCATION"], event["URL"]) == ("ห้องประชุม", link)


@given(given=NAMES, family=NAMES)
def test_it_is_addressed_to_one_person(given, family):
    person = User(given_name=given, family_name=family, email="a@example.org")
    text = sent(unsaved(), person)
    attendee = event_of(text)["ATTENDEE"]
    assert attendee == "mailto:a@example.org"
    assert attendee.params["CN"] == person.full_name
    assert attendee.params["RSVP"] == "FALSE"
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))


def test_a_title_cannot_end_the_entry():
    title = "ประชุม\r\nEND:VEVENT\r\nATTENDEE:mailto:x@example.org"
    event = event_of(sent(unsaved(title=title), User(given_name="ก", email="a@example.org")))
    assert event["ATTENDEE"] == "mailto:a@example.org"


OLD = "ก\x07\x0bข\u2028ค\x85ง\tจ\ufeff\x00"  # as rows of an older version hold it


def test_what_nobody_sees_stands_in_no_line_of_the_file():
    meeting = unsaved(title=OLD, place=f"\x0c\x1b{OLD}", link="https://x.go.th/\x07a\u3164")
    meeting.cycle.assessment.office.name = f"{OLD}\r\nEND:VEVENT"
    point = AgendaItem(title=OLD, pk=1)
    meeting._prefetched_objects_cache["agenda"] = [point]
    text = sent(meeting, User(given_name=OLD, family_name="ฉ\nช", email="a@example.org"))
    assert all(char.isprintable() for char in text.replace("\r\n", ""))
    event = event_of(text)
    assert event["SUMMARY"] == "ก ข ค ง จ"
    assert event["DESCRIPTION"].splitlines()[:4] == ["ระเบียบวาระที่ 1 ก", "ข", "ค", "ง จ"]
    assert event["ORGANIZER"].params["CN"] == "ก ข ค ง จ END:VEVENT"
    assert event["ATTENDEE"].params["CN"] == "ก ข ค ง จ ฉ ช"
    assert event["URL"] == "https://x.go.th/a"


def test_a_published_file_names_nobody():
    assert "ATTENDEE" not in written(unsaved(), "PUBLISH")


def test_who_has_no_address_is_not_named():
    assert "ATTENDEE" not in sent(unsaved(), User(given_name="สมชาย", email=None))


# -- with one -------------------------------------------------------------------------------
@pytest.fixture
def meeting(db):
    year = make.make_year()
    row = make_meeting(
        year.cycle,
        agenda=(),
        kind=MeetingKind.BRIEFING,
        title="ประชุมชี้แจง",
        starts_at=datetime(2016, 11, 24, 2, 30, tzinfo=UTC),
        place="ห้องประชุม",
        created_at=datetime(2016, 11, 1, tzinfo=UTC),
    )
    write_agenda(row, ["แจ้งเพื่อทราบ", "สืบเนื่อง", "- จัดทำแผน", "- ติดตามงาน"])
    return row


def test_description_is_the_agenda_with_its_numbers(meeting):
    lines = event_of(calendar_files.ics(meeting))["DESCRIPTION"].splitlines()
    assert lines[:4] == [
        "ระเบียบวาระที่ 1 แจ้งเพื่อทราบ",
        "ระเบียบวาระที่ 2 สืบเนื่อง",
        "  2.1 จัดทำแผน",
        "  2.2 ติดตามงาน",
    ]
    assert lines[-1].endswith(f"https://esa.example.go.th/o/skn2/2560/meetings/{meeting.pk}/")


def test_many_people_cost_one_look_at_the_agenda(meeting):
    people = [User(given_name=f"{n}", email=f"{n}@example.org") for n in range(30)]
    with CaptureQueriesContext(connection) as queries:
        write = calendar_files.for_each(meeting, "REQUEST")
        texts = {write(person) for person in people}
    assert len(queries) == 1
    assert len(texts) == 30
