"""Handing the year's summary to OBEC, and what OBEC verifies of it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed
from indicators import assessments
from indicators.models import Assessment, Indicator, Item, ScoreDraft, VerifiedScore
from indicators.scores import drafts, scores
from indicators.states import DraftKind
from people.models import User
from people.rules import is_obec
from people.states import Role
from workflow import notify, rules
from workflow.models import Cycle, Proposal, Step
from workflow.papers.completeness import of_papers, panels
from workflow.papers.completeness.panels import Criterion, Panel, Place
from workflow.papers.moves import UNDECIDED
from workflow.states import ProposalKind, ProposalState, StepKind, StepState


def approved_sar(cycle: Cycle) -> Proposal | None:
    """The SAR in force."""
    return Proposal.objects.filter(
        cycle=cycle, kind=ProposalKind.SAR, state=ProposalState.APPROVED
    ).first()


def lacks(cycle: Cycle) -> list[str]:
    """Why the summary cannot be submitted yet; empty when it can."""
    return [check.sentence for check in _conditions(cycle) if check.places]


def _conditions(cycle: Cycle) -> list[Criterion]:
    assessment = cycle.assessment
    address = assessment.office.code, assessment.fiscal_year
    step = StepKind.SUMMARY.value
    sar = (Place("sar", str(ProposalKind.SAR.label), ("workflow:proposal", *address, "sar")),)
    later = Proposal.objects.filter(cycle=cycle, kind=ProposalKind.SAR, state__in=UNDECIDED)
    open_now = Step.objects.filter(cycle=cycle, kind=step, state=StepState.OPEN).exists()
    label = str(StepKind.SUMMARY.label)
    closed = () if open_now else (Place("step", label, ("workflow:step", *address, step)),)
    return [
        Criterion("sar", () if approved_sar(cycle) else sar, blocks=True),
        Criterion("sar_decided", sar if later.exists() else (), blocks=True),
        Criterion("step_open", closed, blocks=True),
    ]


def panel_of(cycle: Cycle, *, at: datetime) -> Panel:
    """What is complete and what is not before the summary goes to OBEC."""
    gaps = of_papers.sar_gaps(of_papers.sar_facts(cycle, at), before=StepKind.SUMMARY)
    return Panel((*_conditions(cycle), *gaps))


@transaction.atomic
def submit_summary(cycle: Cycle, *, by: User, gaps_seen: str | None = None) -> Cycle:
    """Hand the approved year to OBEC; its reviewers are notified.

    ``gaps_seen`` names the gaps that were on screen (see ``completeness.panels``).
    """
    if not rules.may_submit(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator submits the summary."))
    # Nobody proposes another SAR until the commit.
    Assessment.objects.select_for_update(no_key=True).get(pk=cycle.assessment_id)
    if missing := lacks(cycle):
        raise MoveRefused(" ".join(missing))
    assessments.mark_submitted(cycle.assessment, by=by)
    if gaps_seen is not None:
        panels.require(panel_of(cycle, at=clock.now()), seen=gaps_seen)
    office = cycle.assessment.office
    notify.people(
        notify.reviewers(),
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


@transaction.atomic
def take_back(cycle: Cycle, *, by: User) -> Cycle:
    """Undo the submission while OBEC has not opened it; its reviewers are notified."""
    if not rules.may_submit(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator takes the submission back."))
    sent = cycle.assessment.submitted_at
    assessments.take_back(cycle.assessment, by=by)
    office = cycle.assessment.office
    notify.people(
        notify.reviewers(),
        key=f"cycle:{cycle.pk}:taken-back:{sent:%Y%m%dT%H%M%S%f}",
        kind="summary_taken_back",
        title=lambda: (
            _("%(office)s took back its self-assessment of %(year)s; there is nothing to open")
            % {"office": office.short_name, "year": cycle.assessment.fiscal_year}
        ),
        url=reverse("workflow:submission_list"),
    )
    return cycle


@transaction.atomic
def open_submission(cycle: Cycle, *, by: User) -> bool:
    """A reviewer begins to read; from now on the office can't simply take it back.

    Reading is what OBEC does with pages that only show, and those write nothing: so the first
    reviewer says it by a button, and nothing of the year is shown before. Returns whether this
    was the first.
    """
    if not is_obec(by, clock.today()):
        raise NotAllowed(_("Only OBEC's reviewers open what was submitted."))
    first = assessments.take_up(cycle.assessment, by=by)
    if first:
        notify.people(
            notify.holders(cycle, Role.COORDINATOR),
            key=f"cycle:{cycle.pk}:opened:{cycle.assessment.taken_up_at:%Y%m%dT%H%M%S%f}",
            kind="summary_opened",
            title=lambda: _("OBEC has opened the summary that you submitted"),
            url=notify.page("followup", cycle),
        )
    return first


@transaction.atomic
def verify(
    cycle: Cycle, item: Item, *, level: int, reason: str, by: User, version: int | None = None
) -> VerifiedScore:
    """Record OBEC's level for one consideration, while the year is not closed."""
    _require_running(cycle)
    return scores.verify_score(item, level=level, reason=reason, version=version, by=by)


@transaction.atomic
def keep_draft(
    cycle: Cycle, item: Item, *, level: int | None, reason: str, seen: int, version: int, by: User
) -> ScoreDraft | None:
    """Keep what a reviewer is typing of a verified score, while the year is not closed."""
    _require_running(cycle)
    return drafts.keep_draft(
        item, DraftKind.VERIFIED, level=level, reason=reason, seen=seen, version=version, by=by
    )


@transaction.atomic
def accept(cycle: Cycle, indicator: Indicator, *, by: User) -> int:
    """Take over the office's own scores of one indicator; those verified already stay.

    Can be undone for a while: ``undo_accept``.
    """
    _require_running(cycle)
    at = clock.now()
    items = Item.objects.filter(
        assessment=cycle.assessment_id,
        consideration__indicator=indicator,
        agreed_score__isnull=False,
        verified_score__isnull=True,
    ).select_related("assessment__office", "agreed_score")
    for item in items:
        scores.verify_score(
            item,
            level=item.agreed_score.level,
            reason=_("As the office scored itself."),
            by=by,
            taken_over_at=at,
        )
    return len(items)


@transaction.atomic
def undo_accept(cycle: Cycle, indicator: Indicator, *, by: User) -> int:
    """Take back what this reviewer took over a short while ago, and nothing else.

    What was typed, before or since, and what another reviewer took over stays.
    """
    _require_running(cycle)
    taken = VerifiedScore.objects.filter(
        item__assessment=cycle.assessment_id,
        item__consideration__indicator=indicator,
        saved_by=by,
        taken_over_at__isnull=False,
    )
    rows = list(taken.select_related("item").order_by("pk"))
    if not rows:
        raise MoveRefused(_("Nothing that you took over stands here any more."))
    for row in rows:
        require_undoable(row.taken_over_at, now=clock.now())
    return sum(scores.remove_taken_over(row, by=by) for row in rows)


def _require_running(cycle: Cycle) -> None:
    """Refuse once the year is closed, and keep it from being closed until the commit."""
    step = Step.objects.select_for_update().get(cycle=cycle, kind=StepKind.SUMMARY)
    if step.state == StepState.DONE:
        raise MoveRefused(_("The year is closed: step 6 is done."))
