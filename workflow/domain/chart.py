"""The flow chart of a cycle as data: what each row says, how far it is, whether it is late."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from indicators.domain.progress import Progress
from indicators.models import VerifiedScore
from people.models import User
from workflow.domain import process_text
from workflow.domain.process_text import ChartRow
from workflow.domain.todos import Todo
from workflow.models import Acknowledgement, Meeting, Proposal, Step
from workflow.states import (
    MeetingKind,
    MeetingState,
    ProposalKind,
    ProposalState,
    StepKind,
    StepState,
)


@dataclass(frozen=True)
class Share:
    """``done`` of ``total`` things; nothing to do counts as nothing done."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all."""
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True)
class ChartStep:
    """One row of the chart."""

    step: Step
    row: ChartRow
    people: list[User]
    share: Share | None
    late_days: int
    todos: list[Todo] = field(default_factory=list)
    mine: Todo | None = None

    @property
    def is_late(self) -> bool:
        """Whether the planned end has passed."""
        return self.late_days > 0

    @property
    def missing(self) -> list[Todo]:
        """What keeps the step from being finished."""
        return [todo for todo in self.todos if todo.blocks]

    @property
    def look(self) -> str:
        """How the row is marked: done, late, open or waiting."""
        if self.step.state == StepState.DONE:
            return "done"
        if self.is_late:
            return "late"
        return "open" if self.step.state == StepState.OPEN else "waiting"


def chart_of(cycle, *, todos: list[Todo], progress: Progress, user, day: date) -> list[ChartStep]:
    """The six rows; a fixed number of queries."""
    by_step = defaultdict(list)
    for todo in todos:
        by_step[todo.step].append(todo)
    papers = _papers(cycle)
    steps = cycle.steps.order_by("kind").prefetch_related("responsible")
    rows = []
    for step, row in zip(steps, process_text.chart_rows(), strict=True):
        step.cycle = cycle
        waiting = by_step[step.kind]
        rows.append(
            ChartStep(
                step=step,
                row=row,
                people=list(step.responsible.all()),
                share=None
                if step.state == StepState.WAITING
                else _share(cycle, step.kind, progress, papers),
                late_days=(day - step.planned_end).days if step.is_late(day) else 0,
                todos=waiting,
                mine=next((todo for todo in waiting if user.pk in todo.users), None),
            )
        )
    return rows


def _share(cycle, kind, progress, papers) -> Share:
    """How far a step is, in the things its gate asks for."""
    counts = progress.counts
    if kind == StepKind.AGENDA:
        return Share(papers[ProposalKind.ANNOUNCEMENT], 3)
    if kind == StepKind.BRIEFING:
        named = cycle.assessment.assignments.current().count()
        return Share(named + _held(cycle, MeetingKind.BRIEFING), _targets(progress) + 1)
    if kind == StepKind.APPOINTMENT:
        return Share(min(papers[ProposalKind.ORDER], 2), 2)
    if kind == StepKind.COMMITTEE_WORK:
        return Share(counts.complete + _held(cycle, MeetingKind.COMMITTEE), counts.items + 1)
    if kind == StepKind.SELF_ASSESSMENT:
        return Share(counts.agreed + min(papers[ProposalKind.SAR], 2), counts.items + 2)
    verified = VerifiedScore.objects.filter(item__assessment=cycle.assessment_id).count()
    return Share(verified + (cycle.assessment.submitted_at is not None), counts.items + 1)


def _held(cycle, kind) -> bool:
    """Whether a meeting of this kind was held."""
    return Meeting.objects.filter(cycle=cycle, state=MeetingState.HELD, kind=kind).exists()


def _papers(cycle) -> dict[str, int]:
    """Per kind how far the best version is: 1 proposed, 2 approved, 3 published."""
    found = dict.fromkeys(ProposalKind.values, 0)
    rows = Proposal.objects.filter(cycle=cycle).order_by()
    for kind, state, published in rows.values_list("kind", "state", "published_at"):
        far = {
            ProposalState.PROPOSED: 1,
            ProposalState.ENDORSED: 1,
            ProposalState.APPROVED: 3 if published else 2,
        }.get(state, 0)
        found[kind] = max(found[kind], far)
    return found


def _targets(progress) -> int:
    """How many standards, indicators and considerations want a person."""
    standards = progress.standards
    return len(standards) + sum(len(part.parts) for part in standards) + progress.counts.items


def acknowledged(proposal) -> Share:
    """How many active people of those asked have acknowledged."""
    rows = Acknowledgement.objects.filter(proposal=proposal, user__is_active=True)
    return Share(rows.filter(acknowledged_at__isnull=False).count(), rows.count())
