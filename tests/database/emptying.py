"""Emptying a database after a test that commits: by DELETE, what is guarded too.

TRUNCATE makes new files for each of our hundred tables and their indexes, which takes a busy disk
three seconds a test. Foreign keys are asked at the end of the transaction, so any order will do.
"""

from contextlib import contextmanager
from functools import partial

from django.db import connection as default

from core.history import guards


def empty_by_delete(connection):
    """Let Django's ``flush`` on this connection do so."""
    ours = _filled if connection.vendor == "postgresql" else _all
    connection.ops.sql_flush = partial(ours, connection, connection.ops.sql_flush)


@contextmanager
def unguarded(*models):
    """What somebody does who owns the tables: the triggers are away until the end of the block."""
    settle()
    guards.lift(default, *models)
    try:
        yield
    finally:
        settle()
        guards.install(default)


def settle():
    """PostgreSQL changes no trigger of a table whose foreign keys are still to be asked."""
    if default.vendor == "postgresql":
        guards.run(default, ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"])


def _all(connection, delete, style, tables, **options):
    return _between_guards(connection, delete(style, tables, **options), tables)


def _filled(connection, truncate, style, tables, **options):
    if any(options.values()) or not tables:
        return truncate(style, tables, **options)
    names = [connection.ops.quote_name(table) for table in tables]
    asked = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - names of our models
        for number, name in enumerate(names)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [tables[number] for (number,) in cursor.fetchall()]
    quoted = map(connection.ops.quote_name, filled)
    deletes = [f"DELETE FROM {name};" for name in quoted]  # noqa: S608 - likewise
    return _between_guards(connection, deletes, filled)


def _between_guards(connection, statements, tables):
    models = [model for model in guards.guarded() if model._meta.db_table in tables]
    lifted = [sql for model in models for sql in guards.dropping(model, connection.vendor)]
    asked = ["SET CONSTRAINTS ALL IMMEDIATE"] if connection.vendor == "postgresql" else []
    made = [sql for model in models for sql in guards.making(model, connection)]
    return [*lifted, *statements, *(asked if models else []), *made]
