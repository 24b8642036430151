"""The year's content as the builders need it: who answers for what, what is still empty."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

import thai
from core import clock
from core.models import Event
from indicators.models import (
    AssessmentUserPermission,
    Assignment,
    Citation,
    InboxEntry,
    Indicator,
    IndicatorReview,
    Item,
    ItemUserPermission,
    Score,
    Standard,
    VerifiedScore,
)
from indicators.narratives import items
from indicators.states import ItemState
from people.models import User
from workflow.models import Cycle, Decision, Meeting, Proposal, Recommendation
from workflow.states import ProposalKind, ProposalMove, StepKind
from workflow.todos import papers
from workflow.todos.facts import (
    Content,
    Facts,
    InboxFact,
    ItemFact,
    Named,
    ReviewFact,
    Target,
    those_open,
)

WRITTEN = (StepKind.BRIEFING, StepKind.COMMITTEE_WORK, StepKind.SELF_ASSESSMENT)
# What the history calls minutes that are printed from now on, or no more.
MINUTED = ("meeting.hold", "meeting.reopen")
Contents = Mapping[int, Content]  # by the assessment


def read(facts: Iterable[Facts]) -> None:
    """Fill ``content`` of every cycle whose open step looks at the content."""
    facts = list(facts)
    if written := those_open(facts, *WRITTEN):
        _read_written(written)
    if closing := those_open(facts, StepKind.SUMMARY):
        _read_unverified(closing)
        _read_recommendations(closing)


def read_whole(facts: Iterable[Facts]) -> None:
    """Fill what was written and scored in these years, whichever steps are open; 4 queries."""
    contents = {one.cycle.assessment_id: one.content for one in facts}
    _read_items(contents)
    _read_scores(contents)
    _read_reviews(contents)


def names_of(people: Collection[int]) -> list[tuple[int, str]]:
    """Each person's id and full name, as lists of people are ordered; 1 query."""
    rows = User.objects.filter(pk__in=people).order_by("sort_name", "pk")
    return [(person.pk, person.full_name) for person in rows]


def _read_written(facts: list[Facts]) -> None:
    contents = {one.cycle.assessment_id: one.content for one in facts}
    _read_items(contents)
    _read_named(contents)
    if briefing := those_open(facts, StepKind.BRIEFING):
        _read_tree(briefing)
    if those_open(facts, StepKind.COMMITTEE_WORK, StepKind.SELF_ASSESSMENT):
        _read_writers(contents)
    if working := those_open(facts, StepKind.COMMITTEE_WORK):
        _read_inbox(working)
    if assessing := those_open(facts, StepKind.SELF_ASSESSMENT):
        _read_scores(contents)
        _read_reviews(contents)
        _read_last_change(assessing)


def _read_items(contents: Contents) -> None:
    kept = Citation.objects.kept().filter(item=OuterRef("pk"))
    cited, of_old = Exists(kept), kept.to_verify()
    rows = (
        Item.objects.filter(assessment__in=contents)
        .in_order()
        .annotate(
            narrated=~Q(narrative=""),
            evidenced=cited | ~Q(no_evidence_reason=""),
            handed_in=Q(state=ItemState.HANDED_IN),
            text_to_check=Q(narrative_from__isnull=False) | Q(result_from__isnull=False),
            to_verify=Coalesce(
                Subquery(of_old.order_by().values("item").annotate(n=Count("pk")).values("n")), 0
            ),
        )
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
            "due",
            "consideration__indicator__code",
            "to_verify",
            "text_to_check",
        )
    )
    for assessment, pk, consideration, code, title, indicator, *more in rows:
        *flags, due, above, to_verify, text_to_check = more
        narrated, evidenced, handed_in, agreed = map(bool, flags)
        item = ItemFact(
            pk=pk,
            consideration=Target(consideration, code, title),
            indicator=indicator,
            narrated=narrated,
            evidenced=evidenced,
            handed_in=handed_in,
            agreed=agreed,
            due=due,
            indicator_code=above,
            to_verify=to_verify,
            text_to_check=bool(text_to_check),
        )
        contents[assessment].items.append(item)


def _read_named(contents: Contents) -> None:
    rows = Assignment.objects.current().filter(assessment__in=contents)
    targets = ("standard", "indicator", "consideration")
    columns = ("assessment", "user", "user__is_active", "since")
    for assessment, user, active, since, *keys in rows.values_list(*columns, *targets):
        for target, pk in zip(targets, keys, strict=True):
            if pk is not None and active:
                contents[assessment].named[target, pk] = Named(user, since)
            elif pk is not None:
                contents[assessment].left[target, pk] = user


