"""What the pages of evidence read, each in a fixed number of queries."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from core.search import Words, containing
from indicators.models import Assessment, Citation, Evidence, EvidenceRevision, Item
from people.models import Office, User

PICKS = 12


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
        .select_related("item__consideration", "item__assessment__office", "revision")
        .order_by("-item__assessment__fiscal_year", "item__consideration__code")
    )


def revisions_of(evidence: Evidence) -> list[EvidenceRevision]:
    """All its revisions with files and links, the newest first; 4 queries."""
    return list(
        evidence.revisions.select_related("created_by")
        .prefetch_related("files__blob", "links")
        .order_by("-number")
    )


def last_revision(evidence: Evidence) -> EvidenceRevision | None:
    """Its newest revision with files and links; 4 queries."""
    rows = evidence.revisions.order_by("-number").prefetch_related("files__blob", "links")
    return rows.first()


def picks_for(item: Item, query: str) -> QuerySet[Evidence]:
    """What the office has and the item does not cite yet, a dozen at most; 2 queries."""
    cited = Citation.objects.filter(item=item, removed_at__isnull=True).values("evidence")
    rows = found(item.assessment.office, query).exclude(pk__in=cited)
    return rows.select_related("created_by").prefetch_related("revisions")[:PICKS]
