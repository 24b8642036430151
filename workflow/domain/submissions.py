"""Handing the year's summary to OBEC, and what OBEC verifies of it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from indicators.domain import assessments, scores
from indicators.domain.rollup import IndicatorScore, OfficeScore, StandardScore
from indicators.models import Indicator, IndicatorReview, Item, VerifiedScore
from people import clock
from people.models import RoleGrant, User
from people.refusals import MoveRefused, NotAllowed
from people.states import Role
from workflow import rules
from workflow.domain import telling
from workflow.models import Cycle, Proposal, Step
from workflow.states import ProposalKind, ProposalState, StepKind, StepState


def approved_sar(cycle: Cycle) -> Proposal | None:
    """The SAR in force."""
    return Proposal.objects.filter(
        cycle=cycle, kind=ProposalKind.SAR, state=ProposalState.APPROVED
    ).first()


def lacks(cycle: Cycle) -> list[str]:
    """Why the summary cannot be submitted yet; empty when it can."""
    found = []
    if approved_sar(cycle) is None:
        found.append(_("The SAR has not been approved by the director."))
    open_now = Step.objects.filter(cycle=cycle, kind=StepKind.SUMMARY, state=StepState.OPEN)
    if not open_now.exists():
        found.append(_("Step 6 is not in progress."))
    return found


@transaction.atomic
def submit_summary(cycle: Cycle, *, by: User) -> Cycle:
    """Hand the approved year to OBEC; its reviewers hear of it."""
    if not rules.may_submit(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator submits the summary."))
    if missing := lacks(cycle):
        raise MoveRefused(" ".join(missing))
    assessments.mark_submitted(cycle.assessment, by=by)
    office = cycle.assessment.office
    telling.tell(
        reviewers(),
        # Submitted again after a reopening is news again.
        key=f"cycle:{cycle.pk}:submitted:{cycle.assessment.submitted_at:%Y%m%dT%H%M%S%f}",
        kind="summary_submitted",
        title=lambda: (
            _("%(office)s submitted its self-assessment of %(year)s")
            % {"office": office.short_name, "year": cycle.assessment.fiscal_year}
        ),
        url=telling.page("submission", cycle),
    )
    return cycle


def reviewers() -> list[User]:
    """OBEC's active reviewers; the role counts for the whole country."""
    held = RoleGrant.objects.on(clock.today()).filter(role=Role.OBEC)
    return list(User.objects.active().filter(pk__in=held.values("user")))


@transaction.atomic
def verify(
    cycle: Cycle, item: Item, *, level: int, reason: str, by: User, version: int | None = None
) -> VerifiedScore:
    """Record OBEC's level for one consideration, while the year is not closed."""
    _require_running(cycle)
    return scores.verify_score(item, level=level, reason=reason, version=version, by=by)


@transaction.atomic
def accept(cycle: Cycle, indicator: Indicator, *, by: User) -> int:
    """Take over the office's own scores of one indicator; those verified already stay."""
    _require_running(cycle)
    items = Item.objects.filter(
        assessment=cycle.assessment_id,
        consideration__indicator=indicator,
        agreed_score__isnull=False,
        verified_score__isnull=True,
    ).select_related("assessment__office", "agreed_score")
    for item in items:
        scores.verify_score(
            item, level=item.agreed_score.level, reason=_("As the office scored itself."), by=by
        )
    return len(items)


def _require_running(cycle):
    """Refuse once the year is closed, and keep it from being closed until the commit."""
    step = Step.objects.select_for_update().get(cycle=cycle, kind=StepKind.SUMMARY)
    if step.state == StepState.DONE:
        raise MoveRefused(_("The year is closed: step 6 is done."))


# -- how far it is ------------------------------------------------------------------
class Standing(StrEnum):
    """Where the follow-up of a year stands, from the office's side."""

    LACKING = "lacking"  # something must be done before it can be submitted
    READY = "ready"
    VERIFYING = "verifying"
    ANSWERING = "answering"
    ANSWERED = "answered"  # step 6 can be finished
    CLOSED = "closed"


def standing_of(cycle: Cycle, *, unverified: int, unanswered: int) -> Standing:
    """The one state of the follow-up, the first that holds; three queries at most."""
    steps = Step.objects.filter(cycle=cycle, kind=StepKind.SUMMARY)
    if steps.filter(state=StepState.DONE).exists():
        return Standing.CLOSED
    if cycle.assessment.submitted_at is None:
        return Standing.LACKING if lacks(cycle) else Standing.READY
    if unverified:
        return Standing.VERIFYING
    return Standing.ANSWERING if unanswered else Standing.ANSWERED


# -- what was submitted -----------------------------------------------------------
@dataclass(frozen=True)
class ScoreLine:
    """One indicator of the package: own score, OBEC's, what is strong and what to improve."""

    agreed: IndicatorScore
    verified: IndicatorScore
    review: IndicatorReview | None


@dataclass(frozen=True)
class Package:
    """Scores per standard and indicator with strengths and points to improve."""

    agreed: OfficeScore
    verified: OfficeScore
    standards: list[tuple[StandardScore, StandardScore, list[ScoreLine]]]


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
                ScoreLine(one, other, reviews.get(one.pk))
                for one, other in zip(own.indicators, theirs.indicators, strict=True)
            ],
        )
        for own, theirs in zip(agreed.standards, verified.standards, strict=True)
    ]
    return Package(agreed, verified, standards)
