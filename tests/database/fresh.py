"""Empty databases of the kind that this run tests, for programs that run beside it."""

import os
import subprocess
import sys
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql


@contextmanager
def empty_database(folder, name="fresh"):
    """Yield the URL of a new, empty database; it is dropped in the end."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'esa.sqlite3'}"
        return
    server = connection.settings_dict
    name = f"{server['NAME']}_{name}"
    with psycopg.connect(**login(server), dbname="postgres", autocommit=True) as admin:
        create = "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0"
        admin.execute(sql.SQL(create).format(sql.Identifier(name)))
        try:
            yield _url(server, name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def login(server):
    """How psycopg reaches the server of these settings."""
    who = {"host": server["HOST"], "port": server["PORT"] or 5432, "user": server["USER"]}
    return who | {"password": server["PASSWORD"] or None}


def run(url, folder, *arguments):
    """Run Python with these arguments on the database; returns what it said, fails if it failed."""
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder)}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "HTTPS": "off"}
    environment.pop("PYTEST_XDIST_WORKER", None)  # it would move the data folder
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _url(server, name):
    host = server["HOST"].replace("/", "%2F")
    who = ":".join(part for part in (server["USER"], server["PASSWORD"]) if part)
    return f"postgres://{who}@{host}:{server['PORT'] or 5432}/{name}"
