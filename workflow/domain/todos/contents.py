"""The year's content as the builders need it: who answers for what, what is still empty."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from indicators.domain.items import last_change
from indicators.models import (
    AssessmentUserPermission,
    Assignment,
    Citation,
    Indicator,
    IndicatorReview,
    Item,
    ItemUserPermission,
    Score,
    Standard,
)
from indicators.states import ItemState
from workflow.domain.todos import papers
from workflow.domain.todos.facts import Facts, those_open
from workflow.models import Recommendation
from workflow.states import ProposalKind, StepKind


class Row(NamedTuple):
    """A standard, indicator or consideration."""

    pk: int
    code: str
    title: str


class ItemFact(NamedTuple):
    """One consideration's item: what is there."""

    pk: int
    consideration: Row
    indicator: int
    narrated: bool
    evidenced: bool
    handed_in: bool
    agreed: bool
    verified: bool
    due: date | None  # its own due date, when the coordinator gave it one
    indicator_code: str


class ReviewFact(NamedTuple):
    """What the review of one indicator still lacks."""

    indicator: Row
    complete: bool


class Named(NamedTuple):
    """Who was named, and since when."""

    user: int
    since: datetime


@dataclass
class Content:
    """One assessment's content."""

    standards: list[Row] = field(default_factory=list)
    indicators: list[Row] = field(default_factory=list)
    items: list[ItemFact] = field(default_factory=list)
    # (field name, pk of the target) → who was named and is still active.
    named: dict[tuple[str, int], Named] = field(default_factory=dict)
    # Pairs (item, user) with the right to write, from the approved order.
    writers: set[tuple[int, int]] = field(default_factory=set)
    scorers: list[int] = field(default_factory=list)
    # assessor → (scored, handed in)
    scored: dict[int, tuple[int, int]] = field(default_factory=dict)
    reviews: list[ReviewFact] = field(default_factory=list)
    unanswered: list[tuple[int, str, datetime]] = field(default_factory=list)
    # When anything that the SAR prints last changed; read only while a SAR is under way.
    changed_at: datetime | None = None

    def may_write_some(self, user: int, indicator: int) -> bool:
        """Whether the order gave ``user`` an item of this indicator."""
        return any(
            item.indicator == indicator and (item.pk, user) in self.writers for item in self.items
        )


def read(facts: Iterable[Facts]) -> None:
    """Fill ``content`` of every cycle whose open step looks at the content."""
    wanted = those_open(
        facts,
        StepKind.BRIEFING,
        StepKind.COMMITTEE_WORK,
        StepKind.SELF_ASSESSMENT,
        StepKind.SUMMARY,
    )
    if not wanted:
        return
    contents = {one.cycle.assessment_id: Content() for one in wanted}
    for one in wanted:
        one.content = contents[one.cycle.assessment_id]
    _read_items(contents)
    _read_named(contents)
    if briefing := those_open(wanted, StepKind.BRIEFING):
        _read_tree(briefing)
    if those_open(wanted, StepKind.COMMITTEE_WORK, StepKind.SELF_ASSESSMENT):
        _read_writers(contents)
    if assessing := those_open(wanted, StepKind.SELF_ASSESSMENT):
        _read_scores(contents)
        _read_reviews(contents)
        _read_last_change(assessing)
    if closing := those_open(wanted, StepKind.SUMMARY):
        _read_recommendations(closing)


def _read_items(contents):
    cited = Exists(Citation.objects.kept().filter(item=OuterRef("pk")))
    rows = (
        Item.objects.filter(assessment__in=contents)
        .annotate(
            narrated=~Q(narrative=""),
            evidenced=cited | ~Q(no_evidence_reason=""),
            handed_in=Q(state=ItemState.HANDED_IN),
        )
        .in_order()
        .values_list(
            "assessment",
            "pk",
            "consideration",
            "consideration__code",
            "consideration__title",
            "consideration__indicator",
            "narrated",
            "evidenced",
            "handed_in",
            "agreed_score__level",
            "verified_score__level",
            "due",
            "consideration__indicator__code",
        )
    )
    for assessment, pk, consideration, code, title, indicator, *flags, due, above in rows:
        row = Row(consideration, code, title)
        item = ItemFact(pk, row, indicator, *map(bool, flags), due, above)
        contents[assessment].items.append(item)


def _read_named(contents):
    rows = Assignment.objects.current().filter(assessment__in=contents, user__is_active=True)
    targets = ("standard", "indicator", "consideration")
    for assessment, user, since, *keys in rows.values_list("assessment", "user", "since", *targets):
        for target, pk in zip(targets, keys, strict=True):
            if pk is not None:
                contents[assessment].named[target, pk] = Named(user, since)


def _read_tree(facts):
    editions = {one.cycle.assessment.edition_id for one in facts}
    standards, indicators = defaultdict(list), defaultdict(list)
    for edition, *row in Standard.objects.filter(edition__in=editions).values_list(
        "edition", "pk", "code", "title"
    ):
        standards[edition].append(Row(*row))
    for edition, *row in Indicator.objects.filter(standard__edition__in=editions).values_list(
        "standard__edition", "pk", "code", "title"
    ):
        indicators[edition].append(Row(*row))
    for one in facts:
        edition = one.cycle.assessment.edition_id
        one.content.standards, one.content.indicators = standards[edition], indicators[edition]


def _read_writers(contents):
    rows = ItemUserPermission.objects.filter(
        content_object__assessment__in=contents, permission__codename="write_item"
    )
    for assessment, item, user in rows.values_list(
        "content_object__assessment", "content_object", "user"
    ):
        contents[assessment].writers.add((item, user))


def _read_scores(contents):
    rights = AssessmentUserPermission.objects.filter(
        content_object__in=contents,
        permission__codename="score_assessment",
        user__is_active=True,
    ).order_by("user")
    for assessment, user in rights.values_list("content_object", "user"):
        contents[assessment].scorers.append(user)
    scores = (
        Score.objects.filter(item__assessment__in=contents)
        .order_by()
        .values("item__assessment", "assessor")
        .annotate(scored=Count("pk"), handed_in=Count("handed_in_at"))
    )
    for assessment, user, scored, handed_in in scores.values_list(
        "item__assessment", "assessor", "scored", "handed_in"
    ):
        contents[assessment].scored[user] = (scored, handed_in)


def _read_reviews(contents):
    rows = (
        IndicatorReview.objects.filter(assessment__in=contents)
        .annotate(complete=~Q(strengths="") & ~Q(to_improve=""))
        .order_by("indicator__standard__order", "indicator__order")
        .values_list("assessment", "indicator", "indicator__code", "indicator__title", "complete")
    )
    for assessment, pk, code, title, complete in rows:
        contents[assessment].reviews.append(ReviewFact(Row(pk, code, title), bool(complete)))


def _read_last_change(facts):
    for one in facts:
        if papers.under_way(one, ProposalKind.SAR):
            one.content.changed_at = last_change(one.cycle.assessment)


def _read_recommendations(facts):
    by_cycle = {one.cycle.pk: one.content for one in facts}
    rows = Recommendation.objects.filter(cycle__in=by_cycle, answered_at__isnull=True)
    for cycle, pk, text, created_at in rows.order_by("pk").values_list(
        "cycle", "pk", "recommendation", "created_at"
    ):
        by_cycle[cycle].unanswered.append((pk, text, created_at))
