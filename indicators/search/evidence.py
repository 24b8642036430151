"""Evidence by its title, the names of its files and what stands in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core import clock
from core.search import MOST, Found, Hit, Piece, SearchSource, Wanted, Words, containing, snippet_of
from indicators import rules
from indicators.models import (
    Assessment,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceRevision,
    TextPart,
)
from indicators.search.index import first_pages
from people.models import User
from people.rules import is_coordinator

CITED, UNCITED, REMOVED = "cited", "uncited", "removed"
PDF = "application/pdf"


def find_evidence(user: User, wanted: Wanted, part: slice) -> Found:
    """Titles and names first, then texts, the newest first; a fixed number of queries.

    Removed evidence is found when it is asked for, by who may manage it.
    """
    rows, words = _narrowed(user, wanted), wanted.words
    named = rows.filter(containing(words, "search_text")).order_by("-pk")
    found = list(named.values_list("pk", flat=True)[: MOST + 1])
    inside: dict[int, int] = {}
    if code := code_in(words):
        found += _cited_at(rows, code)
    if "." not in code:  # of a code no page of a file is meant
        inside = _places(user, rows, words)
    order = list(dict.fromkeys([*found, *sorted(inside, reverse=True)]))
    shown = order[:MOST][part]
    return Found(
        count=min(len(order), MOST),
        hits=_hits(user, words, shown, inside),
        more=len(order) > MOST,
    )


def _cited_at(rows: QuerySet[Evidence], code: str) -> list[int]:
    """What is cited in the considerations whose code begins so; asked by itself, as it is quick."""
    cited = Citation.objects.kept().filter(item__consideration__code__startswith=code)
    found = cited.filter(evidence__in=rows).order_by("-evidence").distinct()
    return list(found.values_list("evidence", flat=True)[: MOST + 1])


def code_in(words: Words) -> str:
    """The code that was typed, such as 2 or 2.1; "" when it was none."""
    code = words.words[0] if len(words.words) == 1 else ""
    return code if code.replace(".", "").isdecimal() and len(code) <= 20 else ""


# -- which rows -----------------------------------------------------------------------
def _narrowed(user: User, wanted: Wanted) -> QuerySet[Evidence]:
    rows = Evidence.objects.visible_to(user)
    if wanted.state == REMOVED:
        rows = rows.filter(_managed_by(user), removed_at__isnull=False)
    else:
        rows = rows.kept()
    if wanted.person:
        rows = rows.filter(created_by=wanted.person)
    if wanted.group:
        rows = rows.filter(created_by__work_group=wanted.group)
    return _of_items(rows, wanted)


def _of_items(rows: QuerySet[Evidence], wanted: Wanted) -> QuerySet[Evidence]:
    """Narrowed by what cites it: a year, an indicator, anything or nothing."""
    cited = Citation.objects.filter(removed_at__isnull=True, evidence=OuterRef("pk"))
    if wanted.indicator:
        cited = cited.filter(item__consideration__indicator__code=wanted.indicator)
    here = cited.filter(item__assessment__fiscal_year=wanted.year) if wanted.year else cited
    if wanted.state == UNCITED:
        rows = rows.exclude(Exists(here))
    elif wanted.state == CITED or wanted.indicator:
        return rows.filter(Exists(here))
    if wanted.year:
        rows = rows.filter(Q(Exists(here)) | _dated(wanted.year))
    return rows


def _dated(year: int) -> Q:
    """Of the fiscal year by the document's own date, or by the period that it covers."""
    first, last = thai.fiscal_year_bounds(year)
    return Q(document_date__range=(first, last)) | Q(covers_from__lte=last, covers_to__gte=first)


def _managed_by(user: User) -> Q:
    """As ``rules.may_manage_evidence``, of many rows."""
    if is_coordinator(user, user.office_id, clock.today()):
        return Q()
    writes = user.itemuserpermission_set.filter(permission__codename=rules.WRITE)
    cited = Citation.objects.filter(
        removed_at__isnull=True,
        evidence=OuterRef("pk"),
        item__in=writes.values("content_object"),
    )
    return Q(created_by=user) | Q(Exists(cited))


