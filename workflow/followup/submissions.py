"""Handing the year's summary to OBEC, and what OBEC verifies of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.refusals import MoveRefused, NotAllowed
from indicators import assessments
from indicators.models import Indicator, Item, VerifiedScore
from indicators.scores import scores
from people.models import RoleGrant, User
from people.states import Role
from workflow import notify, rules
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
    """Hand the approved year to OBEC; its reviewers are notified."""
    if not rules.may_submit(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator submits the summary."))
    if missing := lacks(cycle):
        raise MoveRefused(" ".join(missing))
    assessments.mark_submitted(cycle.assessment, by=by)
    office = cycle.assessment.office
    notify.people(
        reviewers(),
        # Submitted again after a reopening is news again.
        key=f"cycle:{cycle.pk}:submitted:{cycle.assessment.submitted_at:%Y%m%dT%H%M%S%f}",
        kind="summary_submitted",
        title=lambda: (
            _("%(office)s submitted its self-assessment of %(year)s")
            % {"office": office.short_name, "year": cycle.assessment.fiscal_year}
        ),
        url=notify.page("submission", cycle),
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


def _require_running(cycle: Cycle) -> None:
    """Refuse once the year is closed, and keep it from being closed until the commit."""
    step = Step.objects.select_for_update().get(cycle=cycle, kind=StepKind.SUMMARY)
    if step.state == StepState.DONE:
        raise MoveRefused(_("The year is closed: step 6 is done."))
