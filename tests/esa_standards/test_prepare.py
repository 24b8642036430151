"""A database that another version made is refused by ``prepare`` and left as it is."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

MIGRATIONS = "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied)"
APPLIED = "INSERT INTO django_migrations (app, name, applied) VALUES ('{}', '{}', '2026-01-01')"
OLD = {
    "a migration of people that is no more": [
        MIGRATIONS,
        APPLIED.format("people", "0004_reminders"),
    ],
    "a migration of workflow that is no more": [
        MIGRATIONS,
        APPLIED.format("workflow", "0001_initial"),
        APPLIED.format("workflow", "0002_minutes"),
    ],
    "the history under its earlier name": [
        MIGRATIONS,
        APPLIED.format("people", "0001_initial"),
        "CREATE TABLE people_event (id integer PRIMARY KEY)",
    ],
}


def contents(path):
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("statements", OLD.values(), ids=OLD)
def test_a_database_of_another_version_is_refused_and_left(tmp_path, statements):
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "esa.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    before = contents(path)
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
            "SECRET_KEY": "k" * 60,
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{path}",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "ฐานข้อมูลนี้สร้างจากโปรแกรมรุ่นอื่น" in done.stderr
    assert "start with an empty database. Nothing was changed." in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(path) == before
    assert {each.name for each in folder.iterdir()} == {"esa.sqlite3"}
