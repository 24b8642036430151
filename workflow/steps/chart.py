"""The flow chart of a cycle as data: what each row says, how far it is, whether it is late."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery

from people.models import User
from workflow.models import Cycle, Step, StepEvent
from workflow.papers.queries import Share
from workflow.states import (
    ProposalKind,
    StepKind,
    StepState,
)
from workflow.steps import process_text
from workflow.steps.overview import Overview
from workflow.steps.process_text import ChartRow
from workflow.todo import Todo

SHOWN_PEOPLE = 4  # names in a row of the chart; the rest is a number


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
    left_open: int = 0  # what still waited when the approved SAR closed the step

    @property
    def is_late(self) -> bool:
        """Whether the planned end has passed."""
        return self.late_days > 0

    @property
    def shown_people(self) -> list[User]:
        """Those whom the row names; a page with sixty names shows nothing."""
        return self.people[:SHOWN_PEOPLE]

    @property
    def more_people(self) -> int:
        """How many the row does not name."""
        return len(self.people) - len(self.shown_people)

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


def chart_of(
    cycle: Cycle, *, todos: list[Todo], overview: Overview, user: User, day: date
) -> list[ChartStep]:
    """The six rows; a fixed number of queries."""
    by_step = defaultdict(list)
    for todo in todos:
        by_step[todo.step].append(todo)
    last = StepEvent.objects.filter(step=OuterRef("pk")).order_by("-pk").values("left_open")[:1]
    steps = cycle.steps.order_by("kind").annotate(left=Subquery(last))
    rows = []
    for step, row in zip(
        steps.prefetch_related("responsible"), process_text.chart_rows(), strict=True
    ):
        step.cycle = cycle
        waiting = by_step[step.kind]
        rows.append(
            ChartStep(
                step=step,
                row=row,
                people=list(step.responsible.all()),
                share=None
                if step.state == StepState.WAITING
                else _share(cycle, step.kind, overview),
                late_days=(day - step.planned_end).days if step.is_late(day) else 0,
                todos=waiting,
                mine=next((todo for todo in waiting if user.pk in todo.users), None),
                left_open=len(step.left or ()) if step.state == StepState.DONE else 0,
            )
        )
    return rows


def _share(cycle: Cycle, kind: int, overview: Overview) -> Share:
    """How far a step is, in the things its gate asks for."""
    counts, papers = overview.counts, overview.papers
    if kind == StepKind.AGENDA:
        return Share(papers[ProposalKind.ANNOUNCEMENT], 3)
    if kind == StepKind.BRIEFING:
        return Share(overview.named + overview.briefed, overview.targets + 1)
    if kind == StepKind.APPOINTMENT:
        return Share(min(papers[ProposalKind.ORDER], 2), 2)
    if kind == StepKind.COMMITTEE_WORK:
        # The very number that the first page and the page of progress show.
        return Share(counts.handed_in, counts.items)
    if kind == StepKind.SELF_ASSESSMENT:
        return Share(counts.agreed + min(papers[ProposalKind.SAR], 2), counts.items + 2)
    submitted = cycle.assessment.submitted_at is not None
    return Share(overview.verified + submitted, counts.items + 1)
