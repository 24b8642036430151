"""The default calendar of a fiscal year, and what looks wrong about a planned one."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

import thai
from workflow.states import StepKind

# (month, day) of begin and end, both included; months from October on lie in the year before.
DEFAULT_CALENDAR = {
    StepKind.AGENDA: ((10, 1), (11, 15)),
    StepKind.BRIEFING: ((11, 16), (12, 15)),
    StepKind.APPOINTMENT: ((12, 16), (1, 15)),
    StepKind.COMMITTEE_WORK: ((1, 16), (7, 15)),
    StepKind.SELF_ASSESSMENT: ((7, 16), (8, 31)),
    StepKind.SUMMARY: ((9, 1), (9, 30)),
}
# Preparations begin before October and OBEC's follow-up runs past September, but not by years.
NEAR = timedelta(days=183)


@dataclass(frozen=True)
class Planned:
    """What the checks need of a step."""

    kind: int
    start: date
    end: date


def _day(fiscal_year: int, month: int, day: int) -> date:
    first, last = thai.fiscal_year_bounds(fiscal_year)
    return date(first.year if month >= first.month else last.year, month, day)


def default_dates(fiscal_year: int) -> dict[StepKind, tuple[date, date]]:
    """Begin and end of each step in the fiscal year พ.ศ. ``fiscal_year``."""
    return {
        kind: (_day(fiscal_year, *start), _day(fiscal_year, *end))
        for kind, (start, end) in DEFAULT_CALENDAR.items()
    }


def refusal_of(start: date, end: date, fiscal_year: int) -> str:
    """Why these dates can't be meant; empty when they can."""
    first, last = thai.fiscal_year_bounds(fiscal_year)
    if end < start:
        return _("The step ends before it begins.")
    if start < first - NEAR or end > last + NEAR:
        return _("The dates lie far outside fiscal year %(year)s.") % {"year": fiscal_year}
    return ""


def warnings_of(steps: list[Planned], fiscal_year: int) -> list[str]:
    """What is allowed but odd: outside the year, or a step that begins before its predecessor."""
    first, last = thai.fiscal_year_bounds(fiscal_year)
    found = []
    for step in steps:
        if step.start < first or step.end > last:
            found.append(
                _("Step %(number)s lies partly outside fiscal year %(year)s.")
                % {"number": step.kind, "year": fiscal_year}
            )
    for before, after in pairwise(steps):
        if after.start < before.start or after.end < before.end:
            found.append(
                _("Step %(after)s is planned before step %(before)s.")
                % {"after": after.kind, "before": before.kind}
            )
    return found
