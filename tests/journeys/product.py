"""The product as it runs: real web server and real worker on a folder of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import date
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path

from django.conf import settings

from esa_standards.supervisor import BASE_DIR, end_with, page_answers

PASSWORD = "journey-through-the-year-2560"
PATIENCE = 90


class Product:
    """One running office.

    ``rows`` are the words of the access table's addresses, ``sessions`` the cookies of everybody
    who signed in so far.
    """

    def __init__(self, folder: Path, *, today: date):
        self.folder, self.process, self.sessions = folder, None, {}
        rows = folder / "rows.json"
        self.rows = json.loads(rows.read_text()) if rows.exists() else {}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DEMO_MODE": "1",
            "DEMO_PASSWORD": PASSWORD,
            "HTTPS": "off",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "SECRET_KEY": settings.SECRET_KEY,
            "CLOCK_OFFSET_DAYS": str((today - date.today()).days),  # noqa: DTZ011 - a whole offset
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("CELERY_BROKER_URL", None)

    def found(self, world):
        """Make the data in a process of its own."""
        run = subprocess.run(
            [sys.executable, "-m", "tests.journeys.found", world],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr

    def manage(self, *arguments, **environment):
        """Run a command of the product beside the server."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def mails(self):
        """Every mail that was sent, as read by a mail program."""
        found = []
        for path in sorted((self.folder / "mail").glob("*")):
            for text in path.read_bytes().split(b"-" * 79):
                if text.strip():
                    found.append(message_from_bytes(text.strip(), policy=default))
        return found

    def start(self):
        """Web, worker and schedule, as script/server starts them."""
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.serve"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=partial(end_with, os.getpid()),
            )
        deadline = time.monotonic() + PATIENCE
        while not page_answers(self.port):
            assert time.monotonic() < deadline, self.log()
            assert self.process.poll() is None, self.log()
            time.sleep(0.1)

    def log(self):
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def stop(self):
        """Ask it to end; it takes its parts along."""
        if self.process is not None:
            assert self.process.poll() is None, f"it ended by itself:\n{self.log()[-4000:]}"
            self.process.terminate()
            self.process.wait(30)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_of(base: Path, folder: Path):
    """A data folder that is prepared already: fonts, static files and tables are the same."""
    shutil.copytree(base, folder)
    return folder
