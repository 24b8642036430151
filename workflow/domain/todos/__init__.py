"""What waits for whom, since when, due when, at which URL: the one function of it.

Home, reminders, the late list and the gates of the steps all read this. Nothing is stored.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from people import clock, rules
from workflow.domain.todos import aftermath, contents, facts, papers
from workflow.domain.todos.model import Todo, TodoKind, urgency
from workflow.domain.todos.steps import BUILDERS, acknowledgement, finishing
from workflow.models import Cycle
from workflow.states import StepKind, StepState

__all__ = [
    "Todo",
    "TodoKind",
    "cycles_for",
    "running",
    "theirs",
    "todos_by_cycle",
    "todos_for",
    "todos_of",
]


def todos_by_cycle(cycles: Iterable[Cycle], at: datetime) -> dict[int, list[Todo]]:
    """Todos of several cycles, most urgent first, for the queries of one."""
    read = facts.load(cycles, at=at, day=clock.today(at))
    contents.read(read)
    aftermath.read(read)
    return {one.cycle.pk: sorted(_build(one), key=urgency) for one in read}


def todos_of(cycle: Cycle, at: datetime) -> list[Todo]:
    """Everything that waits in one cycle, for whomever, most urgent first."""
    return todos_by_cycle([cycle], at)[cycle.pk]


def cycles_for(user, at: datetime):
    """Running cycles in which something may wait for ``user``.

    Those of the own office, and for OBEC's reviewers those that were submitted.
    """
    mine = Q(assessment__office=user.office_id)
    if rules.is_obec(user, clock.today(at)):
        mine |= Q(assessment__submitted_at__isnull=False)
    return running().filter(mine)


def todos_for(user, at: datetime) -> list[Todo]:
    """What waits for ``user``, most urgent first."""
    return theirs(user, todos_by_cycle(cycles_for(user, at), at))


def theirs(user, by_cycle: dict[int, list[Todo]]) -> list[Todo]:
    """The part that waits for ``user``, most urgent first."""
    found = (todo for todos in by_cycle.values() for todo in todos if user.pk in todo.users)
    return sorted(found, key=urgency)


def running():
    """Cycles that still have something to do, with what todos need of them."""
    return (
        Cycle.objects.filter(
            steps__kind=StepKind.SUMMARY, steps__state__in=[StepState.WAITING, StepState.OPEN]
        )
        .select_related("assessment__office")
        .order_by("assessment__fiscal_year", "pk")
    )


def _build(one):
    for kind, build in BUILDERS.items():
        if one.is_open(kind):
            found = list(build(one))
            yield from found
            if not any(todo.blocks for todo in found):
                yield finishing(one, kind)
    if facts.is_running(one):
        yield from acknowledgement(one)
        yield from papers.later_version(one)
        yield from aftermath.aftermath(one)
