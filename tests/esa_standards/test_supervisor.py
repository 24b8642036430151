"""The supervisor as a process, with children that are not ours."""

import signal
import stat
import subprocess
import sys
import textwrap
import time

import psutil
import pytest
from django.conf import settings

from esa_standards import supervisor

HARNESS = """
    import signal, sys
    from esa_standards import supervisor
    def serve(group):
        for number, code in enumerate(sys.argv[1:]):
            group.fork(f"child{number}", lambda code=code: exec(code, {}))
        print("started", flush=True)
        group.watch()
    supervisor.serve = serve
    sys.exit(supervisor.main())
"""
SLEEPER = "import time; time.sleep(300)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
MORTAL = "import sys, time; time.sleep(1); sys.exit(7)"
PATIENCE = 120  # seconds; far less than they would sleep


@pytest.fixture
def run():
    processes = []

    def run(*children):
        process = psutil.Popen(
            [sys.executable, "-c", textwrap.dedent(HARNESS), *children],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout.readline() == "started\n"
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def all_gone(family):
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    return not alive


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_end_it_takes_all_along(run, number):
    process = run(SLEEPER, PARENT)
    family = process.children(recursive=True)
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert len(family) >= 2
    assert all_gone(family)


def test_child_that_does_not_listen_is_killed(run, monkeypatch):
    process = run(DEAF, SLEEPER)
    family = process.children()
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert all_gone(family)


def test_when_one_dies_all_stop_with_an_error(run):
    process = run(SLEEPER, MORTAL)
    family = process.children(recursive=True)
    assert process.wait(PATIENCE) == 1
    assert "child1 ended with 7" in process.stderr.read()
    assert all_gone(family)


def test_what_a_child_raises_is_said_and_ends_all(run):
    process = run(SLEEPER, "raise ValueError('oh no')")
    assert process.wait(PATIENCE) == 1
    said = process.stderr.read()
    assert "ValueError: oh no" in said
    assert "child1 ended with 1" in said


def test_children_bear_their_names(run):
    process = run(SLEEPER, SLEEPER)
    wanted, deadline = {"esa-child0", "esa-child1"}, time.monotonic() + 15
    while {child.name() for child in process.children()} != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_outright_it_leaves_no_orphan(run):
    process = run(SLEEPER, SLEEPER)
    family = process.children()
    process.kill()
    process.wait(PATIENCE)
    assert all_gone(family)


def test_key_is_made_once_and_private(tmp_path):
    path = tmp_path / "secret_key"
    key = supervisor.kept_key(path)
    assert len(key) >= 50
    assert supervisor.kept_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "٨٠"])
def test_port_that_is_none(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(supervisor.Trouble, match="is no port"):
        supervisor.read_port()


def test_port_given_or_not(monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    assert supervisor.read_port() == 8123
    monkeypatch.delenv("PORT")
    assert supervisor.read_port() == 8000


def test_what_the_caller_set_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor.os, "environ", {"HTTPS": "on", "SECRET_KEY": "mine"})
    supervisor.set_environment(tmp_path, 8123)
    environment = supervisor.os.environ
    assert (environment["HTTPS"], environment["SECRET_KEY"]) == ("on", "mine")
    assert environment["SITE_URL"] == "http://127.0.0.1:8123"
    assert list(tmp_path.iterdir()) == []
