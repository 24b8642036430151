"""Real processes on real servers.

Run by hand with:  python -m tests.servers pytest tests/real
The tests' own database (pytest-django's, on PostgreSQL) is also that of the processes, so a test
arranges and asks through the ORM while a real worker and beat do the work.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import redis
from django.conf import settings
from django.db import connection

PYTHON = sys.executable
PATIENCE = 180  # seconds; on a busy machine a worker needs a minute until it takes tasks
READY = {"worker": " ready.", "beat": "beat: Starting"}


class Site:
    """One site: an environment, and the processes that a test started in it."""

    def __init__(self, folder: Path, database_url: str, broker_url: str):
        self.folder, self.processes = folder, []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": broker_url,
            "DATA_DIR": str(folder / "data"),
            "SECRET_KEY": settings.SECRET_KEY,
            "HTTPS": "off",
            "LOG_LEVEL": "INFO",
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        }

    def manage(self, *arguments, timeout=PATIENCE) -> str:
        """Run a management command; return what it printed."""
        command = [PYTHON, "manage.py", *map(str, arguments)]
        run = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            timeout=timeout,
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout

    def start_worker(self, *options) -> psutil.Popen:
        """Start a Celery worker with its children and wait until it takes tasks."""
        options = options or ("--concurrency=2",)
        return self.start("worker", "--loglevel=INFO", *options)

    def start_beat(self) -> psutil.Popen:
        """Start Celery beat and wait until it runs."""
        return self.start("beat", "--loglevel=INFO", "--pidfile=")

    def start(self, program, *options) -> psutil.Popen:
        log = self.folder / f"{program}-{len(self.processes)}.log"
        command = [PYTHON, "-m", "celery", "-A", "esa_standards", program, *options]
        with log.open("wb") as out:
            process = psutil.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process.log = log
        self.processes.append(process)
        wait_until(lambda: READY[program] in log.read_text() or not process.is_running())
        assert process.is_running(), log.read_text()
        return process

    def kill(self, process) -> None:
        """``kill -9`` a process and all its children, as a power cut would."""
        family = [*process.children(recursive=True), process] if process.is_running() else []
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                pass
        psutil.wait_procs(family, timeout=10)

    def stop(self) -> None:
        for process in self.processes:
            self.kill(process)


def wait_until(true, seconds=PATIENCE, step=0.1):
    """Wait until ``true()`` holds; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(step)
    return result


@pytest.fixture(name="wait_until")
def wait_until_fixture():
    return wait_until


@pytest.fixture
def real_site(transactional_db, tmp_path):
    """A ``Site`` on the test's PostgreSQL database and a private Redis; skips without them."""
    broker = os.environ.get("TEST_BROKER_URL")
    if connection.vendor != "postgresql" or not broker:
        pytest.skip("NO POSTGRESQL OR REDIS: run by 'python -m tests.servers pytest tests/real'")
    # What a killed worker of the test before left waiting.
    redis.Redis.from_url(broker).delete("celery", "unacked", "unacked_index")
    facts = connection.settings_dict
    place = f"{quote(facts['HOST'] or '/var/run/postgresql', safe='')}:{facts['PORT'] or 5432}"
    login = ":".join(quote(facts[key]) for key in ("USER", "PASSWORD") if facts[key])
    site = Site(tmp_path, f"postgres://{login}@{place}/{facts['NAME']}", broker)
    (tmp_path / "data" / "fonts").mkdir(parents=True)
    yield site
    site.stop()
