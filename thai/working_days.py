"""Working days of Thai civil servants: no Saturdays, Sundays and public holidays.

Public holidays come from the ``holidays`` package: royal and Buddhist days and the days in lieu
(วันหยุดชดเชย). Labour Day stands in its list but offices of the state work on it. What an office
adds for itself is handed in. Dates are Bangkok dates.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

SATURDAY = 5
LABOUR = "แรงงาน"
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays of the CE ``year`` with their Thai names, days in lieu included."""
    from holidays.countries.thailand import Thailand  # noqa: PLC0415 - brings every country

    found = Thailand(years=year, language="th", expand=False)
    return {day: name for day, name in sorted(found.items()) if LABOUR not in name}


class WorkingDays:
    """Counts working days; ``own`` are further days on which this office rests."""

    def __init__(self, own: Iterable[date] = ()):
        self.own: Collection[date] = frozenset(own)
        # year → how many working days it has had before each of its days, and in all.
        self._counts: dict[int, list[int]] = {}

    def is_working(self, day: date) -> bool:
        """Whether the office works on ``day``."""
        return (
            day.weekday() < SATURDAY
            and day not in public_holidays(day.year)
            and day not in self.own
        )

    def on_or_before(self, day: date) -> date:
        """The last working day up to ``day``."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """The first working day from ``day`` on."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def passed(self, since: date, day: date) -> int:
        """Working days after ``since`` up to and including ``day``; 0 when ``day`` is earlier."""
        if day <= since:
            return 0
        first, end = since + ONE_DAY, day + ONE_DAY
        whole_years = sum(self._year(year)[-1] for year in range(first.year, end.year))
        return whole_years + self._before(end) - self._before(first)

    def after(self, since: date, count: int) -> date:
        """The day that is the ``count``-th working day after ``since`` (``count`` ≥ 1)."""
        day = since
        for _nth in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day

    def _before(self, day: date) -> int:
        """Working days of the year of ``day`` before it."""
        return self._year(day.year)[day.timetuple().tm_yday - 1]

    def _year(self, year: int) -> list[int]:
        if year not in self._counts:
            first = date(year, 1, 1).toordinal()
            length = date(year + 1, 1, 1).toordinal() - first
            works = (self.is_working(date.fromordinal(first + n)) for n in range(length))
            self._counts[year] = [0, *accumulate(works)]
        return self._counts[year]
