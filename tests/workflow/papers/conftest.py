"""An office whose people draft, decide and sign."""

import pytest

from tests.factories.workflow import assign_all


@pytest.fixture
def assigned(cycle, cast):
    """The cycle with its assignment table full, as an order needs it."""
    assign_all(cycle, cast.staff)
    return cycle
