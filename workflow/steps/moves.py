"""The moves of a step: the only place that assigns ``Step.state``."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, moves
from core.history import decided
from core.moves import Rule
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.assessments import log_event
from people.models import User
from people.states import Role
from workflow import notify, rules
from workflow.models import Step, StepEvent
from workflow.papers.revoking import supersede_sar
from workflow.states import StepKind, StepMove, StepState
from workflow.todo import Todo
from workflow.todos.todos import todos_of


def missing_of(step: Step, at: datetime) -> list[Todo]:
    """The todos that keep ``step`` from being finished, most urgent first.

    The gate is the blocking todos of the step, and nothing computed beside them.
    """
    return [todo for todo in todos_of(step.cycle, at) if todo.blocks and todo.step == step.kind]


MOVES = {
    StepMove.OPEN: Rule((StepState.WAITING,), StepState.OPEN),
    StepMove.OPEN_EARLY: Rule((StepState.WAITING,), StepState.OPEN),
    StepMove.FINISH: Rule((StepState.OPEN,), StepState.DONE),
    StepMove.REOPEN: Rule((StepState.DONE,), StepState.OPEN),
}


def _require_authority(step: Step, by: User) -> None:
    if not rules.may_move_step(by, step.cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator moves the steps."))


def _refusal(step: Step, move: StepMove) -> MoveRefused:
    """Say where the step stands now, and who brought it there."""
    last = StepEvent.objects.filter(step=step).select_related("actor").last()
    state = StepState(Step.objects.values_list("state", flat=True).get(pk=step.pk))
    if last is None:
        return MoveRefused(_("The step is “%(state)s”.") % {"state": state.label})
    if state != MOVES[move].target:
        sentence = _("This cannot be done while the step is “%(state)s” (%(who)s, %(when)s).")
    elif state == StepState.DONE:
        sentence = _("The step was already finished by %(who)s on %(when)s.")
    else:
        sentence = _("The step was already opened by %(who)s on %(when)s.")
    refused: MoveRefused = decided(sentence, last.actor, last.at, state=state.label)
    return refused


def _apply(step: Step, move: StepMove, *, by: User, why: str) -> StepEvent:
    """Guard, conditional update, step event; the caller notifies people and records history."""
    rule, at = MOVES[move], clock.now()
    times: dict[str, Any] = {"opened_at": at, "done_at": None}
    if rule.target == StepState.DONE:
        times = {"done_at": at}
    before = moves.apply(step, rule, refusal=partial(_refusal, step, move), **times)
    return StepEvent.objects.create(
        step=step, move=move, before=before, after=rule.target, actor=by, at=at, why=why
    )


def _record(step: Step, event: StepEvent) -> None:
    log_event(
        step.cycle.assessment,
        by=event.actor,
        verb=f"step.{event.move}",
        target=step,
        before={"state": event.before},
        after={"state": event.after},
        why=event.why,
    )


def _notify_opened(step: Step, event: StepEvent, *, again: bool = False) -> None:
    def title() -> str:
        text = (
            _("Step %(number)s “%(name)s” was opened again")
            if again
            else _("Step %(number)s “%(name)s” is open")
        )
        return text % {"number": step.kind, "name": step.get_kind_display()}

    notify.people(
        [*step.responsible.active(), *notify.holders(step.cycle, Role.COORDINATOR)],
        key=f"step-event:{event.pk}",
        kind="step_opened",
        title=title,
        body=event.why,
        url=notify.page("step", step.cycle, step.kind),
    )


def _open(step: Step, *, by: User, move: StepMove, why: str = "") -> StepEvent:
    event = _apply(step, move, by=by, why=why)
    _notify_opened(step, event)
    return event


def previous_done(step: Step) -> bool:
    """Whether the step before is done; step 1 has none before it."""
    return (
        step.kind == StepKind.AGENDA
        or Step.objects.filter(
            cycle=step.cycle_id, kind=step.kind - 1, state=StepState.DONE
        ).exists()
    )


def open_first(step: Step, *, by: User) -> StepEvent:
    """Open step 1 of a new cycle; ``open_cycle`` records the history."""
    return _open(step, by=by, move=StepMove.OPEN)


@transaction.atomic
def open_step(step: Step, *, by: User, why: str = "") -> StepEvent:
    """Open a step; before its predecessor is done only with a written reason."""
    _require_authority(step, by)
    why = why.strip()
    early = not previous_done(step)
    if early and not why:
        raise RuleBroken(_("The step before is not done: write why this one opens early."))
    event = _open(step, by=by, move=StepMove.OPEN_EARLY if early else StepMove.OPEN, why=why)
    _record(step, event)
    return event


@transaction.atomic
def finish_step(step: Step, *, by: User) -> StepEvent:
    """Finish a step that lacks nothing, and open the next one in the same transaction."""
    _require_authority(step, by)
    if step.state == StepState.OPEN and (missing := missing_of(step, clock.now())):
        raise MoveRefused(
            _("The step cannot be finished yet: %(count)s things are missing, first “%(first)s”.")
            % {"count": len(missing), "first": missing[0].title}
        )
    event = _apply(step, StepMove.FINISH, by=by, why="")
    following = Step.objects.filter(
        cycle=step.cycle_id, kind=step.kind + 1, state=StepState.WAITING
    ).first()
    if following is None:
        _record(step, event)
        return event
    following.cycle = step.cycle
    opened = _open(following, by=by, move=StepMove.OPEN)
    _record(step, event)
    _record(following, opened)
    return event


@transaction.atomic
def reopen_step(step: Step, *, by: User, why: str) -> StepEvent:
    """Open a finished step again. Step 5 takes the approved SAR back and unlocks the scores."""
    _require_authority(step, by)
    why = why.strip()
    if not why:
        raise RuleBroken(_("Write why the step is opened again."))
    event = _apply(step, StepMove.REOPEN, by=by, why=why)
    if step.kind == StepKind.SELF_ASSESSMENT:
        supersede_sar(step.cycle, by=by, why=why)
    _notify_opened(step, event, again=True)
    _record(step, event)
    return event
