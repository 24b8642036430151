"""What lies in the inbox and is not sorted yet, by its note and the names of its files."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core.search import MOST, Found, Hit, SearchSource, Wanted, snippet_of
from indicators.models import Assessment, InboxEntry
from indicators.search.evidence import code_in
from people.models import User
from thai.finding import folded


def find_in_inbox(user: User, wanted: Wanted, part: slice) -> Found:
    """The newest event first; 3 queries. Notes are folded here, as few entries wait at a time."""
    waiting = _narrowed(InboxEntry.objects.visible_to(user).waiting(), wanted)
    code = code_in(wanted.words)
    columns = ("pk", "for_code", "note", "evidence__search_text")
    rows = waiting.order_by("-event_on", "-pk").values_list(*columns)
    found = [
        pk
        for pk, for_code, note, named in rows
        if wanted.words.in_folded(f"{folded(note)} {named}") or (code and for_code == code)
    ]
    shown = found[:MOST][part]
    loaded = InboxEntry.objects.select_related("office", "evidence", "put_by").in_bulk(shown)
    newest = Assessment.objects.visible_to(user).order_by("-fiscal_year").first()
    return Found(
        count=min(len(found), MOST),
        hits=[_hit(loaded[pk], wanted, newest) for pk in shown if pk in loaded],
        more=len(found) > MOST,
    )


def _narrowed(rows: QuerySet[InboxEntry], wanted: Wanted) -> QuerySet[InboxEntry]:
    if wanted.year:
        rows = rows.filter(event_on__range=thai.fiscal_year_bounds(wanted.year))
    if wanted.indicator:
        of_it = Q(for_code=wanted.indicator) | Q(for_code__startswith=f"{wanted.indicator}.")
        rows = rows.filter(of_it)
    if wanted.person:
        rows = rows.filter(put_by=wanted.person)
    if wanted.group:
        rows = rows.filter(put_by__work_group=wanted.group)
    return rows


def _hit(row: InboxEntry, wanted: Wanted, newest: Assessment | None) -> Hit:
    url = reverse("indicators:inbox", args=[row.office.code])
    if newest:  # the page of the file, from which it is cited as well
        args = [row.office.code, newest.fiscal_year, row.evidence_id]
        url = reverse("indicators:evidence", args=args)
    facts = [_("Waits to be sorted"), thai.format_date(row.event_on, "short"), row.put_by.full_name]
    return Hit(
        title=wanted.words.marked(row.evidence.title),
        url=url,
        facts=[*facts, *([row.for_code] if row.for_code else [])],
        snippet=snippet_of(wanted.words, [row.note]),
    )


INBOX = SearchSource(
    name="inbox",
    label=gettext_lazy("Inbox"),
    order=15,
    find=find_in_inbox,
    narrows=frozenset({"year", "indicator", "person", "group"}),
)