def _read_tree(facts: list[Facts]) -> None:
    editions = {one.cycle.assessment.edition_id for one in facts}
    standards: dict[int, list[Target]] = defaultdict(list)
    indicators: dict[int, list[Target]] = defaultdict(list)
    for edition, pk, code, title in Standard.objects.filter(edition__in=editions).values_list(
        "edition", "pk", "code", "title"
    ):
        standards[edition].append(Target(pk, code, title))
    below = Indicator.objects.filter(standard__edition__in=editions)
    for edition, pk, code, title in below.values_list("standard__edition", "pk", "code", "title"):
        indicators[edition].append(Target(pk, code, title))
    for one in facts:
        edition = one.cycle.assessment.edition_id
        one.content.standards, one.content.indicators = standards[edition], indicators[edition]


def _read_inbox(facts: list[Facts]) -> None:
    """What waits in the inboxes of these offices, of events before the end of each year."""
    rows = (
        InboxEntry.objects.waiting()
        .filter(office__in={one.cycle.assessment.office_id for one in facts})
        .order_by("for_code", "put_at", "pk")
        .values_list("office", "for_code", "event_on", "put_at")
    )
    found: dict[tuple[int, str], list[tuple[date, datetime]]] = defaultdict(list)
    for office, code, day, put_at in rows:
        found[office, code].append((day, put_at))
    for one in facts:
        assessment = one.cycle.assessment
        _first, last = thai.fiscal_year_bounds(assessment.fiscal_year)
        for (office, code), entries in found.items():
            of_year = [put_at for day, put_at in entries if day <= last]
            if office == assessment.office_id and of_year:
                one.content.inbox.append(InboxFact(code, len(of_year), min(of_year)))


def _read_writers(contents: Contents) -> None:
    rows = ItemUserPermission.objects.filter(
        content_object__assessment__in=contents, permission__codename="write_item"
    )
    for assessment, item, user, active in rows.values_list(
        "content_object__assessment", "content_object", "user", "user__is_active"
    ):
        content = contents[assessment]
        (content.writers if active else content.writers_left).add((item, user))


def _read_scores(contents: Contents) -> None:
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


def _read_reviews(contents: Contents) -> None:
    rows = (
        IndicatorReview.objects.filter(assessment__in=contents)
        .annotate(complete=~Q(strengths="") & ~Q(to_improve=""))
        .order_by("indicator__standard__order", "indicator__order")
        .values_list("assessment", "indicator", "indicator__code", "indicator__title", "complete")
    )
    for assessment, pk, code, title, complete in rows:
        contents[assessment].reviews.append(ReviewFact(Target(pk, code, title), bool(complete)))


def _read_last_change(facts: list[Facts]) -> None:
    decided = [one for one in facts if papers.under_way(one, ProposalKind.SAR)]
    changed = last_changes([one.cycle for one in decided]) if decided else {}
    for one in decided:
        one.content.changed_at = changed.get(one.cycle.pk)


def last_change(cycle: Cycle) -> datetime | None:
    """When anything that the SAR of this cycle prints last changed."""
    return last_changes([cycle]).get(cycle.pk)


def last_changes(cycles: Collection[Cycle]) -> dict[int, datetime]:
    """When anything that each SAR prints last changed: content, the order, minutes of meetings.

    By the cycle, and 10 queries whatever their number.
    """
    content = items.last_changes([cycle.assessment_id for cycle in cycles])
    orders = Proposal.objects.filter(cycle__in=cycles, kind=ProposalKind.ORDER).order_by()
    revoked = Decision.objects.filter(proposal__in=orders, move=ProposalMove.REVOKE).order_by()
    minuted = Event.objects.filter(verb__in=MINUTED)
    return clock.latest(
        [
            *((cycle.pk, content.get(cycle.assessment_id)) for cycle in cycles),
            *orders.values_list("cycle").annotate(last=Max("approved_at")),
            *revoked.values_list("proposal__cycle").annotate(last=Max("at")),
            *minuted.last_about(Meeting.objects.filter(cycle__in=cycles), "cycle"),
        ]
    )


def unverified_of(assessments: Collection[int]) -> dict[int, int]:
    """Assessment → how many of its considerations have no score of OBEC's; one query."""
    verified = VerifiedScore.objects.filter(item=OuterRef("pk"))
    rows = (
        Item.objects.filter(~Exists(verified), assessment__in=assessments)
        .order_by()
        .values("assessment")
        .annotate(n=Count("pk"))
    )
    return dict(rows.values_list("assessment", "n"))


def _read_unverified(facts: list[Facts]) -> None:
    counted = unverified_of([one.cycle.assessment_id for one in facts])
    for one in facts:
        one.content.unverified = counted.get(one.cycle.assessment_id, 0)


def _read_recommendations(facts: list[Facts]) -> None:
    by_cycle = {one.cycle.pk: one.content for one in facts}
    rows = Recommendation.objects.filter(cycle__in=by_cycle, answered_at__isnull=True)
    for cycle, pk, text, created_at in rows.order_by("pk").values_list(
        "cycle", "pk", "recommendation", "created_at"
    ):
        by_cycle[cycle].unanswered.append((pk, text, created_at))
