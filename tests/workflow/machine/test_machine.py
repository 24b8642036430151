"""State and todos never contradict each other, whatever is done in whatever order.

TEST_MACHINE_EXAMPLES=1000 pytest tests/workflow/machine     so many years of fifty random moves
"""

import os

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.clock import now
from tests.workflow.machine.deeds import live_until
from tests.workflow.machine.machine import Year
from tests.workflow.machine.world import BEGINS, World
from workflow.states import StepState

EXAMPLES = int(os.environ.get("TEST_MACHINE_EXAMPLES", 0))
# From where a year is taken on: what lies before is lived once, by doing what waits.
STAGES = {
    "begun": lambda world: True,
    "working": lambda world: world.step(4).state == StepState.OPEN,
    "SAR before the director": lambda world: (
        getattr(world.newest("sar"), "state", "") == "endorsed"
    ),
    "locked": lambda world: not world.cycle().assessment.is_open,
}
USUAL = settings(
    max_examples=30 // len(STAGES) + 1,
    stateful_step_count=12,  # forty seconds of one processor; the stages bring the rest of a year
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # the hard run also shrinks what fails
    suppress_health_check=[*HealthCheck],
)
HARD = settings(
    USUAL,
    phases=[*Phase],
    max_examples=max(1, EXAMPLES // len(STAGES)),
    stateful_step_count=50,
    derandomize=False,
)


@pytest.fixture
def lived(db):
    """``lived(stage)``: the year at this stage, under observation."""

    def live(stage):
        with time_machine.travel(BEGINS, tick=False) as clock:
            Year.world = World()
            live_until(Year.world, clock, STAGES[stage])
            Year.begins = now()
        return Year

    yield live
    Year.world = None


@pytest.mark.parametrize("stage", STAGES)
def test_state_and_todos_never_contradict_each_other(lived, stage):
    run_state_machine_as_test(lived(stage), settings=HARD if EXAMPLES else USUAL)


def test_who_only_does_what_waits_brings_the_year_to_its_end(lived):
    """Nobody needs to know more than the list of their work; the end has a way back."""
    year = lived("locked")()
    try:
        live_until(year.world, year.clock, lambda world: world.step(6).state == StepState.DONE)
        year.state_and_todos_agree()
        year.reopen_a_step(kind=5)
        year.state_and_todos_agree()
        assert year.world.step(6).state == StepState.OPEN
        live_until(year.world, year.clock, lambda world: world.step(6).state == StepState.DONE)
    finally:
        year.teardown()
