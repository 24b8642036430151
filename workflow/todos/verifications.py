"""What waits for OBEC's reviewers in the whole country: scores to verify.

The same todos as those of each cycle, read for all submitted years at once: a reviewer has
hundreds, and nothing else of another office waits for them.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from core import clock
from people.models import User
from workflow.models import Step
from workflow.states import StepKind, StepState
from workflow.todo import Todo
from workflow.todos.contents import unverified_of
from workflow.todos.facts import Content, Facts, reviewers_on
from workflow.todos.steps import verification


def verifications(user: User, at: datetime) -> Iterator[Todo]:
    """What offices other than the own submitted and nobody verified to the end; 3 queries."""
    day = clock.today(at)
    steps = _submitted().exclude(cycle__assessment__office=user.office_id)
    unverified = unverified_of([step.cycle.assessment_id for step in steps])
    obec = reviewers_on(day)
    for step in steps:
        cycle = step.cycle
        submitted_at, left = cycle.assessment.submitted_at, unverified.get(cycle.assessment_id, 0)
        if submitted_at and left:
            facts = Facts(
                cycle=cycle,
                at=at,
                day=day,
                steps={step.kind: step},
                obec=obec,
                content=Content(unverified=left),
            )
            yield verification(facts, submitted_at)


def _submitted() -> QuerySet[Step]:
    """Step 6 of every submitted year that is not closed, with the columns that a todo says."""
    below = "cycle__assessment"
    columns = ("fiscal_year", "submitted_at", "office__code", "office__short_name")
    return (
        Step.objects.filter(kind=StepKind.SUMMARY, state=StepState.OPEN)
        .filter(cycle__assessment__submitted_at__isnull=False)
        .select_related("cycle__assessment__office")
        .only("kind", "planned_end", "opened_at", *(f"{below}__{column}" for column in columns))
    )
