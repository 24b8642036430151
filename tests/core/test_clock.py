"""The one clock."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.utils import timezone

from core import clock


@time_machine.travel(datetime(2016, 9, 30, 16, 59, 59, tzinfo=UTC), tick=False)
def test_today_is_bangkok_before_midnight():
    assert (clock.today(), clock.this_fiscal_year()) == (date(2016, 9, 30), 2559)


@time_machine.travel(datetime(2016, 9, 30, 17, 0, 0, tzinfo=UTC), tick=False)
def test_today_is_bangkok_from_midnight():
    assert (clock.today(), clock.this_fiscal_year()) == (date(2016, 10, 1), 2560)


def test_clock_shifts_by_the_demonstrations_days(settings):
    settings.CLOCK_OFFSET_DAYS = -10
    assert abs(timezone.now() - timedelta(days=10) - clock.now()) < timedelta(seconds=5)


def test_pretend_ends_with_its_block():
    with clock.pretend(datetime(2017, 8, 4, 3, tzinfo=UTC)):
        assert clock.today() == date(2017, 8, 4)
    assert abs(timezone.now() - clock.now()) < timedelta(seconds=5)
