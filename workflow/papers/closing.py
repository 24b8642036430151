"""What an approved SAR closes: the steps before the summary, with what was left open in each."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import clock
from people.models import User
from workflow import step_moves
from workflow.models import Cycle, Step, StepEvent
from workflow.states import StepKind, StepMove, StepState
from workflow.step_moves import LeftOpen
from workflow.todo import Text, Todo, TodoKind
from workflow.todos.todos import todos_by_cycle

# What goes on whatever became of the step, or is over with the approval itself.
NOT_LEFT = frozenset(
    {
        TodoKind.ACKNOWLEDGE,
        TodoKind.APPROVE_SAR,
        TodoKind.ATTEND,
        TodoKind.CHECK_IN,
        TodoKind.CONFIRM_MINUTES,
        TodoKind.RESOLUTION,
        TodoKind.FILL_ROLE,
        TodoKind.FINISH_STEP,
        TodoKind.RENDER_SAR,
        TodoKind.TAKE_BACK_SAR,
    }
)
NOT_BEGUN = _("The step had not begun")
Closed = list[tuple[Step, StepEvent]]


def left_open(cycle: Cycle) -> list[Todo]:
    """What waits in the steps before the summary; asked before the year is locked."""
    fresh = Cycle.objects.select_related("assessment__office").get(pk=cycle.pk)
    todos = todos_by_cycle([fresh], clock.now())[cycle.pk]
    return [todo for todo in todos if todo.step < StepKind.SUMMARY and todo.kind not in NOT_LEFT]


def close_steps(cycle: Cycle, left: list[Todo], *, by: User) -> Closed:
    """Close steps 1 to 5 and open the summary; the caller records the history.

    Called inside the approval's transaction. A step in which nothing was left is simply finished.
    """
    closed: Closed = []
    rows = Step.objects.filter(cycle=cycle, kind__lt=StepKind.SUMMARY).exclude(state=StepState.DONE)
    open_kinds = {row.kind for row in rows}
    for row in rows.order_by("kind"):
        row.cycle = cycle
        closed.append((row, _close(row, _of_step(row, left, open_kinds), by=by)))
    last = Step.objects.get(cycle=cycle, kind=StepKind.SELF_ASSESSMENT)
    last.cycle = cycle
    return closed + step_moves.open_following(last, by=by)


def record(closed: Closed) -> None:
    """Write the history of what was closed and opened; last in its transaction."""
    for step, event in closed:
        step_moves.record(step, event)


def _of_step(step: Step, left: list[Todo], open_kinds: set[int]) -> list[Todo]:
    """What waited in the step; the last one also takes what waited in steps done before."""
    takes_more = step.kind == StepKind.SELF_ASSESSMENT
    return [
        todo
        for todo in left
        if todo.step == step.kind or (takes_more and todo.step not in open_kinds)
    ]


def _close(step: Step, left: list[Todo], *, by: User) -> StepEvent:
    rows = [_row(todo.title_text, todo.params, names) for todo, names in _with_names(left)]
    if step.state == StepState.WAITING:
        rows.insert(0, _row(NOT_BEGUN, {}, ""))
    move = StepMove.CLOSE if rows else StepMove.FINISH
    return step_moves.apply(step, move, by=by, left_open=rows)


def _with_names(todos: Iterable[Todo]) -> list[tuple[Todo, str]]:
    todos = list(todos)
    people = User.objects.in_bulk({pk for todo in todos for pk in todo.users})
    return [
        (todo, ", ".join(people[pk].full_name for pk in todo.users if pk in people))
        for todo in todos
    ]


def _row(text: Text, params: object, people: str) -> LeftOpen:
    row = {"people": people}
    for language in ("th", "en"):
        with override(language):
            row[language] = str(text) % params if params else str(text)
    return row
