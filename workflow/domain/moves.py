"""The moves of a step: the only place that assigns ``Step.state``."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from people import clock
from people.domain.events import decided, record
from people.refusals import MoveRefused, NotAllowed, RuleBroken
from people.states import Role
from workflow import rules
from workflow.domain import telling
from workflow.domain.gates import missing_of
from workflow.models import Step, StepEvent
from workflow.states import StepKind, StepMove, StepState


@dataclass(frozen=True)
class Rule:
    """From which state a move starts and where it leads."""

    source: StepState
    target: StepState


MOVES = {
    StepMove.OPEN: Rule(StepState.WAITING, StepState.OPEN),
    StepMove.OPEN_EARLY: Rule(StepState.WAITING, StepState.OPEN),
    StepMove.FINISH: Rule(StepState.OPEN, StepState.DONE),
    StepMove.REOPEN: Rule(StepState.DONE, StepState.OPEN),
}


def _require_authority(step, by):
    if not rules.may_move_step(by, step.cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator moves the steps."))


def _refusal(step, move):
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
    return decided(sentence, last.actor, last.at, state=state.label)


def _apply(step, move, *, by, why):
    """Guard, conditional update, step event; the caller tells people and records history."""
    rule, at = MOVES[move], clock.now()
    if step.state != rule.source:
        raise _refusal(step, move)
    stamp = {"done_at": at} if rule.target == StepState.DONE else {"opened_at": at, "done_at": None}
    changed = Step.objects.filter(pk=step.pk, state=rule.source).update(state=rule.target, **stamp)
    if not changed:
        raise _refusal(step, move)
    step.state = rule.target
    for name, value in stamp.items():
        setattr(step, name, value)
    return StepEvent.objects.create(
        step=step, move=move, before=rule.source, after=rule.target, actor=by, at=at, why=why
    )


def _record(step, event):
    cycle = step.cycle
    record(
        cycle.assessment.office,
        actor=event.actor,
        verb=f"step.{event.move}",
        target=step,
        before={"state": event.before},
        after={"state": event.after},
        why=event.why,
        year=cycle.assessment.fiscal_year,
    )


def _tell_opened(step, event, *, again=False):
    def title():
        text = (
            _("Step %(number)s “%(name)s” was opened again")
            if again
            else _("Step %(number)s “%(name)s” is open")
        )
        return text % {"number": step.kind, "name": step.get_kind_display()}

    telling.tell(
        [*step.responsible.active(), *telling.holders(step.cycle, Role.COORDINATOR)],
        key=f"step-event:{event.pk}",
        kind="step_opened",
        title=title,
        body=event.why,
        url=telling.page("step", step.cycle, step.kind),
    )


def _open(step, *, by, move, why=""):
    event = _apply(step, move, by=by, why=why)
    _tell_opened(step, event)
    return event


def previous_done(step) -> bool:
    """Whether the step before is done; step 1 has none before it."""
    return (
        step.kind == StepKind.AGENDA
        or Step.objects.filter(
            cycle=step.cycle_id, kind=step.kind - 1, state=StepState.DONE
        ).exists()
    )


def open_first(step, *, by):
    """Open step 1 of a new cycle; ``open_cycle`` records the history."""
    return _open(step, by=by, move=StepMove.OPEN)


@transaction.atomic
def open_step(step, *, by, why=""):
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
def finish_step(step, *, by):
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
    opened = None
    if following is not None:
        following.cycle = step.cycle
        opened = _open(following, by=by, move=StepMove.OPEN)
    _record(step, event)
    if opened is not None:
        _record(following, opened)
    return event


@transaction.atomic
def reopen_step(step, *, by, why):
    """Open a finished step again. Step 5 takes the approved SAR back and unlocks the scores."""
    from workflow.domain.proposals import supersede_sar  # noqa: PLC0415 - proposals tell, as moves do

    _require_authority(step, by)
    why = why.strip()
    if not why:
        raise RuleBroken(_("Write why the step is opened again."))
    event = _apply(step, StepMove.REOPEN, by=by, why=why)
    if step.kind == StepKind.SELF_ASSESSMENT:
        supersede_sar(step.cycle, by=by, why=why)
    _tell_opened(step, event, again=True)
    _record(step, event)
    return event
