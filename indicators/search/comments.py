"""What was said in discussions about items and evidence."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core.search import MOST, Found, Hit, SearchSource, Wanted, snippet_of
from indicators.models import Assessment, Comment, Item, Thread
from indicators.search import index
from indicators.search.index import holding
from indicators.threads.places import comment_url
from people.models import User

OPEN, RESOLVED = "open", "resolved"
PLACE = ("item__assessment__office", "item__consideration", "evidence__office")


def find_comments(user: User, wanted: Wanted, part: slice) -> Found:
    """The newest first; not what was withdrawn, nor about removed evidence; 4 queries at most."""
    mine = Comment.objects.visible_to(user).standing()
    rows = _narrowed(mine.filter(thread__evidence__removed_at__isnull=True), wanted)
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[: MOST + 1])
    shown = keys[:MOST][part]
    place = [f"thread__{name}" for name in PLACE]
    loaded = Comment.objects.select_related("by", *place).in_bulk(shown)
    years = Assessment.objects.visible_to(user).select_related("office")
    newest = years.order_by("-fiscal_year").first()
    return Found(
        count=min(len(keys), MOST),
        hits=[
            Hit(
                title=wanted.words.marked(str(row.thread)),
                url=comment_url(row, newest),
                facts=[row.by.full_name, thai.format_datetime(row.at), _state(row)],
                snippet=snippet_of(wanted.words, [row.text]),
            )
            for row in (loaded[pk] for pk in shown if pk in loaded)
        ],
        more=len(keys) > MOST,
    )


def _narrowed(rows: QuerySet[Comment], wanted: Wanted) -> QuerySet[Comment]:
    """The year and the indicator are the item's: evidence is of no year."""
    rows = holding(rows, wanted.words, index.COMMENTS)
    items = Item.objects.all()
    if wanted.year:
        items = items.filter(assessment__fiscal_year=wanted.year)
    if wanted.indicator:
        items = items.filter(consideration__indicator__code=wanted.indicator)
    if wanted.year or wanted.indicator:
        threads = Thread.objects.filter(item__in=items)
        rows = rows.filter(thread__in=threads)
    if wanted.person:
        rows = rows.filter(by=wanted.person)
    if wanted.group:
        rows = rows.filter(by__work_group=wanted.group)
    if wanted.state:
        rows = rows.filter(thread__resolved_at__isnull=wanted.state == OPEN)
    return rows


def _state(row: Comment) -> str:
    return _("Resolved") if row.thread.resolved_at else _("Open")


COMMENTS = SearchSource(
    name="comments",
    label=gettext_lazy("Discussions"),
    order=25,
    find=find_comments,
    narrows=frozenset({"year", "indicator", "person", "group", "state"}),
    states=((OPEN, gettext_lazy("Open")), (RESOLVED, gettext_lazy("Resolved"))),
)
