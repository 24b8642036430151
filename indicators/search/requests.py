"""What was asked of somebody about items and evidence, and the words of what came of it."""

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

import thai
from core.search import MOST, Found, Hit, SearchSource, Wanted, snippet_of
from indicators.models import ItemRequest, RequestStep
from indicators.search import index
from indicators.search.index import holding
from indicators.states import RequestState
from people.models import User


def find_requests(user: User, wanted: Wanted, part: slice) -> Found:
    """The newest first; withdrawn ones only when they are asked for; 4 queries at most."""
    mine = ItemRequest.objects.visible_to(user)
    mine = mine.filter(state=wanted.state) if wanted.state else mine.standing()
    rows = _narrowed(mine, wanted)
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[: MOST + 1])
    shown = keys[:MOST][part]
    steps = RequestStep.objects.filter(number__gt=1).order_by("number")
    place = ("item__assessment__office", "item__consideration", "evidence")
    loaded = (
        ItemRequest.objects.select_related("asked_by", *place)
        .prefetch_related(Prefetch("steps", steps, to_attr="said"))
        .in_bulk(shown)
    )
    return Found(
        count=min(len(keys), MOST),
        hits=[_hit(loaded[pk], wanted) for pk in shown if pk in loaded],
        more=len(keys) > MOST,
    )


def _narrowed(rows: QuerySet[ItemRequest], wanted: Wanted) -> QuerySet[ItemRequest]:
    """A person or a group asked, was asked, or reported it done."""
    rows = holding(rows, wanted.words, index.REQUESTS)
    if wanted.year:
        rows = rows.filter(item__assessment__fiscal_year=wanted.year)
    if wanted.indicator:
        rows = rows.filter(item__consideration__indicator__code=wanted.indicator)
    if wanted.person:
        rows = rows.filter(_concerns("", wanted.person))
    if wanted.group:
        rows = rows.filter(_concerns("__work_group", wanted.group))
    return rows


def _concerns(of: str, key: int) -> Q:
    return Q((f"asked_by{of}", key)) | Q((f"asked_of{of}", key)) | Q((f"done_by{of}", key))


def _hit(row: ItemRequest, wanted: Wanted) -> Hit:
    year, words = row.item.assessment, wanted.words
    facts = [row.get_state_display(), row.asked_by.full_name, thai.format_datetime(row.asked_at)]
    facts += [row.evidence.title] if row.evidence else []
    said = [step.text for step in row.said]  # type: ignore[attr-defined]  # prefetched
    return Hit(
        title=words.marked(str(row)),
        url=reverse("indicators:request", args=[year.office.code, year.fiscal_year, row.pk]),
        facts=facts,
        snippet=snippet_of(words, [row.text, *said]),
    )


REQUESTS = SearchSource(
    name="requests",
    label=gettext_lazy("Requests"),
    order=24,
    find=find_requests,
    narrows=frozenset({"year", "indicator", "person", "group", "state"}),
    states=tuple(RequestState.choices),
)
