"""The moves of ``Step.state``: the only place that assigns it.

Who may move a step and what it must not lack, the verbs say (``steps/moves.py``, and
``papers/closing.py`` for what an approved SAR closes).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from core import clock, moves
from core.history import decided
from core.moves import Rule
from core.refusals import MoveRefused
from indicators.assessments import log_event
from people.models import User
from people.states import Role
from workflow import notify
from workflow.models import Step, StepEvent
from workflow.states import StepMove, StepState

MOVES = {
    StepMove.OPEN: Rule((StepState.WAITING,), StepState.OPEN),
    StepMove.OPEN_EARLY: Rule((StepState.WAITING,), StepState.OPEN),
    StepMove.FINISH: Rule((StepState.OPEN,), StepState.DONE),
    StepMove.CLOSE: Rule((StepState.WAITING, StepState.OPEN), StepState.DONE),
    StepMove.REOPEN: Rule((StepState.DONE,), StepState.OPEN),
}
LeftOpen = dict[str, str]  # one thing that was left open: who had it, and what it is by language


def refusal(step: Step, move: StepMove) -> MoveRefused:
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


def apply(
    step: Step,
    move: StepMove,
    *,
    by: User,
    why: str = "",
    left_open: Sequence[LeftOpen] = (),
    back_to: StepState | None = None,
) -> StepEvent:
    """Guard, conditional update, step event; the caller notifies people and records history.

    ``back_to`` is where a reopening leads a step that was closed before it had begun.
    """
    rule, at = MOVES[move], clock.now()
    if back_to is not None:
        rule = Rule(rule.sources, back_to)
    before = moves.apply(
        step, rule, refusal=partial(refusal, step, move), **_times(StepState(rule.target), at)
    )
    return StepEvent.objects.create(
        step=step,
        move=move,
        before=before,
        after=rule.target,
        actor=by,
        at=at,
        why=why,
        left_open=list(left_open),
    )


def _times(target: StepState, at: datetime) -> dict[str, Any]:
    if target == StepState.DONE:
        return {"done_at": at}
    return {"opened_at": at if target == StepState.OPEN else None, "done_at": None}


def record(step: Step, event: StepEvent) -> None:
    """Write the history of a move; last in its transaction."""
    left = {"left_open": [row["th"] for row in event.left_open]} if event.left_open else {}
    log_event(
        step.cycle.assessment,
        by=event.actor,
        verb=f"step.{event.move}",
        target=step,
        before={"state": event.before},
        after={"state": event.after, **left},
        why=event.why,
    )


def notify_opened(step: Step, event: StepEvent, *, again: bool = False) -> None:
    """Tell the responsible people and the coordinators that the step is open."""

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


def open_(step: Step, *, by: User, move: StepMove, why: str = "") -> StepEvent:
    """Open a step that waits, and tell its people."""
    event = apply(step, move, by=by, why=why)
    notify_opened(step, event)
    return event


def open_following(step: Step, *, by: User) -> list[tuple[Step, StepEvent]]:
    """The step after ``step`` opens when it waits; what was opened, for the history."""
    following = Step.objects.filter(
        cycle=step.cycle_id, kind=step.kind + 1, state=StepState.WAITING
    ).first()
    if following is None:
        return []
    following.cycle = step.cycle
    return [(following, open_(following, by=by, move=StepMove.OPEN))]
