"""What the pages of evidence read, each in a fixed number of queries."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from core.search import Words, containing
from indicators import rules
from indicators.evidence.periods import Dates, why_outside
from indicators.evidence.pictures.thumbnails import thumbnail_of
from indicators.models import (
    Assessment,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
    Item,
)
from indicators.states import ItemState
from people.models import Office, User

PICKS = 12
Shown = TypeVar("Shown", EvidenceFile, EvidenceLink)


def found(office: Office, query: str | None, *, removed: bool = False) -> QuerySet[Evidence]:
    """The office's evidence, or what was removed of it, whose title and files bear the words."""
    rows = Evidence.objects.filter(office=office, removed_at__isnull=not removed)
    if words := Words.of(query or ""):
        rows = rows.filter(containing(words, "search_text"))
    return rows


def evidence_rows(
    user: User, assessment: Assessment, chosen: Mapping[str, Any]
) -> QuerySet[Evidence]:
    """The rows of the list with all they show, newest first; 3 queries.

    ``chosen`` is what the list's filter form cleaned.
    """
    show = chosen.get("show")
    cited = Citation.objects.kept().filter(item__assessment=assessment)
    rows = found(assessment.office, chosen.get("q"), removed=show == "removed")
    if show == "mine":
        rows = rows.filter(created_by=user)
    if show == "uncited":
        rows = rows.exclude(Exists(cited.filter(evidence=OuterRef("pk"))))
    if standard := chosen.get("standard"):
        here = cited.filter(item__consideration__indicator__standard=standard)
        rows = rows.filter(Exists(here.filter(evidence=OuterRef("pk"))))
    return rows.select_related("created_by").prefetch_related(
        Prefetch(
            "citations",
            cited.select_related("item__consideration").order_by("item__consideration__code"),
            to_attr="cited_here",
        ),
        Prefetch(
            "revisions",
            EvidenceRevision.objects.order_by("-number").annotate(
                file_count=Count("files", distinct=True), link_count=Count("links", distinct=True)
            ),
            to_attr="states",
        ),
    )


def citations_of(evidence: Evidence) -> QuerySet[Citation]:
    """Where it is cited, the newest year first; one query."""
    return (
        Citation.objects.filter(evidence=evidence, removed_at__isnull=True)
        .select_related(
            "item__consideration",
            "item__assessment__office",
            "revision",
            "brought_from__item__assessment",
            "verified_by",
        )
        .order_by("-item__assessment__fiscal_year", "item__consideration__code")
    )


@dataclass(frozen=True)
class CitingYear:
    """A fiscal year in which a piece of evidence is cited."""

    assessment: Assessment
    citations: list[Citation]


def by_year(citations: Iterable[Citation]) -> list[CitingYear]:
    """What ``citations_of`` found, year by year; no query."""
    found: dict[int, CitingYear] = {}
    for row in citations:
        year = row.item.assessment
        found.setdefault(year.pk, CitingYear(year, [])).citations.append(row)
    return list(found.values())


def items_to_cite_in(user: User, assessment: Assessment, evidence: Evidence) -> list[Item]:
    """Where the person may cite it now: what they write that does not cite it yet; 2 queries."""
    if not assessment.is_open or evidence.removed_at:
        return []
    cited = Citation.objects.filter(evidence=evidence, removed_at__isnull=True).values("item")
    rows = Item.objects.filter(
        pk__in=rules.writable_items(user, assessment), state=ItemState.WRITING
    )
    return list(rows.exclude(pk__in=cited).select_related("consideration").in_order())


def warnings_of(
    evidence: Evidence, citations: Iterable[Citation], assessment: Assessment
) -> list[str]:
    """Of each year that cites it, else of this one, whether the dates lie outside it; no query."""
    years = {row.item.assessment.fiscal_year for row in citations} or {assessment.fiscal_year}
    dates = Dates(evidence.document_date, evidence.covers_from, evidence.covers_to)
    return [why for year in sorted(years) if (why := why_outside(dates, year))]