def _places(user: User, rows: QuerySet[Evidence], words: Words) -> dict[int, int]:
    """``evidence: the first page`` on which all words stand."""
    if user.office_id is None:
        return {}
    return first_pages(rows, "revisions__files__blob__text", words, office=user.office_id)


# -- what of them is shown ------------------------------------------------------------
@dataclass(frozen=True)
class _Shown:
    """What was read beside the rows."""

    words: Words
    parts: Mapping[int, TextPart]
    year: Assessment | None


def _hits(user: User, words: Words, shown: Iterable[int], inside: Mapping[int, int]) -> list[Hit]:
    order = list(shown)
    citations = Citation.objects.filter(removed_at__isnull=True).select_related(
        "item__consideration", "item__assessment"
    )
    revisions = EvidenceRevision.objects.order_by("-number").prefetch_related("files__blob")
    rows = (
        Evidence.objects.visible_to(user)
        .select_related("office", "created_by")
        .prefetch_related(
            Prefetch(
                "citations",
                citations.order_by("-item__assessment__fiscal_year", "item__consideration__code"),
                to_attr="cited",
            ),
            Prefetch("revisions", revisions, to_attr="states"),
        )
        .in_bulk(order)
    )
    parts = TextPart.objects.select_related("text").in_bulk(
        [inside[pk] for pk in order if pk in inside]
    )
    years = Assessment.objects.visible_to(user).order_by("-fiscal_year")
    said = _Shown(words, {pk: parts[inside[pk]] for pk in order if pk in inside}, years.first())
    return [_hit(rows[pk], said) for pk in order if pk in rows]


def _hit(row: Evidence, said: _Shown) -> Hit:
    cited = row.cited  # type: ignore[attr-defined]  # prefetched
    year = cited[0].item.assessment if cited else said.year
    snippet, place, url, by_machine = _place(row, said)
    return Hit(
        title=said.words.marked(row.title),
        url=reverse("indicators:evidence", args=[row.office.code, year.fiscal_year, row.pk])
        if year
        else "",
        facts=_facts(row, cited),
        snippet=snippet,
        place=place,
        place_url=url,
        by_machine=by_machine,
    )


def _facts(row: Evidence, cited: list[Citation]) -> list[str]:
    codes = ", ".join(dict.fromkeys(c.item.consideration.code for c in cited))
    day = thai.format_date(row.document_date or thai.local_date(row.created_at), "short")
    facts = [_("Removed")] if row.removed_at else []
    return [*facts, day, row.created_by.full_name, *([codes] if codes else [])]


def _place(row: Evidence, said: _Shown) -> tuple[list[Piece], str, str, bool]:
    """Where outside the title it was found: in a file, else in the name of one."""
    states = row.states  # type: ignore[attr-defined]  # prefetched
    files = [file for revision in states for file in revision.files.all()]
    part = said.parts.get(row.pk)
    if part is not None:
        file = next((f for f in files if f.blob_id == part.text.blob_id), None)
        if file is not None:
            return (
                said.words.snippet(part.shown),
                _named_place(file, part),
                _opened(file, part),
                part.by_machine,
            )
    if said.words.among([row.title]):
        return [], "", "", False
    for file in files:
        if snippet := snippet_of(said.words, [file.name]):
            return snippet, _("Name of a file"), _opened(file), False
    return [], "", "", False


def _named_place(file: EvidenceFile, part: TextPart) -> str:
    if part.text.has_pages:
        return _("%(name)s, page %(page)s") % {"name": file.name, "page": part.number}
    return file.name


def _opened(file: EvidenceFile, part: TextPart | None = None) -> str:
    url = reverse("indicators:file_preview", args=[file.pk])
    page = part is not None and part.text.has_pages and file.blob.media_type == PDF
    return f"{url}#page={part.number}" if page and part else url


EVIDENCE = SearchSource(
    name="evidence",
    label=gettext_lazy("Evidence"),
    order=10,
    find=find_evidence,
    narrows=frozenset({"year", "indicator", "person", "group", "state"}),
    states=(
        (CITED, gettext_lazy("Cited")),
        (UNCITED, gettext_lazy("Not cited")),
        (REMOVED, gettext_lazy("Removed")),
    ),
)
