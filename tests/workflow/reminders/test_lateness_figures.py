"""Figures of lateness by part, and the private calendar field by field."""

from datetime import UTC, date, timedelta

import pytest
from icalendar import Calendar

from core import clock
from people.models import RestDay, User
from tests.factories import cycles as make
from tests.factories.meetings import make_meeting
from tests.factories.people import make_group, make_person
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import DUE, after, round_at
from thai import WorkingDays
from workflow.meetings.calendar_files import USUAL_LENGTH
from workflow.models import LateCount, Meeting
from workflow.reminders.calendar_feed import KEPT, feed_of
from workflow.reminders.lateness import WEEKS, LateBar, lateness_of
from workflow.states import MeetingState, StepKind
from workflow.todos.todos import todos_for, todos_of

pytestmark = pytest.mark.django_db
NOW = after(7)


@pytest.fixture(autouse=True)
def _a_week_late():
    with clock.pretend(NOW):
        yield


@pytest.fixture
def year():
    """Step 4 a week late; one collector of a work group writes everything."""
    year = make.make_year()
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[year.coordinator], writer=year.staff[0])
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE)
    year.group = make_group(year.office, "g1", name="กลุ่มนิเทศ")
    User.objects.filter(pk=year.staff[0].pk).update(work_group=year.group)
    return year


# -- by part --------------------------------------------------------------------------
def test_every_part_counts_what_is_late_and_nothing_twice(year):
    read = lateness_of(year.cycle, NOW)
    overdue = {todo.key for todo in todos_of(year.cycle, NOW) if todo.days_late(clock.today(NOW))}
    assert sorted(row.todo.key for row in read.late) == sorted(overdue)
    assert sum(bar.count for bar in read.steps) == len(read.late)
    assert sum(bar.count for bar in read.people) == sum(len(row.people) for row in read.late)
    for bars in (read.steps, read.indicators, read.groups, read.people):
        for bar in bars:
            keys = [row.todo.key for row in bar.late]
            assert len(keys) == len(set(keys)) == bar.count
            assert set(keys) <= overdue


def test_days_are_working_days(year):
    read = lateness_of(year.cycle, NOW)
    passed = WorkingDays().passed(DUE, clock.today(NOW))
    assert {row.days for row in read.late} == {passed}
    assert {bar.longest for bar in read.steps} == {passed}
    assert passed < 7


def test_own_rest_days_of_the_office_make_less_of_it(year):
    before = lateness_of(year.cycle, NOW).steps[0].longest
    RestDay.objects.create(office=year.office, day=date(2017, 7, 3), name="วันสถาปนา")
    assert lateness_of(year.cycle, NOW).steps[0].longest == before - 1


def test_on_the_due_day_nothing_is_late(year):
    with clock.pretend(after(0)):
        read = lateness_of(year.cycle, after(0))
    assert (read.late, read.steps, read.indicators, read.groups, read.people) == ([],) * 5


def test_the_worst_part_stands_first(year):
    read = lateness_of(year.cycle, NOW)
    for bars in (read.steps, read.indicators, read.groups, read.people):
        keys = [(-bar.count, -bar.longest, bar.name) for bar in bars]
        assert keys == sorted(keys)
    assert read.people[0].name == User.objects.get(pk=year.staff[0].pk).full_name


def test_a_part_without_anything_is_zero_days_long():
    assert (LateBar("ว่าง").count, LateBar("ว่าง").longest) == (0, 0)


def test_one_group_sees_its_own_people_only(year):
    whole, own = lateness_of(year.cycle, NOW), lateness_of(year.cycle, NOW, group=year.group)
    assert {row.todo.key for row in own.late} < {row.todo.key for row in whole.late}
    assert {person.work_group for row in own.late for person in row.people} == {year.group}
    assert [bar.name for bar in own.groups] == [year.group.name]
    nobody = make_group(year.office, "g2")
    assert lateness_of(year.cycle, NOW, group=nobody).late == []


# -- over the weeks -------------------------------------------------------------------
def test_weeks_are_mondays_the_oldest_first_and_uncounted_ones_unknown(year):
    weeks = lateness_of(year.cycle, NOW).weeks
    assert len(weeks) == WEEKS
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert [week.monday for week in weeks] == sorted(week.monday for week in weeks)
    assert {week.late for week in weeks[:-1]} == {None}
    assert weeks[-1].monday <= clock.today(NOW) < weeks[-1].monday + timedelta(7)


def test_a_week_is_what_was_counted_last_in_it(year):
    monday = date(2017, 6, 26)
    for day, late in ((monday, 1), (monday + timedelta(3), 9), (monday + timedelta(1), 4)):
        LateCount.objects.create(cycle=year.cycle, day=day, group=None, open=10, late=late)
    LateCount.objects.create(cycle=year.cycle, day=monday, group=year.group, open=2, late=2)
    weeks = {week.monday: week for week in lateness_of(year.cycle, NOW).weeks}
    assert (weeks[monday].open, weeks[monday].late) == (10, 9)
    own = lateness_of(year.cycle, NOW, group=year.group).weeks
    assert {week.monday: week.late for week in own}[monday] == 2


def test_the_planner_counts_what_the_page_shows(year):
    round_at(NOW)
    row = LateCount.objects.get(day=clock.today(NOW), group=None, cycle=year.cycle)
    assert row.late == len(lateness_of(year.cycle, NOW).late)
    assert row.open == len(todos_of(year.cycle, NOW))


