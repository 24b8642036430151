"""script/server, for real: a new data folder, a second start, and every way to end."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from tests.servers import free_port

# One worker of pytest-xdist runs them all, on one data folder.
pytestmark = pytest.mark.xdist_group("server")
OURS = "DATABASE_URL DEMO_MODE SECRET_KEY HTTPS EMAIL_URL LOG_LEVEL DJANGO_SETTINGS_MODULE".split()
FIRST_START, SECOND_START = 180, 5  # seconds
PATIENCE = 120  # seconds; a busy machine is not a broken server


class Server:
    """One run of script/server."""

    def __init__(self, environment, log):
        self.log, self.begun = log, time.monotonic()
        with log.open("wb") as out:
            self.process = psutil.Popen(
                ["script/server"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.family = []

    def wait(self, seconds):
        """Wait for the address on the terminal; return how long it took."""
        while not (found := re.search(r"Open (http://\S+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - self.begun < seconds, self.log.read_text()
            time.sleep(0.02)
        self.address = found[1]
        self.family = self.process.children(recursive=True)
        return time.monotonic() - self.begun

    def cpu_seconds(self):
        """What the processes took so far; those that ended stand in their parent's sum."""
        return sum(sum(one.cpu_times()[:4]) for one in (self.process, *self.family))

    def part(self, word):
        return next(child for child in self.process.children() if child.name() == f"esa-{word}")

    def all_gone(self):
        _, alive = psutil.wait_procs(self.family, timeout=PATIENCE)
        return not alive


def first_page(address):
    """What the coordinator reads after signing in."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = browser.open(f"{address}accounts/login/", timeout=PATIENCE).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    said = {"login": "coordinator", "password": "demo-2560-skn2", "csrfmiddlewaretoken": token}
    sent = urllib.request.Request(  # noqa: S310 - our own
        f"{address}accounts/login/",
        urllib.parse.urlencode(said).encode(),
        {"Referer": address},
    )
    return browser.open(sent, timeout=PATIENCE).read().decode()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    folder = tmp_path_factory.mktemp("server")
    return {**kept, "DATA_DIR": str(folder), "PORT": str(free_port())}


@pytest.fixture
def start(environment, tmp_path):
    servers = []

    def start(**changes):
        server = Server({**environment, **changes}, tmp_path / f"{len(servers)}.log")
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(PATIENCE)


@pytest.fixture(scope="module", autouse=True)
def first_key(environment, tmp_path_factory):
    """A new data folder: the demo office is made, and its accounts stand on the terminal.

    The secret key that this first start left.
    """
    server = Server(environment, tmp_path_factory.mktemp("log") / "first.log")
    server.wait(FIRST_START)
    assert "Making the demo office" in server.log.read_text()
    assert re.search(r"^  coordinator +\S", server.log.read_text(), re.MULTILINE)
    assert "ปีงบประมาณ พ.ศ. 2560" in first_page(server.address), "in Thai, in the demo's year"
    server.process.terminate()
    assert server.process.wait(PATIENCE) == 0
    return Path(environment["DATA_DIR"], "secret_key").read_text()


def test_second_start_is_quick_answers_and_lets_no_other_in(start, first_key, environment):
    """Quick by the clock, or by the CPU time: on a busy machine the clock tells of others."""
    server = start()
    assert min(server.wait(PATIENCE), server.cpu_seconds()) < SECOND_START
    with urllib.request.urlopen(server.address, timeout=PATIENCE) as answer:  # noqa: S310 - our own
        assert answer.status == 200
        assert "Content-Security-Policy" in answer.headers
    assert Path(environment["DATA_DIR"], "secret_key").read_text() == first_key
    other = start(PORT=str(free_port()))
    assert other.process.wait(PATIENCE) == 1
    assert "another server already runs on the data folder" in other.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_nothing_is_left(start, number):
    server = start()
    server.wait(PATIENCE)
    assert {child.name() for child in server.process.children()} == {
        "esa-web",
        "esa-worker",
        "esa-beat",
    }
    server.process.send_signal(number)
    assert server.process.wait(PATIENCE) == 0
    assert server.all_gone()


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_when_a_part_is_killed_all_stop(start, part):
    server = start()
    server.wait(PATIENCE)
    server.part(part).kill()
    assert server.process.wait(PATIENCE) == 1
    assert "stopping the others" in server.log.read_text()
    assert server.all_gone()


def test_killed_outright_it_leaves_no_orphan(start):
    server = start()
    server.wait(PATIENCE)
    server.process.kill()
    server.process.wait(PATIENCE)
    assert server.all_gone()


def test_port_in_use_is_said(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = start(PORT=str(port))
        assert server.process.wait(PATIENCE) == 1
    assert f"port {port} cannot be used" in server.log.read_text()
    assert f"PORT={port + 1} script/server" in server.log.read_text()


def test_wrong_settings_stop_the_start(start):
    server = start(ALLOWED_HOSTS="esa.example.go.th")
    assert server.process.wait(PATIENCE) == 1
    assert "esa.E002" in server.log.read_text()
