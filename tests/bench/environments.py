"""Where the measurements run: data folders and databases of their own, and processes in them."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.servers import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
# What the shell has set must not decide what is measured.
FORGOTTEN = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "PORT",
    "PYTEST_XDIST_WORKER",
)


def make_environment(folder, *, database=None, settings="esa_standards.settings", demo=True):
    """Variables for processes on this new data folder; SQLite in it unless ``database`` is given.

    The folder is made: nothing else makes it where only ``migrate`` runs.
    """
    folder.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    changed = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEMO_MODE": "1" if demo else "0",
        "HTTPS": "off",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
    }
    return {**kept, **changed, **({"DATABASE_URL": database} if database else {})}


def small_environment(folder, *, database=None, empty=None):
    """The same for tiny worlds, with the settings of the tests and a migrated database.

    ``empty`` is a migrated SQLite file without rows; a copy of it saves the migrations.
    """
    environment = make_environment(folder, database=database, settings="tests.settings", demo=False)
    environment["LOG_LEVEL"] = "ERROR"  # the tests' broker in memory warns that it has no host
    if empty:
        shutil.copy(empty, folder / "esa.sqlite3")
    else:
        run(environment, "migrate", "-v0")
    return environment


@contextmanager
def postgres_database():
    """Yield the URL of a new PostgreSQL database, removed at the end; None without a server."""
    with postgres() as server:
        if server is None:
            yield None
            return
        name = f"esa_bench_{secrets.token_hex(6)}"
        create = "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0"
        _execute(server, create, name)
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


def _execute(server, statement, name):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def run(environment, *arguments):
    """Run a management command and return what it printed."""
    return _output(environment, "manage.py", *arguments)


def run_child(environment, module, *, small=False):
    """What ``tests.bench.<module>.measure`` returns in a new process."""
    options = ["--small"] if small else []
    return json.loads(_output(environment, "-m", "tests.bench.child", module, *options))


def _output(environment, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def second_start(environment):
    """Seconds from the command to the address on the terminal, the data folder being ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    begun = time.perf_counter()
    server = subprocess.Popen(
        ["script/server"],
        cwd=ROOT,
        env={**environment, "PORT": port},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    started = any("Open http" in line for line in server.stderr)
    seconds = time.perf_counter() - begun
    server.send_signal(signal.SIGTERM)
    server.stderr.close()
    server.wait()
    if not started:
        sys.exit("script/server did not start")
    return seconds
