"""One office with a person per role and its opened year: what tests of the year begin with."""

import pytest

from tests.database.recorded import recorded
from tests.factories.people import make_office
from tests.factories.workflow import make_cast, make_cycle


@recorded
def make_opened():
    """``(office, cast, cycle)``: the year opened by the cast's coordinator."""
    office = make_office()
    cast = make_cast(office)
    return office, cast, make_cycle(office, by=cast.coordinator)


@pytest.fixture
def opened(request, db):
    """What ``make_opened`` gives to tests that ask for a cycle; to others only office and cast."""
    if "cycle" in request.fixturenames:
        return make_opened()
    office = make_office()
    return office, make_cast(office) if "cast" in request.fixturenames else None, None


@pytest.fixture
def office(opened):
    return opened[0]


@pytest.fixture
def cast(opened):
    return opened[1]


@pytest.fixture
def cycle(opened):
    return opened[2]
