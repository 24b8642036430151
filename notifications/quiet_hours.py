"""Quiet hours: when nothing goes out of the application. Times of day are Bangkok's."""

from datetime import UTC, datetime, time, timedelta

import thai
from core.types import Office


def not_before(at: datetime, office: Office | None) -> datetime:
    """The first moment from ``at`` on that lies outside the office's quiet hours.

    Hours that begin in the evening end the next morning. The same time twice means that there
    are none; people without an office have none.
    """
    if office is None:
        return at
    local = at.astimezone(thai.BANGKOK)
    if not is_quiet(local.time(), office.quiet_from, office.quiet_until):
        return at
    day = local.date()
    if local.time() >= office.quiet_until:
        day += timedelta(days=1)
    return datetime.combine(day, office.quiet_until, thai.BANGKOK).astimezone(UTC)


def is_quiet(now: time, begin: time, end: time) -> bool:
    """Whether ``now`` lies in the hours from ``begin`` (included) to ``end``."""
    if begin <= end:
        return begin <= now < end
    return now >= begin or now < end


def hour_has_come(at: datetime, hour: time) -> bool:
    """Whether it is ``hour`` or later on the day of ``at``."""
    return at.astimezone(thai.BANGKOK).time() >= hour
