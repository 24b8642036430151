"""Fixtures of the indicators app."""

import pytest
import time_machine

from tests.factories.content import Year


@pytest.fixture
def blob_root(settings, tmp_path):
    """Files of one test lie in its own folder."""
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0
    return settings.BLOB_ROOT


@pytest.fixture
def year(db, blob_root):
    """One office's open year with rights as an approved order gives them."""
    return Year()


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
