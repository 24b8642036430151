"""What the page that finds anything reads: the choices of its filters, the rows of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet

from core.search import Found, SearchSource, Wanted
from indicators.models import Assessment, Indicator
from people.models import User, WorkGroup

FIRST, PAGE = 5, 20  # hits of each kind beside the others, and of one kind alone


@dataclass(frozen=True)
class Choices:
    """By what the office's things differ."""

    indicators: list[tuple[str, str]]
    years: list[int]
    groups: QuerySet[WorkGroup]
    people: QuerySet[User]


@dataclass(frozen=True)
class FoundOfKind:
    """What was found of one kind."""

    source: SearchSource
    found: Found

    @property
    def rest(self) -> bool:
        """Whether there is more than is shown here."""
        return self.found.count > len(self.found.hits)


def choices_for(user: User) -> Choices:
    """The filters of ``user``; 2 queries, and one each for work groups and people."""
    years = Assessment.objects.visible_to(user).order_by("-fiscal_year")
    used = list(years.values_list("fiscal_year", "edition"))
    editions = {edition for _year, edition in used}
    rows = Indicator.objects.filter(standard__edition__in=editions)
    titles: dict[str, str] = {}
    order = ("standard__edition", "standard__order", "order")
    for code, title in rows.order_by(*order).values_list("code", "title"):
        titles[code] = title
    return Choices(
        indicators=list(titles.items()),
        years=[year for year, _edition in used],
        groups=WorkGroup.objects.filter(office=user.office_id),
        people=User.objects.visible_to(user),
    )


def found_of_each(user: User, wanted: Wanted, asked: Sequence[SearchSource]) -> list[FoundOfKind]:
    """The first hits of each kind that has any."""
    groups = [FoundOfKind(source, source.find(user, wanted, slice(0, FIRST))) for source in asked]
    return [group for group in groups if group.found.count]


def found_of_one(
    user: User, wanted: Wanted, source: SearchSource, number: int
) -> tuple[FoundOfKind, object]:
    """One page of one kind, and the pages there are. A page that is none gives the last one."""
    first = slice((number - 1) * PAGE, number * PAGE)
    found = source.find(user, wanted, first)
    pages = Paginator(range(found.count), PAGE)
    page = pages.get_page(number)
    if page.number != number:
        begin = (page.number - 1) * PAGE
        found = source.find(user, wanted, slice(begin, begin + PAGE))
    return FoundOfKind(source, found), page
