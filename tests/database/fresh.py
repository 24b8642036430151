"""Empty databases of the kind that this run tests, for programs that run beside it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql


@contextmanager
def empty_database(folder, name="fresh", *, template="template0"):
    """Yield the URL of a new, empty database; it is dropped in the end."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'esa.sqlite3'}"
        return
    server = connection.settings_dict
    name = f"{server['NAME']}_{name}"
    with psycopg.connect(**login(server), dbname="postgres", autocommit=True) as admin:
        create = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield _url(server, name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def migrated_database(folder, name="fresh"):
    """As ``empty_database``, with the tables of this run's test database: to migrate takes longer.

    They were made by no migration: say ``migrate --fake`` there. For tests that commit: PostgreSQL
    copies no database that somebody is in.
    """
    server = connection.settings_dict
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(server["NAME"])) as reading,
            closing(sqlite3.connect(folder / "esa.sqlite3")) as writing,
        ):
            reading.backup(writing)
        yield f"sqlite:///{folder / 'esa.sqlite3'}"
        return
    connections.close_all()
    with empty_database(folder, name, template=server["NAME"]) as url:
        yield url


def login(server):
    """How psycopg reaches the server of these settings."""
    who = {"host": server["HOST"], "port": server["PORT"] or 5432, "user": server["USER"]}
    return who | {"password": server["PASSWORD"] or None}


def environment_of(url, folder):
    """The environment of a program on that database and data folder."""
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder)}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "HTTPS": "off"}
    environment.pop("PYTEST_XDIST_WORKER", None)  # it would move the data folder
    return environment


def run(url, folder, *arguments, **variables):
    """Run Python with these arguments on the database; returns what it said, fails if it failed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment_of(url, folder) | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _url(server, name):
    host = server["HOST"].replace("/", "%2F")
    who = ":".join(part for part in (server["USER"], server["PASSWORD"]) if part)
    return f"postgres://{who}@{host}:{server['PORT'] or 5432}/{name}"
