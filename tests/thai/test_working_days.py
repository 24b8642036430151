"""Working days of Thai civil servants."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai import WorkingDays, public_holidays

DAYS = st.dates(date(2016, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 26), True),  # a Thursday
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 12, 5), False),  # Father's Day, a Saturday
        (date(2026, 12, 7), False),  # the day in lieu of it
        (date(2026, 12, 8), True),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2026, 5, 1), True),  # Labour Day: not for the state's offices
        (date(2026, 10, 23), False),  # King Chulalongkorn
        (date(2024, 2, 29), True),
    ],
)
def test_a_day_is_worked_on_or_not(day, works):
    assert WorkingDays().is_working(day) is works


def test_an_office_adds_days_of_its_own():
    day = date(2026, 11, 26)
    assert not WorkingDays([day]).is_working(day)
    assert WorkingDays([day]).passed(day - timedelta(1), day) == 0


def test_holidays_have_thai_names():
    assert public_holidays(2027)[date(2027, 1, 1)] == "วันขึ้นปีใหม่"


@given(since=DAYS, length=st.integers(-40, 500), own=st.sets(DAYS, max_size=20))
def test_passed_counts_each_working_day_once(since, length, own):
    days, day = WorkingDays(own), since + timedelta(length)
    each = [since + timedelta(n) for n in range(1, length + 1)]
    assert days.passed(since, day) == sum(map(days.is_working, each))


@given(since=DAYS, count=st.integers(1, 30))
def test_after_is_the_inverse_of_passed(since, count):
    days = WorkingDays()
    there = days.after(since, count)
    assert days.is_working(there)
    assert days.passed(since, there) == count
    assert days.passed(since, there - timedelta(1)) == count - 1


@given(day=DAYS)
def test_the_nearest_working_days_lie_around(day):
    days = WorkingDays()
    before, after = days.on_or_before(day), days.on_or_after(day)
    assert before <= day <= after
    assert days.is_working(before)
    assert days.is_working(after)
    assert days.passed(before, day) == 0
    if days.is_working(day):
        assert before == day == after