def revisions_of(evidence: Evidence) -> list[EvidenceRevision]:
    """All its revisions with files and links, the newest first; 4 queries.

    Each file has its ``thumbnail``.
    """
    files = EvidenceFile.objects.select_related("blob__rendition")
    revisions = list(
        evidence.revisions.select_related("created_by")
        .prefetch_related(Prefetch("files", files), "links")
        .order_by("-number")
    )
    for file in (file for revision in revisions for file in revision.files.all()):
        file.thumbnail = thumbnail_of(file)  # type: ignore[attr-defined]
    return revisions


def parts_of(evidence: Evidence) -> list[Evidence]:
    """What was joined into it, the oldest first; 1 query."""
    return list(evidence.parts.order_by("pk"))


def last_revision(evidence: Evidence) -> EvidenceRevision | None:
    """Its newest revision with files and links; 4 queries."""
    rows = evidence.revisions.order_by("-number").prefetch_related("files__blob", "links")
    return rows.first()


def picks_for(item: Item, query: str) -> QuerySet[Evidence]:
    """What the office has and the item does not cite yet, a dozen at most; 2 queries."""
    cited = Citation.objects.filter(item=item, removed_at__isnull=True).values("evidence")
    rows = found(item.assessment.office, query).exclude(pk__in=cited)
    return rows.select_related("created_by").prefetch_related("revisions")[:PICKS]


# -- two revisions beside each other -------------------------------------------------
class Difference(StrEnum):
    """What became of a file or link between two revisions."""

    CAME = "came"
    WENT = "went"
    REPLACED = "replaced"  # other bytes under the same name
    RENAMED = "renamed"  # the same bytes, or the same address, under another name
    STAYED = "stayed"


@dataclass(frozen=True)
class Compared(Generic[Shown]):
    """One row: what stood there and what stands there, either of which may be None."""

    difference: Difference
    old: Shown | None
    new: Shown | None


@dataclass(frozen=True)
class Comparison:
    """Two revisions, the older one first, and their files and links row by row."""

    old: EvidenceRevision
    new: EvidenceRevision
    files: list[Compared[EvidenceFile]]
    links: list[Compared[EvidenceLink]]

    @property
    def pair(self) -> tuple[EvidenceRevision, EvidenceRevision]:
        """Both, the older one first."""
        return self.old, self.new


def compare(old: EvidenceRevision, new: EvidenceRevision) -> Comparison:
    """What changed between two revisions of ``revisions_of``; no query."""
    return Comparison(
        old,
        new,
        _paired(
            list(old.files.all()), list(new.files.all()), lambda f: f.blob_id, lambda f: f.name
        ),
        _paired(list(old.links.all()), list(new.links.all()), lambda k: k.url, lambda k: k.label),
    )


def _paired(
    old: list[Shown],
    new: list[Shown],
    content: Callable[[Shown], object],
    name: Callable[[Shown], str],
) -> list[Compared[Shown]]:
    """In the order of the newer one, then what went. Each row is in one pair only.

    First those of the same content and name, then of the same content, then of the same name.
    """
    partner: dict[int, tuple[Difference, Shown]] = {}
    left = list(old)
    for difference, same in (
        (Difference.STAYED, lambda a, b: content(a) == content(b) and name(a) == name(b)),
        (Difference.RENAMED, lambda a, b: content(a) == content(b)),
        (Difference.REPLACED, lambda a, b: bool(name(a)) and name(a) == name(b)),
    ):
        for place, row in enumerate(new):
            match = None if place in partner else next((o for o in left if same(o, row)), None)
            if match is not None:
                partner[place] = (difference, match)
                left.remove(match)
    rows: list[Compared[Shown]] = []
    for place, row in enumerate(new):
        if place in partner:
            difference, match = partner[place]
            rows.append(Compared(difference, match, row))
        else:
            rows.append(Compared(Difference.CAME, None, row))
    rows.extend(Compared(Difference.WENT, row, None) for row in left)
    return rows
