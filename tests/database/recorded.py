"""What a thousand tests begin with: built once a process, written down again for each of them.

A builder marked ``@recorded`` goes through the domain the first time it is called. What it wrote
is kept as SQL, what it returned as a pickle; the next test whose database stands where that one
stood gets the same rows and objects by those statements alone. It stands so when it is empty and
its tables count from the same numbers, or when nothing was written since another recorded builder.
Wherever that could differ from building (rows of the test's own, another clock, language or day,
PostgreSQL, whose counters no test turns back) the builder itself is called.
"""

import pickle
from dataclasses import fields, is_dataclass
from datetime import timedelta
from functools import wraps
from itertools import count

import time_machine
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language

from core import clock
from indicators.models import Edition
from people.models import Office, User

READING = {"SELECT", "SAVEPOINT", "RELEASE"}
WRITING = {"INSERT", "UPDATE", "DELETE"}
_serial = count(1)
_left = {}  # how the last recorded builder left the database: what ``_here`` said → its record


def recorded(build):
    """Mark a builder of rows: given plain values, models and dataclasses of them.

    A model stands for its row: what a test changed of it without saving it is not seen.
    """
    kept = {}

    @wraps(build)
    def call(*args, **kwargs):
        start = _start()
        if start is None:
            return build(*args, **kwargs)
        key = (start, get_language(), clock.today(), _named([args, kwargs]))
        if key in kept:
            serial, written, result = kept[key]
            _write(written)
        else:
            serial, written = next(_serial), []
            with connection.execute_wrapper(lambda *said: _note(written, *said)):
                made = build(*args, **kwargs)
            if not all(_word(sql) in WRITING for sql, _params, _many in written):
                return made
            result = pickle.dumps(made)
            kept[key] = serial, written, result
        _left.clear()
        if (here := _here())[0] != start[1]:  # counters tell whether this is taken back
            _left[here] = serial
        return pickle.loads(result)  # noqa: S301 - our own

    return call


def _start():
    """Where this test stands, if a recorded builder can begin there."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return None
    if time_machine.escape_hatch.is_travelling() or _pretended():
        return None
    here = _here()
    if here in _left:
        return _left[here], here[0]
    return ("empty", here[0]) if _stands_empty() else None


def _pretended():
    """Whether the story of the test happens at another time than now."""
    return abs(clock.now() - timezone.now()) > timedelta(seconds=1)


def _here():
    """The last number of each table, and how many rows this connection ever wrote.

    Where the first are equal, equal rows get equal numbers; no write leaves the second as it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        return frozenset(cursor.fetchall()), connection.connection.total_changes


def _stands_empty():
    """Nobody's rows are there."""
    tables = [model._meta.db_table for model in (Office, User, Edition)]
    asked = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return not cursor.fetchone()[0]


def _named(value):
    """Arguments as a key: rows by their number, which the start makes the same row."""
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if is_dataclass(value):
        return tuple((field.name, _named(getattr(value, field.name))) for field in fields(value))
    if isinstance(value, dict):
        return tuple((name, _named(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_named, value))
    if isinstance(value, set | frozenset):
        return frozenset(map(_named, value))
    return value


def _word(sql):
    return sql.split(None, 1)[0].upper()


def _note(written, execute, sql, params, many, context):
    """Keep all but what only reads; a savepoint rolled back makes the whole unfit to keep."""
    if _word(sql) not in READING:
        written.append((sql, params, many))
    return execute(sql, params, many, context)


def _write(written):
    with connection.cursor() as cursor:
        for sql, params, many in written:
            (cursor.executemany if many else cursor.execute)(sql, params)
