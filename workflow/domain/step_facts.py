"""What each step's page shows besides its gate: papers, meetings, who has not acknowledged."""

from dataclasses import dataclass, field

from indicators.models import VerifiedScore
from workflow.domain.chart import Share, acknowledged
from workflow.models import Acknowledgement, Meeting, Proposal, Recommendation
from workflow.states import MeetingKind, ProposalKind, ProposalState, StepKind

NAMES_SHOWN = 30
KIND_OF = {
    StepKind.AGENDA: ProposalKind.ANNOUNCEMENT,
    StepKind.APPOINTMENT: ProposalKind.ORDER,
    StepKind.SELF_ASSESSMENT: ProposalKind.SAR,
}
MEETINGS_OF = {
    StepKind.BRIEFING: MeetingKind.BRIEFING,
    StepKind.COMMITTEE_WORK: MeetingKind.COMMITTEE,
    StepKind.SELF_ASSESSMENT: MeetingKind.COMMITTEE,
}


@dataclass
class StepFacts:
    """What the templates read; parts that a step has none of stay empty."""

    kind: str = ""
    newest: Proposal | None = None
    in_force: Proposal | None = None
    acknowledged: Share | None = None
    silent: list[str] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    has_meetings: bool = False
    verified: int = 0
    recommendations: Share | None = None


def facts_of(step) -> StepFacts:
    """Read what belongs to one step."""
    cycle, facts = step.cycle, StepFacts()
    if kind := KIND_OF.get(step.kind):
        facts.kind = kind.value
        versions = list(
            Proposal.objects.filter(cycle=cycle, kind=kind).select_related("approved_by")
        )
        facts.newest = versions[0] if versions else None
        facts.in_force = next((p for p in versions if p.state == ProposalState.APPROVED), None)
        if facts.in_force is not None and facts.in_force.published_at is not None:
            facts.acknowledged = acknowledged(facts.in_force)
            facts.silent = [row.user.full_name for row in silent(facts.in_force)[:NAMES_SHOWN]]
    if meetings := MEETINGS_OF.get(step.kind):
        facts.has_meetings = True
        facts.meetings = list(Meeting.objects.filter(cycle=cycle, kind=meetings))
    if step.kind == StepKind.SUMMARY:
        facts.verified = VerifiedScore.objects.filter(item__assessment=cycle.assessment_id).count()
        rows = Recommendation.objects.filter(cycle=cycle)
        facts.recommendations = Share(rows.filter(answered_at__isnull=False).count(), rows.count())
    return facts


def silent(proposal):
    """Active people who were asked and have not acknowledged, in name order."""
    return (
        Acknowledgement.objects.filter(
            proposal=proposal, acknowledged_at__isnull=True, user__is_active=True
        )
        .select_related("user__work_group")
        .order_by("user__sort_name", "pk")
    )
