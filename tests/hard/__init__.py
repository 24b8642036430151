"""What ``script/test --hard`` asks beside: another order, another hour, another day.

    pytest --shuffle 7                             modules, and tests inside each, in an order of 7
    pytest --at 03:00                              today at 03:00 in Bangkok
    pytest --at 2028-02-29T23:59                   that day

Each module begins at the hour anew, so that all of it happens around it. Child processes follow:
they find ``tests/hard/moved_clock`` on their path. Databases and file systems keep their own clock.
"""

import os
import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

BANGKOK = ZoneInfo("Asia/Bangkok")
MOVED = str(Path(__file__).parent / "moved_clock")


def pytest_addoption(parser):
    group = parser.getgroup("hard")
    group.addoption("--shuffle", type=int, help="order of tests that this number stands for")
    group.addoption("--at", help="hour in Bangkok, or day and hour, at which every module begins")


def pytest_configure(config):
    if asked := config.getoption("--at"):
        config.pluginmanager.register(MovedClock(asked), "moved clock")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Tests of one module stay together: they share a world."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    modules = {}
    for item in items:
        modules.setdefault(item.path, []).append(item)
    order, chance = list(modules), random.Random(seed)
    chance.shuffle(order)
    for path in order:
        chance.shuffle(modules[path])
    items[:] = [item for path in order for item in modules[path]]


class MovedClock:
    """The clock of this process and of its children; real time runs on from the hour asked."""

    def __init__(self, asked):
        self.asked, self.path, self.travel = asked, None, None
        # A worker of pytest-xdist has begun with its parent's clock: count from the real one.
        inherited = timedelta(seconds=float(os.environ.get("TEST_CLOCK_SHIFT", 0)))
        self.real = datetime.now(BANGKOK) - inherited, time.monotonic()
        if MOVED not in os.environ.get("PYTHONPATH", ""):
            given = os.environ.get("PYTHONPATH")
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (MOVED, given)))
        self.begin()

    def pytest_report_header(self):
        return f"clock: every module begins at {self.moment():%d %b %Y %H:%M} in Bangkok"

    def moment(self):
        day = self.real[0].date().isoformat()
        asked = self.asked if "T" in self.asked else f"{day}T{self.asked}"
        return datetime.fromisoformat(asked).replace(tzinfo=BANGKOK)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        if item.path != self.path:
            self.path = item.path
            self.begin()

    def begin(self):
        if self.travel:
            self.travel.stop()
        moment = self.moment()
        now = self.real[0] + timedelta(seconds=time.monotonic() - self.real[1])
        os.environ["TEST_CLOCK_SHIFT"] = str((moment - now).total_seconds())
        self.travel = time_machine.travel(moment.timestamp(), tick=True)
        self.travel.start()

    def pytest_unconfigure(self):
        self.travel.stop()
