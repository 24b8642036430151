"""What the pages of the inbox read, each in a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

import thai
from indicators import rules
from indicators.evidence.periods import Dates, why_outside
from indicators.evidence.pictures.thumbnails import show_thumbnails
from indicators.models import Assessment, InboxEntry, Item
from indicators.models.inbox import InboxEntryQuerySet
from indicators.narratives.inbox.codes import codes_around, known_codes
from indicators.states import ItemState
from people.models import User
from people.rules import is_coordinator

PAGE = 30


def put_by(user: User) -> QuerySet[InboxEntry]:
    """What somebody put in and what became of it, the newest first; 1 query."""
    return _with_fate(InboxEntry.objects.visible_to(user).filter(put_by=user)).order_by("-pk")


def _with_fate(rows: QuerySet[InboxEntry]) -> QuerySet[InboxEntry]:
    return rows.select_related(
        "evidence",
        "put_by",
        "sorted_by",
        "citation__item__consideration",
        "citation__item__assessment__office",
    )


def newest_assessment(user: User) -> Assessment | None:
    """The newest year of the person's office; 1 query."""
    rows = Assessment.objects.visible_to(user).select_related("office", "edition")
    return rows.order_by("-fiscal_year").first()


def of_year(assessment: Assessment) -> InboxEntryQuerySet:
    """What lies there and happened before the end of this fiscal year: later ones are later's."""
    _first, last = thai.fiscal_year_bounds(assessment.fiscal_year)
    return InboxEntry.objects.filter(office=assessment.office_id, event_on__lte=last)


def waiting_for(assessment: Assessment, codes: Collection[str]) -> int:
    """How many wait for one of these codes; 1 query."""
    return of_year(assessment).waiting().filter(for_code__in=codes).count()


# -- the page on which it is sorted ---------------------------------------------------
@dataclass(frozen=True)
class CitePlace:
    """A consideration in which the reader may cite now."""

    code: str
    title: str


@dataclass
class SortRow:
    """An entry as the page shows it. ``places``: where it may be cited, the likeliest first."""

    entry: InboxEntry
    title: str  # of what it is for, in this year's edition
    outside: str
    places: list[CitePlace]
    may_sort: bool


@dataclass(frozen=True)
class Sorter:
    """Who reads the page, and what that person may do with an entry."""

    user: User
    places: list[CitePlace]
    indicators: dict[str, str]  # of each place
    coordinates: bool
    codes: frozenset[str]

    def places_for(self, code: str) -> list[CitePlace]:
        """Those of its own code first, then of its indicator, then the others."""
        return sorted(
            self.places,
            key=lambda place: (place.code != code, self.indicators[place.code] != code),
        )

    def may_sort(self, entry: InboxEntry) -> bool:
        """As ``rules.may_sort_inbox``, read once for all rows."""
        mine = entry.put_by_id == self.user.pk or entry.for_code in self.codes
        return self.coordinates or mine


def sorter_of(assessment: Assessment, user: User, day: date) -> Sorter:
    """What the person may do; 3 queries at most."""
    writes = rules.writable_items(user, assessment) if assessment.is_open else frozenset()
    rows = Item.objects.filter(pk__in=writes, state=ItemState.WRITING).in_order()
    columns = ("consideration__code", "consideration__title", "consideration__indicator__code")
    found = list(rows.values_list(*columns))
    return Sorter(
        user=user,
        places=[CitePlace(code, title) for code, title, _indicator in found],
        indicators={code: indicator for code, _title, indicator in found},
        coordinates=is_coordinator(user, assessment.office_id, day),
        codes=rules.codes_written(user),
    )


def entries_to_sort(assessment: Assessment, code: str, *, done: bool) -> QuerySet[InboxEntry]:
    """What waits, the oldest event first, or what was sorted, the last one first."""
    rows = of_year(assessment)
    if code:
        rows = rows.filter(for_code__in=codes_around(assessment.edition, code))
    if done:
        rows = rows.filter(sorted_at__isnull=False).order_by("-sorted_at", "-pk")
    else:
        rows = rows.waiting().order_by("event_on", "pk")
    return _with_fate(rows)


def sort_rows(
    entries: Iterable[InboxEntry], sorter: Sorter, assessment: Assessment
) -> list[SortRow]:
    """The rows of one page with their pictures; 2 queries."""
    entries, titles = list(entries), dict(known_codes(assessment.edition))
    show_thumbnails(entry.evidence for entry in entries)
    return [
        SortRow(
            entry=entry,
            title=titles.get(entry.for_code, ""),
            outside=why_outside(Dates(entry.event_on, None, None), assessment.fiscal_year),
            places=sorter.places_for(entry.for_code),
            may_sort=sorter.may_sort(entry),
        )
        for entry in entries
    ]
