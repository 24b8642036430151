"""What the pages of the follow-up read: submitted years, one package, one indicator."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Count, F, QuerySet

import thai
from indicators.evidence.cited import CitedPiece, cited_pieces
from indicators.models import (
    AgreedScore,
    Citation,
    Evidence,
    Indicator,
    IndicatorReview,
    Item,
    ScoreDraft,
    SubmittedCitation,
    VerifiedScore,
)
from indicators.scores import scores
from indicators.scores.drafts import drafts_of
from indicators.scores.rollup import IndicatorScore, OfficeScore, StandardScore
from indicators.states import DraftKind
from people.models import User
from workflow.followup.submissions import lacks
from workflow.models import Cycle, Recommendation, Step
from workflow.states import StepKind, StepState


# -- every submitted year -----------------------------------------------------------
@dataclass(frozen=True)
class SubmittedYear:
    """One line of OBEC's list: a submitted year and how far its follow-up is."""

    cycle: Cycle
    items: int
    verified: int
    findings: int
    answered: int


def submitted_pks(words: Collection[str]) -> tuple[list[int], int]:
    """Cycles that offices submitted and that hold all ``words`` (folded), the newest first.

    And how many were submitted in all. One query for the columns that are searched: the list
    shows a page of them, and only of that page is the rest read (see ``submitted_years``).
    """
    rows = list(
        Cycle.objects.handed_over()
        .order_by("-handed_over_at", "pk")
        .values_list(
            "pk",
            "assessment__office__name",
            "assessment__office__short_name",
            "assessment__office__province",
            "assessment__fiscal_year",
        )
    )
    found = [pk for pk, *texts in rows if _holds(" ".join(str(text) for text in texts), words)]
    return found, len(rows)


def _holds(text: str, words: Collection[str]) -> bool:
    """Whether the text holds every folded word; nothing is folded without a search."""
    if not words:
        return True
    folded = thai.fold(text)
    return all(word in folded for word in words)


def submitted_years(pks: Sequence[int]) -> list[SubmittedYear]:
    """These cycles in this order, with their counts; 3 queries.

    Items and recommendations are counted apart: joined, each item would stand there once for
    each recommendation.
    """
    cycles = (
        Cycle.objects.handed_over()
        .select_related("assessment__office", "assessment__edition")
        .in_bulk(pks)
    )
    items = {
        assessment: (total, verified)
        for assessment, total, verified in Item.objects.filter(assessment__cycle__in=pks)
        .order_by()
        .values_list("assessment")
        .annotate(Count("pk"), Count("verified_score"))
    }
    findings = {
        cycle: (total, answered)
        for cycle, total, answered in Recommendation.objects.filter(cycle__in=pks)
        .order_by()
        .values_list("cycle")
        .annotate(Count("pk"), Count("answered_at"))
    }
    none = (0, 0)
    return [
        SubmittedYear(
            cycles[pk], *items.get(cycles[pk].assessment_id, none), *findings.get(pk, none)
        )
        for pk in pks
        if pk in cycles
    ]


# -- one submitted year -------------------------------------------------------------
@dataclass(frozen=True)
class IndicatorPair:
    """One indicator of the package: own score, OBEC's, what is strong and what to improve."""

    agreed: IndicatorScore
    verified: IndicatorScore
    review: IndicatorReview | None


@dataclass(frozen=True)
class Package:
    """Scores per standard and indicator with strengths and points to improve."""

    agreed: OfficeScore
    verified: OfficeScore
    standards: list[tuple[StandardScore, StandardScore, list[IndicatorPair]]]


def package_of(cycle: Cycle) -> Package:
    """The summary as it stands; queries do not grow with its rows."""
    assessment = cycle.assessment
    agreed = scores.score_tree(assessment)
    verified = scores.score_tree(assessment, kind="verified")
    reviews = {row.indicator_id: row for row in assessment.reviews.all()}
    standards = [
        (
            own,
            theirs,
            [
                IndicatorPair(one, other, reviews.get(one.pk))
                for one, other in zip(own.indicators, theirs.indicators, strict=True)
            ],
        )
        for own, theirs in zip(agreed.standards, verified.standards, strict=True)
    ]
    return Package(agreed, verified, standards)


def is_closed(cycle: Cycle) -> bool:
    """Whether the office has closed the year: nobody writes any more; 1 query."""
    return Step.objects.filter(cycle=cycle, kind=StepKind.SUMMARY, state=StepState.DONE).exists()


class FollowupStanding(StrEnum):
    """Where the follow-up of a year stands, from the office's side."""

    LACKING = "lacking"  # something must be done before it can be submitted
    READY = "ready"
    VERIFYING = "verifying"
    ANSWERING = "answering"
    ANSWERED = "answered"  # step 6 can be finished
    CLOSED = "closed"


def standing_of(
    cycle: Cycle, *, closed: bool, unverified: int, unanswered: int
) -> FollowupStanding:
    """The one state of the follow-up, the first that holds; two queries at most."""
    if closed:
        return FollowupStanding.CLOSED
    if cycle.assessment.submitted_at is None:
        return FollowupStanding.LACKING if lacks(cycle) else FollowupStanding.READY
    if unverified:
        return FollowupStanding.VERIFYING
    return FollowupStanding.ANSWERING if unanswered else FollowupStanding.ANSWERED


def recommendations_of(cycle: Cycle, *, indicator: Indicator | None = None) -> list[Recommendation]:
    """OBEC's findings of one year, or those about one indicator; 1 query."""
    rows = cycle.recommendations.select_related("indicator", "owner", "answered_by")
    return list(rows if indicator is None else rows.filter(indicator=indicator))


