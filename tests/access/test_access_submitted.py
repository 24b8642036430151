"""OBEC's addresses × every role, once the year is submitted."""

import pytest

from tests.access.asking import check
from tests.access.table import SUBMITTED
from tests.access.world import standing

# One worker builds the world once.
pytestmark = pytest.mark.xdist_group("submitted")


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


@pytest.mark.parametrize("name", sorted(SUBMITTED))
def test_address_once_submitted(db, submitted, name):
    check(submitted, name, SUBMITTED[name])