# -- the private calendar ---------------------------------------------------------------
def entries_of(person, at=NOW):
    calendar = Calendar.from_ical(feed_of(User.objects.get(pk=person.pk), at))
    return calendar, {str(entry["UID"]): entry for entry in calendar.walk("VEVENT")}


def test_the_calendar_names_itself_and_when_to_ask_again(year):
    calendar, _entries = entries_of(year.staff[0])
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert calendar["X-WR-CALNAME"].strip()
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


def test_each_todo_is_one_whole_day_that_blocks_nobodys_time(year):
    _calendar, entries = entries_of(year.staff[0])
    todos = todos_for(User.objects.get(pk=year.staff[0].pk), NOW)
    assert len(entries) == len(todos) > 0
    for todo in todos:
        (entry,) = [e for uid, e in entries.items() if uid.startswith(f"{todo.key}:")]
        assert entry["DTSTART"].dt == todo.due
        assert entry["DTEND"].dt == todo.due + timedelta(1)
        assert entry["TRANSP"] == "TRANSPARENT"
        assert str(entry["SUMMARY"]) == todo.title
        assert entry["URL"].endswith(todo.url)
        assert entry["URL"] in entry["DESCRIPTION"]
        assert entry["DTSTAMP"].dt == NOW


def test_a_moved_due_date_moves_the_entry_and_makes_no_second_one(year):
    _calendar, before = entries_of(year.staff[0])
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE + timedelta(14))
    _calendar, moved = entries_of(year.staff[0])
    assert before.keys() == moved.keys()
    assert {e["DTSTART"].dt for e in moved.values()} == {DUE + timedelta(14)}


def test_what_was_done_is_gone(year):
    assert entries_of(year.staff[0])[1]
    year.cycle.assessment.items.update(
        state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี"
    )
    assert entries_of(year.staff[0])[1] == {}


def test_two_people_have_entries_of_their_own(year):
    make.let_write(year, year.staff[1])
    uids = [set(entries_of(person)[1]) for person in (year.staff[0], year.coordinator)]
    assert all(uids)
    assert not uids[0] & uids[1]


def test_a_meeting_has_its_hour_and_place_once(year):
    meeting = make_meeting(year.cycle, invited=[year.staff[1]], starts_at=after(10))
    entries = entries_of(year.staff[1])[1]
    (entry,) = [e for e in entries.values() if str(e["SUMMARY"]) == meeting.title]
    assert entry["DTSTART"].dt == after(10).astimezone(UTC)
    assert entry["DTEND"].dt - entry["DTSTART"].dt == USUAL_LENGTH
    assert entry["LOCATION"] == meeting.place
    assert entry["SEQUENCE"] == meeting.version
    assert not any(meeting.title in str(e["SUMMARY"]) for e in entries.values() if e is not entry)


def test_of_old_rows_nothing_unseen_stands_in_it(year):
    unseen = "\x07\x0b\u2028\x85\t\ufeff"
    meeting = make_meeting(year.cycle, invited=[year.staff[0]], starts_at=after(10))
    fields = {"title": f"ก{unseen}ข", "place": f"\x0c\x1bค{unseen}"}
    Meeting.objects.filter(pk=meeting.pk).update(**fields)
    text = feed_of(User.objects.get(pk=year.staff[0].pk), NOW)
    assert all(char.isprintable() for char in text.replace("\r\n", ""))
    entries = Calendar.from_ical(text).walk("VEVENT")
    assert ("ก ข", "ค") in {(e["SUMMARY"], e.get("LOCATION", "").strip()) for e in entries}


@pytest.mark.parametrize(
    ("fields", "there"),
    [
        ({"starts_at": NOW - KEPT + timedelta(hours=1)}, True),
        ({"starts_at": NOW - KEPT - timedelta(hours=1)}, False),
        ({"starts_at": after(9), "state": MeetingState.CANCELLED}, False),
        ({"starts_at": after(9), "state": MeetingState.HELD}, True),
        ({"starts_at": after(9), "place": "", "link": "https://meet.example.org/a"}, True),
    ],
)
def test_which_meetings_stand_in_it(year, fields, there):
    meeting = make_meeting(year.cycle, invited=[year.staff[1]], starts_at=after(9))
    Meeting.objects.filter(pk=meeting.pk).update(**fields)
    entries = entries_of(year.staff[1])[1].values()
    found = [entry for entry in entries if str(entry["SUMMARY"]) == meeting.title]
    assert bool(found) == there
    if "link" in fields:
        assert found[0]["LOCATION"] == fields["link"]


def test_who_was_not_invited_does_not_see_the_meeting(year):
    make_meeting(year.cycle, invited=[year.staff[1]], starts_at=after(9))
    outsider = make_person(year.office)
    assert entries_of(outsider)[1] == {}


def test_texts_are_in_the_readers_language(year):
    thai_names = {str(e["SUMMARY"]) for e in entries_of(year.staff[0])[1].values()}
    User.objects.filter(pk=year.staff[0].pk).update(language="en")
    calendar, entries = entries_of(year.staff[0])
    assert calendar["X-WR-CALNAME"] == "ESA Standards: my work"
    assert not thai_names & {str(e["SUMMARY"]) for e in entries.values()}
