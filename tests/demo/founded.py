"""Data folders of the product, each founded once a run: whoever needs one takes a copy.

A whole year takes half a minute to tell, the empty tables ten seconds to migrate.
"""

import fcntl
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import date

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings

from demo.management.commands.demo import DAYS as DEMO_DAYS
from demo.management.commands.demo import LIVING_DAY
from indicators.catalogue.trees import forget
from reports.render.font import build_fonts
from tests.journeys.product import Product, copy_of

# In the fiscal year, late enough that every step's day has come.
DAYS = {
    "base": date(2017, 8, 21),
    "empty": date(2017, 8, 21),
    "named": date(2016, 12, 19),
    "half": LIVING_DAY,
    "done": DEMO_DAYS[6],
}


def founded(world):
    """The folder of this world, to be read and left as it is. Other workers wait for the first."""
    store = settings.RUN_ROOT / "worlds"
    store.mkdir(exist_ok=True)
    folder = store / world
    with (store / f"{world}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _found(world, store / f"{world}.unfinished").rename(folder)
    return folder


def fonts():
    """The folder of the fonts, made once for all processes that look for them here."""
    folder = settings.FONT_ROOT.resolve()
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_fonts(folder)
    return settings.FONT_ROOT


def _found(world, folder):
    shutil.rmtree(folder, ignore_errors=True)
    if world == "base":
        copy_of(fonts(), folder / "fonts")
    else:
        copy_of(founded("base"), folder)
    Product(folder, today=DAYS[world]).found(world)
    return folder


@contextmanager
def borrowed(world, database="esa.sqlite3"):
    """This process has a year's database, files and day until the end of the block.

    SQLite only: the database is copied page by page, which no open transaction may see.
    """
    if connection.vendor != "sqlite":
        pytest.skip("the worlds are files of SQLite")
    folder = founded(world)
    for name in ("blobs", "documents", "pages", "renditions"):
        shutil.copytree(folder / name, settings.DATA_DIR / name, dirs_exist_ok=True)
    offset = int((folder / "demo-clock").read_text())
    with override_settings(CLOCK_OFFSET_DAYS=offset), _replaced(folder / database):
        yield


@contextmanager
def _replaced(path):
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as before:
        connection.connection.backup(before)
        try:
            with closing(sqlite3.connect(path)) as kept:
                kept.backup(connection.connection)
            _forget_rows()
            yield
        finally:
            before.backup(connection.connection)
            _forget_rows()


def _forget_rows():
    """What a process keeps of a database's rows."""
    forget()
    ContentType.objects.clear_cache()