def mentions(row: Recommendation, words: Collection[str]) -> bool:
    """Whether the finding, its answer or its indicator holds every folded word of a search."""
    owner = row.owner.full_name if row.owner else ""
    return _holds(
        f"{row.indicator or ''} {row.problem} {row.recommendation} {row.answer} {owner}", words
    )


def verified_items(cycle: Cycle) -> list[Item]:
    """What OBEC verified, as the catalogue orders it, with both scores; 1 query."""
    return list(
        cycle.assessment.items.filter(verified_score__isnull=False)
        .in_order()
        .select_related("consideration", "agreed_score", "verified_score")
    )


def possible_owners(cycle: Cycle) -> QuerySet[User]:
    """Who of the office may carry on a recommendation."""
    active: QuerySet[User] = User.objects.active()
    return active.filter(office=cycle.assessment.office_id)


# -- one indicator of it ------------------------------------------------------------
@dataclass(frozen=True)
class VerifiedItem:
    """One consideration as a reviewer reads it: the text, its evidence, both scores."""

    item: Item
    agreed: AgreedScore | None
    verified: VerifiedScore | None
    draft: ScoreDraft | None = None  # what the reviewer typed and did not record
    cited: list[CitedPiece] = field(default_factory=list)


def items_to_verify(cycle: Cycle, code: str, *, reviewer: User) -> list[VerifiedItem]:
    """The considerations of an indicator with scores, evidence and drafts; 5 queries."""
    rows = list(
        Item.objects.filter(assessment=cycle.assessment, consideration__indicator__code=code)
        .in_order()
        .select_related(
            "consideration__indicator__standard", "agreed_score", "verified_score__saved_by"
        )
        .prefetch_related("consideration__rubric")
    )
    cited, typed = _citations(rows), drafts_of(reviewer, DraftKind.VERIFIED, rows)
    found = []
    for item in rows:
        item.assessment = cycle.assessment
        agreed, verified = (
            getattr(item, "agreed_score", None),
            getattr(item, "verified_score", None),
        )
        draft, evidence = typed.get(item.pk), cited.get(item.pk, [])
        found.append(VerifiedItem(item, agreed, verified, draft, evidence))
    return found


def _citations(items: Iterable[Item]) -> dict[int, list[CitedPiece]]:
    """What was submitted, which is not what the office cites meanwhile."""
    standing = Citation.objects.filter(
        item__in=items, submitted__submission__withdrawn_at__isnull=True
    )
    return cited_pieces(standing)


def evidence_kept_by_obec(cycle: Cycle) -> list[tuple[Item, list[CitedPiece]]]:
    """Of a year that was taken back: what was cited when OBEC opened it last; 4 queries."""
    last = cycle.assessment.submissions.filter(opened_at__isnull=False).order_by("-pk").first()
    if last is None:
        return []
    cited = cited_pieces(Citation.objects.filter(submitted__submission=last))
    items = Item.objects.filter(pk__in=cited).in_order().select_related("consideration")
    return [(item, cited[item.pk]) for item in items]


def submitted_beside(submitted: SubmittedCitation) -> QuerySet[Citation]:
    """What the same submission cites in the same consideration."""
    return Citation.objects.filter(
        submitted__submission=submitted.submission_id, item=submitted.citation.item_id
    )


def newest_submitted(citation: int) -> SubmittedCitation | None:
    """The newest submission that OBEC opened and that holds this citation; 1 query."""
    rows = SubmittedCitation.objects.opened().filter(citation=citation)
    return rows.select_related("submission__assessment__office").order_by("-submission").first()


def citation_of_office(user: User, citation: int) -> Citation | None:
    """A citation of the user's own office, also one that was withdrawn; 1 query."""
    rows = Citation.objects.filter(evidence__in=Evidence.objects.visible_to(user), pk=citation)
    return rows.select_related("item__assessment__office", "revision").first()


def indicator_of(cycle: Cycle, code: str) -> Indicator | None:
    """The indicator of that code, if the year assesses it; 1 query."""
    of_year = Indicator.objects.filter(considerations__items__assessment=cycle.assessment_id)
    return of_year.filter(code=code).distinct().first()


def item_of(cycle: Cycle, code: str) -> Item | None:
    """The consideration of that code in the year; 1 query."""
    rows = Item.objects.select_related("consideration__indicator", "assessment__office")
    return rows.filter(assessment=cycle.assessment_id, consideration__code=code).first()


def verified_of(item: Item) -> VerifiedScore | None:
    """OBEC's level of one consideration as it stands now; 1 query."""
    return VerifiedScore.objects.filter(item=item).first()


def review_of(cycle: Cycle, indicator: Indicator) -> IndicatorReview | None:
    """Strengths and points to improve of one indicator; 1 query."""
    return IndicatorReview.objects.filter(assessment=cycle.assessment, indicator=indicator).first()


def neighbours(cycle: Cycle, indicator: Indicator) -> dict[str, str | None]:
    """Codes of the indicators before and after, to read one after the other; 1 query."""
    codes = list(
        cycle.assessment.reviews.order_by(
            F("indicator__standard__order"), F("indicator__order")
        ).values_list("indicator__code", flat=True)
    )
    at = codes.index(indicator.code)
    return {
        "before": codes[at - 1] if at else None,
        "after": codes[at + 1] if at + 1 < len(codes) else None,
    }
