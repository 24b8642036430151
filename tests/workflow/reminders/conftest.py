"""Fixtures of the reminders."""

import pytest

from tests.workflow.reminders.days import make_due


@pytest.fixture
def due_year(db):
    return make_due()
