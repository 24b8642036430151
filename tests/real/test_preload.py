"""gunicorn as an office runs it: read once, forked, and no worker shares a connection."""

from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests
from django.conf import settings
from django.db import connection

from tests.real.conftest import PYTHON
from tests.servers import free_port

pytestmark = pytest.mark.real

WORKERS = 2


@pytest.fixture
def web(real_site, wait_until):
    """gunicorn, its master and address, once all its workers stand."""
    port = free_port()
    command = [PYTHON, "-m", "gunicorn", "esa_standards.wsgi", f"--bind=127.0.0.1:{port}"]
    options = ["--preload", "--worker-class=gthread", f"--workers={WORKERS}", "--threads=2"]
    master = psutil.Popen(
        [*command, *options, "--log-level=warning", "--no-control-socket"],
        cwd=settings.BASE_DIR,
        env=real_site.environment,
        start_new_session=True,
    )
    wait_until(lambda: len(master.children()) == WORKERS, seconds=60)
    yield master, f"http://127.0.0.1:{port}/healthz"
    master.terminate()
    master.wait(20)


def sockets(process):
    """The sockets that a process holds, of every kind, by their number in the kernel."""
    held = set()
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            held.add(str(descriptor.readlink()))
    return {name for name in held if name.startswith("socket:")}


def backends():
    """How many others are connected to the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_workers_share_no_connection(web, wait_until):
    master, address = web
    listening = sockets(master)
    assert backends() == 0, "nothing is asked before the fork"

    def both_asked():
        requests.get(address, timeout=20)
        return all(sockets(worker) - listening for worker in master.children())

    wait_until(both_asked, seconds=60)
    first, second = (sockets(worker) - listening for worker in master.children())
    assert backends() >= WORKERS
    assert not first & second
    assert sockets(master) == listening


def test_a_worker_that_dies_is_forked_anew_and_answers(web, wait_until):
    master, address = web
    requests.get(address, timeout=20)
    gone = master.children()
    for worker in gone:
        worker.kill()
    wait_until(lambda: len(set(master.children()) - set(gone)) == WORKERS)
    assert requests.get(address, timeout=20).json()["checks"]["database"]
