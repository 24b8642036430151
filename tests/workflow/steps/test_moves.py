"""Every state × every move of a step, and what each move leaves behind."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications.models import Notification
from tests.factories.workflow import get_step, put_step
from workflow.models import Step, StepEvent
from workflow.states import StepKind, StepMove, StepState
from workflow.step_moves import MOVES
from workflow.steps import moves
from workflow.steps.moves import finish_step, open_step, reopen_step

pytestmark = pytest.mark.django_db

ACTS = {
    StepMove.OPEN: lambda step, by: open_step(step, by=by),
    StepMove.OPEN_EARLY: lambda step, by: open_step(step, by=by, why="เตรียมงานก่อนกำหนด"),
    StepMove.FINISH: lambda step, by: finish_step(step, by=by),
    StepMove.REOPEN: lambda step, by: reopen_step(step, by=by, why="พบข้อผิดพลาด"),
}


@pytest.fixture
def nothing_missing(monkeypatch):
    """The gate is the todos' matter and tested in test_gates; here it stands open."""
    monkeypatch.setattr(moves, "missing_of", lambda step, at: [])


# Closing comes with the approved SAR, whose own tests say who may and when.
ASKED = [move for move in StepMove.values if move != StepMove.CLOSE]


@pytest.mark.parametrize("state", StepState.values)
@pytest.mark.parametrize("move", ASKED)
def test_move_from_every_state(cycle, cast, nothing_missing, state, move):
    previous = StepState.DONE if move == StepMove.OPEN else StepState.OPEN
    put_step(cycle, StepKind.AGENDA, previous)
    step = put_step(cycle, StepKind.BRIEFING, state)
    rule, events = MOVES[StepMove(move)], StepEvent.objects.filter(step=step)
    history = Event.objects.count()
    if state in rule.sources:
        event = ACTS[move](step, cast.coordinator)
        assert (event.move, event.before, event.after) == (move, state, rule.target)
        assert event.actor == cast.coordinator
        assert get_step(cycle, StepKind.BRIEFING).state == rule.target == step.state
        assert events.count() == 1
        assert Event.objects.filter(verb=f"step.{move}", target_id=str(step.pk)).count() == 1
    else:
        with pytest.raises(MoveRefused):
            ACTS[move](step, cast.coordinator)
        assert get_step(cycle, StepKind.BRIEFING).state == state
        assert not events.exists()
        assert Event.objects.count() == history


@pytest.mark.parametrize("move", ASKED)
def test_move_of_two_stale_copies_one_wins(cycle, cast, nothing_missing, move):
    put_step(cycle, StepKind.AGENDA, StepState.DONE if move == StepMove.OPEN else StepState.OPEN)
    put_step(cycle, StepKind.BRIEFING, MOVES[StepMove(move)].sources[0])
    first, second = (get_step(cycle, StepKind.BRIEFING) for _ in range(2))
    ACTS[move](first, cast.coordinator)
    with pytest.raises(MoveRefused) as refused:
        ACTS[move](second, cast.coordinator)
    assert cast.coordinator.full_name in refused.value.message
    assert StepEvent.objects.filter(step=first).count() == 1


@pytest.mark.parametrize("role", ["director", "deputy", "group_director", "staff"])
@pytest.mark.parametrize("move", ASKED)
def test_move_by_others_than_the_coordinator_is_refused(cycle, cast, nothing_missing, role, move):
    step = put_step(cycle, StepKind.BRIEFING, MOVES[StepMove(move)].sources[0])
    with pytest.raises(NotAllowed):
        ACTS[move](step, getattr(cast, role))
    assert Step.objects.get(pk=step.pk).state == MOVES[StepMove(move)].sources[0]


def test_open_step_before_its_time_needs_a_reason(cycle, cast):
    step = get_step(cycle, StepKind.BRIEFING)
    for why in ("", "   "):
        with pytest.raises(RuleBroken):
            open_step(step, by=cast.coordinator, why=why)
    event = open_step(step, by=cast.coordinator, why=" ผู้บริหารสั่งการ ")
    assert (event.move, event.why) == (StepMove.OPEN_EARLY, "ผู้บริหารสั่งการ")


def test_open_step_tells_responsible_and_coordinator_once(cycle, cast):
    step = get_step(cycle, StepKind.APPOINTMENT)
    step.responsible.set([cast.director, cast.coordinator])
    event = open_step(step, by=cast.coordinator, why="เร่งด่วน")
    found = Notification.objects.filter(key__startswith=f"step-event:{event.pk}:")
    assert {row.recipient for row in found} == {cast.director, cast.coordinator}


def test_finish_step_opens_the_next_in_the_same_transaction(cycle, cast, nothing_missing):
    finish_step(get_step(cycle, StepKind.AGENDA), by=cast.coordinator)
    states = list(Step.objects.filter(cycle=cycle).values_list("state", flat=True))
    assert states == ["done", "open", "waiting", "waiting", "waiting", "waiting"]
    following = get_step(cycle, StepKind.BRIEFING)
    assert [event.move for event in following.events.all()] == [StepMove.OPEN]
    assert following.opened_at is not None


def test_finish_step_leaves_an_opened_next_step_alone(cycle, cast, nothing_missing):
    open_step(get_step(cycle, StepKind.BRIEFING), by=cast.coordinator, why="เร่งด่วน")
    finish_step(get_step(cycle, StepKind.AGENDA), by=cast.coordinator)
    assert get_step(cycle, StepKind.BRIEFING).events.count() == 1


def test_finish_last_step_opens_nothing(cycle, cast, nothing_missing):
    put_step(cycle, StepKind.SUMMARY, StepState.OPEN)
    finish_step(get_step(cycle, StepKind.SUMMARY), by=cast.coordinator)
    assert get_step(cycle, StepKind.SUMMARY).state == StepState.DONE


def test_finish_step_refused_by_its_gate_names_what_is_missing(cycle, cast):
    with pytest.raises(MoveRefused) as refused:
        finish_step(get_step(cycle, StepKind.AGENDA), by=cast.coordinator)
    assert get_step(cycle, StepKind.AGENDA).state == StepState.OPEN
    assert "1" in refused.value.message


def test_reopen_step_needs_a_reason(cycle, cast):
    step = put_step(cycle, StepKind.AGENDA, StepState.DONE)
    with pytest.raises(RuleBroken):
        reopen_step(step, by=cast.coordinator, why=" ")
    event = reopen_step(step, by=cast.coordinator, why="ประกาศผิด")
    reopened = get_step(cycle, StepKind.AGENDA)
    assert (event.why, reopened.state, reopened.done_at) == ("ประกาศผิด", StepState.OPEN, None)
