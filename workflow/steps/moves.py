"""Opening, finishing and reopening a step: who may, and what it must not lack."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.models import Assessment
from people.models import User
from workflow import rules
from workflow.models import Step, StepEvent
from workflow.papers.revoking import supersede_sar
from workflow.states import StepKind, StepMove, StepState
from workflow.step_moves import apply, notify_opened, open_, open_following, record
from workflow.todo import Todo
from workflow.todos.todos import todos_of


def missing_of(step: Step, at: datetime) -> list[Todo]:
    """The todos that keep ``step`` from being finished, most urgent first.

    The gate is the blocking todos of the step, and nothing computed beside them.
    """
    return [todo for todo in todos_of(step.cycle, at) if todo.blocks and todo.step == step.kind]


def _require_authority(step: Step, by: User) -> None:
    if not rules.may_move_step(by, step.cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator moves the steps."))


def lies_behind_lock(step: Step) -> bool:
    """Whether an approved SAR closed this step: only reopening step 5 opens anything before it."""
    return step.kind < StepKind.SELF_ASSESSMENT and not step.cycle.assessment.is_open


def _require_not_behind_lock(step: Step) -> None:
    """Refuse behind a locked year, and keep it from being locked until the commit."""
    assessment = Assessment.objects.select_for_update(no_key=True).get(pk=step.cycle.assessment_id)
    step.cycle.assessment.state = assessment.state
    if lies_behind_lock(step):
        raise MoveRefused(
            _("The SAR of this year is approved: its steps are closed. Reopen step 5 first.")
        )


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
    return open_(step, by=by, move=StepMove.OPEN)


@transaction.atomic
def open_step(step: Step, *, by: User, why: str = "") -> StepEvent:
    """Open a step; before its predecessor is done only with a written reason."""
    _require_authority(step, by)
    why = thai.trimmed(why)
    early = not previous_done(step)
    if early and not why:
        raise RuleBroken(_("The step before is not done: write why this one opens early."))
    _require_not_behind_lock(step)
    event = open_(step, by=by, move=StepMove.OPEN_EARLY if early else StepMove.OPEN, why=why)
    record(step, event)
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
    event = apply(step, StepMove.FINISH, by=by)
    opened = open_following(step, by=by)
    record(step, event)
    for row, its_event in opened:
        record(row, its_event)
    return event


@transaction.atomic
def reopen_step(step: Step, *, by: User, why: str) -> StepEvent:
    """Open a finished step again.

    Step 5 takes the approved SAR back and unlocks the year: the steps that the approval had closed
    stand where they stood, and a year that was over runs again. What lacked nothing, the approval
    finished, and that stays.
    """
    _require_authority(step, by)
    why = thai.trimmed(why)
    if not why:
        raise RuleBroken(_("Write why the step is opened again."))
    _require_not_behind_lock(step)
    event = apply(step, StepMove.REOPEN, by=by, why=why)
    others: list[tuple[Step, StepEvent]] = []
    if step.kind == StepKind.SELF_ASSESSMENT:
        supersede_sar(step.cycle, by=by, why=why)
        others = _reopen_around(step, by=by, why=why)
    notify_opened(step, event, again=True)
    record(step, event)
    for row, its_event in others:
        if row.state == StepState.OPEN:
            notify_opened(row, its_event, again=True)
        record(row, its_event)
    return event


def _reopen_around(step: Step, *, by: User, why: str) -> list[tuple[Step, StepEvent]]:
    """What the approval closed goes back to where it was; step 6 is not done any more."""
    found = []
    for row in Step.objects.filter(cycle=step.cycle_id, state=StepState.DONE).order_by("kind"):
        last = row.events.last()
        closed = last is not None and last.move == StepMove.CLOSE
        if closed or row.kind == StepKind.SUMMARY:
            row.cycle = step.cycle
            back_to = StepState(last.before) if closed and last else None
            found.append((row, apply(row, StepMove.REOPEN, by=by, why=why, back_to=back_to)))
    return found
