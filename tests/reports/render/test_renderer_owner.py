"""The warm renderer lives as long as the process that started it, and no longer."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.reports.render.processes import LONG, SHORT, gone, until

OWNER = """
import os, sys
from pathlib import Path
from reports.render import child, renderer
fonts, folder = sys.argv[1:]
at = lambda name: Path(folder, name)
html = at("owner.html").read_text()
def render(name, **options):
    child.render_in_child(html, at(name + ".pdf"), fonts=Path(fonts), **options)
def server():
    return renderer._renderer._server.process.pid
def say(*numbers):
    print(*numbers, flush=True)
"""
LIVES = OWNER + "render('a'); say(server())\n"
KILLED = OWNER + (
    "import psutil\n"
    "render('a', progress=lambda _: say(server(), psutil.Process(server()).children()[0].pid))\n"
)
FORKS = OWNER + (
    "render('a'); mine = server()\n"
    "renderer._renderer._lock.acquire()\n"  # as another thread might, just then
    "if not os.fork():\n"
    "    render('b'); say(mine, server())\n"
    "    renderer._renderer.end(); os._exit(0)\n"
    "os.wait(); renderer._renderer._lock.release()\n"
    "render('c'); assert server() == mine\n"
)


@pytest.fixture
def owner(fonts, tmp_path):
    """``owner(code, html)``: a process that renders, as a worker does."""

    def start(code, html=SHORT):
        (tmp_path / "owner.html").write_text(html)
        command = [sys.executable, "-c", code, str(fonts), str(tmp_path)]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)

    return start


def test_the_server_ends_with_its_owner(owner):
    process = owner(LIVES)
    out, _none = process.communicate(timeout=120)
    assert process.returncode == 0
    until(lambda: gone(int(out)))


def test_kill_9_of_the_owner_ends_the_server_and_the_paper(owner):
    with owner(KILLED, LONG) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2
        process.kill()
    until(lambda: all(gone(pid) for pid in pids))


def test_a_forked_owner_starts_its_own(owner):
    process = owner(FORKS)
    out, _none = process.communicate(timeout=120)
    assert process.returncode == 0
    mine, its_own = map(int, out.split())
    assert mine != its_own
