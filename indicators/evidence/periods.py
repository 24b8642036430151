"""Whether a document belongs to the fiscal year that cites it. A warning, never a refusal.

What counts is the period that it covers: a plan is signed before its year begins, a report after it
has ended. Without a period the date of the document counts.
"""

from datetime import date
from typing import Literal, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

import thai


class Dates(NamedTuple):
    """What is known of a document; an open end of the period is None."""

    document_date: date | None
    covers_from: date | None
    covers_to: date | None


def why_outside(dates: Dates, year: int) -> str:
    """What to check, "" when nothing lies outside the fiscal year."""
    first, last = thai.fiscal_year_bounds(year)
    words = {"year": year, "bounds": thai.format_range(first, last, "short", language=_language())}
    begin, end = dates.covers_from, dates.covers_to
    if begin or end:
        if (begin or date.min) > last or (end or date.max) < first:
            return (
                _(
                    "The period covered lies outside fiscal year %(year)s (%(bounds)s). Please "
                    "check the dates, or whether this is the right document."
                )
                % words
            )
    elif dates.document_date and not first <= dates.document_date <= last:
        return (
            _(
                "The document is dated outside fiscal year %(year)s (%(bounds)s). If it is about "
                "this year, please give the period that it covers."
            )
            % words
        )
    return ""


def _language() -> Literal["th", "en"]:
    return "en" if (get_language() or "").startswith("en") else "th"
