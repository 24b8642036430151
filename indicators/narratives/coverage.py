"""Which months of the fiscal year the cited evidence of each consideration speaks of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import get_language

import thai
from indicators.catalogue.checklists.queries import lacking_in
from indicators.catalogue.trees import edition_tree
from indicators.evidence.periods import Dates
from indicators.models import Assessment, Citation

MONTHS = 12


@dataclass
class CoverageRow:
    """One consideration: pieces of evidence by month, without dates, and of other years."""

    code: str
    title: str
    months: list[int] = field(default_factory=lambda: [0] * MONTHS)
    undated: int = 0
    outside: int = 0
    lacking: int = 0  # required pieces that are missing

    @property
    def empty(self) -> bool:
        """Whether it cites nothing at all."""
        return not (any(self.months) or self.undated or self.outside)


@dataclass(frozen=True)
class CoverageGroup:
    """A standard with its considerations."""

    code: str
    title: str
    rows: Sequence[CoverageRow]


@dataclass(frozen=True)
class Coverage:
    """The year. ``covered`` counts by month the considerations shown that have evidence."""

    months: Sequence[str]
    groups: Sequence[CoverageGroup]
    covered: Sequence[int]
    considerations: int


def coverage_of(assessment: Assessment, *, lacking: bool = False) -> Coverage:
    """The table of the year, or of what lacks required evidence; 3 queries once the
    edition was read.
    """
    standards = edition_tree(assessment.edition).standards
    rows = {
        node.pk: CoverageRow(node.code, node.title)
        for standard in standards
        for indicator in standard.indicators
        for node in indicator.considerations
    }
    cited = Citation.objects.kept().filter(item__assessment=assessment).order_by()
    dates = (f"evidence__{name}" for name in Dates._fields)
    for consideration, *known in cited.values_list("item__consideration", *dates):
        _count(rows[consideration], Dates(*known), assessment.fiscal_year)
    for consideration, missing in lacking_in(assessment).items():
        rows[consideration].lacking = missing
    if lacking:
        rows = {pk: row for pk, row in rows.items() if row.lacking}
    groups = [
        CoverageGroup(
            standard.code,
            standard.title,
            [rows[c.pk] for i in standard.indicators for c in i.considerations if c.pk in rows],
        )
        for standard in standards
    ]
    return Coverage(
        months=_labels(assessment.fiscal_year),
        groups=[group for group in groups if group.rows],
        covered=[sum(row.months[n] > 0 for row in rows.values()) for n in range(MONTHS)],
        considerations=len(rows),
    )


def _count(row: CoverageRow, dates: Dates, year: int) -> None:
    if not any(dates):
        row.undated += 1
        return
    months = list(months_of(dates, year))
    for month in months:
        row.months[month] += 1
    row.outside += not months


def months_of(dates: Dates, year: int) -> Iterable[int]:
    """The months, October 0, of the period covered, else of the document's date.

    An open end reaches to the end of the year; what lies outside the year has none.
    """
    first, last = thai.fiscal_year_bounds(year)
    begin, end = dates.covers_from or first, dates.covers_to or last
    if not (dates.covers_from or dates.covers_to):
        begin = end = dates.document_date or date.min
    if begin > last or end < first:
        return range(0)
    return range(_month(max(begin, first), first), _month(min(end, last), first) + 1)


def _month(day: date, first: date) -> int:
    return (day.year - first.year) * MONTHS + day.month - first.month


def _labels(year: int) -> list[str]:
    """``ต.ค. 2559`` to ``ก.ย. 2560``."""
    first, _last = thai.fiscal_year_bounds(year)
    language: Literal["th", "en"] = "en" if (get_language() or "").startswith("en") else "th"
    days = (
        date(first.year + (first.month - 1 + n) // MONTHS, (first.month - 1 + n) % MONTHS + 1, 1)
        for n in range(MONTHS)
    )
    return [thai.format_date(day, "short", language=language).partition(" ")[2] for day in days]
