"""Fixtures of the indicators app."""

import pytest
import time_machine

from people.states import Role
from tests.factories.content import make_content_year
from tests.factories.indicators import make_assessment
from tests.factories.people import make_office, make_person


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def by(office):
    """Its coordinator."""
    return make_person(office, Role.COORDINATOR)


@pytest.fixture
def assessment(office, by):
    return make_assessment(office, by=by)


@pytest.fixture
def blob_root(settings, tmp_path):
    """Files of one test lie in its own folder."""
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0
    return settings.BLOB_ROOT


@pytest.fixture
def year(db, blob_root):
    """One office's open year with rights as an approved order gives them."""
    return make_content_year()


@pytest.fixture
def time_machine_at():
    """``time_machine_at("2017-02-03T07:05:00Z")``: the clock stands there until the next call."""
    travels = []

    def stand(moment):
        while travels:
            travels.pop().stop()
        travel = time_machine.travel(moment, tick=False)
        travel.start()
        travels.append(travel)

    yield stand
    while travels:
        travels.pop().stop()
