"""The one clock: UTC instants, Bangkok dates, fiscal years in พ.ศ.

The demonstration lives in fiscal year พ.ศ. 2560: ``settings.CLOCK_OFFSET_DAYS`` shifts its
present there. Everywhere else the offset is 0, which a system check holds.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

import thai

_pretended: ContextVar[timedelta | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present instant, aware, UTC."""
    offset = _pretended.get()
    if offset is None:
        offset = timedelta(days=settings.CLOCK_OFFSET_DAYS)
    return timezone.now() + offset


def today(at: datetime | None = None) -> date:
    """The Bangkok date of ``at`` (now when None)."""
    return timezone.localdate(at or now(), timezone.get_default_timezone())


def this_fiscal_year(at: datetime | None = None) -> int:
    """The fiscal year in พ.ศ. that ``at`` lies in: 1 October N−1 … 30 September N."""
    return thai.fiscal_year(today(at))


def latest(moments: Iterable[tuple[int, datetime | None]]) -> dict[int, datetime]:
    """The last of the moments of each row, by the row's number; none where nothing happened."""
    found: dict[int, datetime] = {}
    for row, at in moments:
        if at is not None:
            found[row] = max(at, found.get(row, at))
    return found


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let the story of the demonstration happen at ``moment`` (aware); time runs on from there."""
    token = _pretended.set(moment - timezone.now())
    try:
        yield
    finally:
        _pretended.reset(token)
