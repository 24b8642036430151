"""Disks that are really full: a small file system in memory, and a database that may not grow."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection


@contextmanager
def small_disk(folder, size="1m"):
    """A disk of that size at ``folder``; skips the test where nobody may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if not mount or subprocess.run([mount, *options], capture_output=True).returncode:
        pytest.skip("nobody may mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Leave not one byte."""
    with (folder / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


@contextmanager
def database_without_room():
    """SQLite itself says that the disk is full: its file may not get a page longer."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (text)")
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        _fill(cursor, "INSERT INTO filler VALUES (zeroblob(2000))")  # pages that are free already
        for size in (2000, 200, 1):  # and what is left of those that sessions have begun
            _fill(
                cursor,
                "INSERT INTO django_session VALUES (hex(randomblob(16)), hex(zeroblob(%s)), %s)",
                [size, "2000-01-01"],
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE filler")
            cursor.execute("DELETE FROM django_session WHERE expire_date < '2001-01-01'")


def _fill(cursor, statement, values=()):
    """Repeat it until there is no room."""
    full = False
    while not full:
        try:
            cursor.execute(statement, values)
        except OperationalError as error:
            full = "full" in str(error)
            if not full:
                raise
