"""State and todos never contradict each other, whatever is done in whatever order.

TEST_MACHINE_EXAMPLES=1000 pytest tests/workflow/machine     so many years of fifty random moves
"""

import os

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.workflow.machine.machine import Year
from tests.workflow.machine.world import BEGINS, World

EXAMPLES = int(os.environ.get("TEST_MACHINE_EXAMPLES", 0))
SHARES = 4 if EXAMPLES >= 100 else 1  # for workers beside each other
USUAL = settings(
    max_examples=30,
    stateful_step_count=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
HARD = settings(
    USUAL,
    max_examples=max(1, EXAMPLES // SHARES),
    stateful_step_count=50,
    derandomize=False,
)


@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
def test_state_and_todos_never_contradict_each_other(share):
    with time_machine.travel(BEGINS, tick=False):
        Year.world = World()
    try:
        run_state_machine_as_test(Year, settings=HARD if EXAMPLES else USUAL)
    finally:
        Year.world = None
