"""The turns of day, year and fiscal year: what is owed begins at midnight in Bangkok.

Whatever the zone of the process, for the years พ.ศ. 2564–2575.
"""

import time as stopwatch
from datetime import date, datetime, time, timedelta

import pytest

import thai
from core import clock
from people.models import Office
from tests.workflow.reminders.days import at, digests, make_due, round_at, stages
from workflow.models import Reminder, ReminderSchedule, Step

pytestmark = pytest.mark.django_db

YEARS = range(2564, 2576)
TURNS = [(1, 1), (2, 28), (2, 29), (3, 1), (10, 1)]  # months and days that begin


def days_of(year):
    """The days of a calendar year (พ.ศ.) on which something turns; the 29th in leap years."""
    for month, day in TURNS:
        try:
            yield date(year - 543, month, day)
        except ValueError:
            assert (month, day) == (2, 29)


@pytest.fixture(params=["UTC", "Asia/Bangkok"])
def _zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    stopwatch.tzset()
    yield
    monkeypatch.undo()
    stopwatch.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("year", YEARS)
def test_due_today_is_notified_from_midnight_on_and_once(year):
    days = list(days_of(year))
    cycle = make_due(days[0]).cycle
    Office.objects.update(digest_at=time(0), quiet_from=time(0), quiet_until=time(0))
    ReminderSchedule.objects.create(office=cycle.assessment.office, before=[], on_rest_days=True)
    for day in days:
        Step.objects.filter(cycle=cycle).update(planned_end=day)
        Reminder.objects.all().delete()
        last = datetime.combine(day - timedelta(1), time(23, 59, 59), thai.BANGKOK)
        assert (clock.today(last), clock.today(at(day, 0))) == (day - timedelta(1), day)
        round_at(last)
        assert "today" not in stages()
        for hour, minute in ((0, 0), (0, 30), (6, 59)):
            round_at(at(day, hour, minute))
            assert clock.this_fiscal_year(at(day, hour, minute)) == thai.fiscal_year(day)
            assert stages().count("today") == 1
        assert Reminder.objects.get(stage="today").due_date == day
        assert "ครบกำหนดวันนี้" in digests()[-1].body


@pytest.mark.parametrize(
    "due",
    [date(2020, 9, 30), date(2020, 10, 1), date(2021, 12, 31), date(2022, 1, 1), date(2024, 2, 29)],
)
def test_due_at_a_turn_of_the_year_is_notified_by_that_day(due):
    make_due(due)
    for n in range(-16, 1):
        round_at(at(due + timedelta(n)))
    assert stages()[-1] == "today"
    assert Reminder.objects.latest("pk").due_date == due
