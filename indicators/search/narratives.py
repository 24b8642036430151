"""What was written of considerations, and of the strengths and problems of indicators."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.search import MOST, Found, Hit, SearchSource, Wanted, containing, snippet_of
from indicators.loading import item_url
from indicators.models import Assessment, Consideration, Indicator, IndicatorReview, Item
from indicators.narratives.items import TEXTS
from indicators.narratives.reviews import FIELDS
from indicators.search.evidence import code_in
from indicators.states import ItemState
from people.models import User


def find_narratives(user: User, wanted: Wanted, part: slice) -> Found:
    """What was written in the years of the person's office."""
    return find_written(Assessment.objects.visible_to(user), wanted, part, _hit)


def find_written(
    years: QuerySet[Assessment],
    wanted: Wanted,
    part: slice,
    hit: Callable[[Item | IndicatorReview, Wanted], Hit],
) -> Found:
    """The newest year first, considerations before the reviews of indicators; 4 queries."""
    items = _narrowed(Item.objects.filter(assessment__in=years), "consideration", wanted)
    reviews = _narrowed(IndicatorReview.objects.filter(assessment__in=years), "indicator", wanted)
    if wanted.state:  # a review has none
        items, reviews = items.filter(state=wanted.state), reviews.none()
    found: list[tuple[type[Item] | type[IndicatorReview], int]] = [
        *((Item, pk) for pk in _keys(items)),
        *((IndicatorReview, pk) for pk in _keys(reviews)),
    ]
    shown = found[:MOST][part]
    loaded = {
        Item: items.select_related(
            "consideration__indicator", "assessment__office", "saved_by"
        ).in_bulk([pk for model, pk in shown if model is Item]),
        IndicatorReview: reviews.select_related(
            "indicator", "assessment__office", "saved_by"
        ).in_bulk([pk for model, pk in shown if model is IndicatorReview]),
    }
    rows = [loaded[model][pk] for model, pk in shown if pk in loaded[model]]
    return Found(
        count=min(len(found), MOST),
        hits=[hit(row, wanted) for row in rows],
        more=len(found) > MOST,
    )


def _narrowed(rows: QuerySet[Any], of: str, wanted: Wanted) -> QuerySet[Any]:
    """The rows that say the words, or are of the code that was typed; empty texts say nothing."""
    said = containing(wanted.words, "search_text")
    if code := code_in(wanted.words):
        said |= Q((f"{of}__code__startswith", code))
    rows = rows.filter(said).exclude(search_text="")
    if wanted.year:
        rows = rows.filter(assessment__fiscal_year=wanted.year)
    if wanted.indicator:
        indicator = "consideration__indicator" if of == "consideration" else "indicator"
        rows = rows.filter((f"{indicator}__code", wanted.indicator))
    if wanted.person:
        rows = rows.filter(saved_by=wanted.person)
    if wanted.group:
        rows = rows.filter(saved_by__work_group=wanted.group)
    return rows


def _keys(rows: QuerySet[Any]) -> list[int]:
    order = rows.order_by("-assessment__fiscal_year", "pk").values_list("pk", flat=True)
    return list(order[: MOST + 1])


def written_in(row: Item | IndicatorReview) -> list[str]:
    """The texts of a row."""
    names = TEXTS if isinstance(row, Item) else FIELDS
    return [getattr(row, name) for name in names]


def _hit(row: Item | IndicatorReview, wanted: Wanted) -> Hit:
    year = row.assessment
    facts = [_("Fiscal year %(year)s") % {"year": year.fiscal_year}]
    facts += [row.saved_by.full_name] if row.saved_by else []
    what: Consideration | Indicator
    if isinstance(row, Item):
        what, url = row.consideration, item_url(row)
        facts.insert(0, row.get_state_display())
    else:
        what = row.indicator
        url = reverse("indicators:indicator", args=[year.office.code, year.fiscal_year, what.code])
        facts.insert(0, _("Strengths, problems and measures"))
    return Hit(
        title=wanted.words.marked(str(what)),
        url=url,
        facts=facts,
        snippet=snippet_of(wanted.words, written_in(row)),
    )


NARRATIVES = SearchSource(
    name="narratives",
    label=gettext_lazy("What was written"),
    order=20,
    find=find_narratives,
    narrows=frozenset({"year", "indicator", "person", "group", "state"}),
    states=tuple(ItemState.choices),
)
