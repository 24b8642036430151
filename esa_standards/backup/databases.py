"""A database at one moment, written into a folder, and brought back from it.

SQLite writes its own copy (VACUUM INTO); PostgreSQL's tables are copied out in one REPEATABLE READ
transaction, which needs no client program and no equal versions of two servers.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import F, QuerySet
from psycopg import sql

from core.files import BEGUN, settle
from core.history import guards
from esa_standards.backup.manifest import PIECE, BackupRefused

SQLITE_FILE, TABLES = "esa.sqlite3", "tables"
BESIDE = ("-wal", "-shm", "-journal")  # files that SQLite keeps beside its own
NOT_COPIED = "django_migrations"  # the restored database writes its own
Ask = Callable[[QuerySet[Any, Any]], list[Any]]


def migrations_here() -> list[tuple[str, str]]:
    """The last migration of each app that this database went through."""
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    before = {
        parent.key
        for key in applied & set(loader.graph.nodes)
        for parent in loader.graph.node_map[key].parents
        if parent.key[0] == key[0]
    }
    return sorted(applied - before)


def require_known(migrations: list[tuple[str, str]]) -> None:
    """Refuse a backup of a later version: its data would not fit this program."""
    known = set(MigrationLoader(None).graph.nodes)  # asking the database would make its file
    if unknown := sorted({tuple(key) for key in migrations} - known):
        raise BackupRefused(
            f"This backup is of a later version of the program ({'.'.join(unknown[0])}): "
            "install that version first."
        )


@contextmanager
def saved(folder: Path) -> Iterator[Ask]:
    """Write the database into ``folder``; inside the block ``ask`` answers from that moment."""
    (folder / "database").mkdir()
    if connection.vendor == "sqlite":
        path = folder / "database" / SQLITE_FILE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        with closing(sqlite3.connect(path)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupRefused("SQLite finds the database damaged (PRAGMA integrity_check).")
            yield lambda rows: _asked_of(copy, rows)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        for table in _tables(cursor):
            _copy_out(cursor, table, folder / "database" / f"{table}.{TABLES}")
        yield list


def is_empty() -> bool:
    """Whether nobody's data lies in this database: no table, or nobody in it."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    tables = set(connection.introspection.table_names())
    models = [apps.get_model("people", name) for name in ("Office", "User")]
    return not any(m._meta.db_table in tables and m._base_manager.exists() for m in models)


def load_sqlite(source: Path, finish: Callable[[], None], place: Callable[[], None]) -> None:
    """Bring SQLite's file in: ``finish`` works on it under another name before it gets its own.

    ``place`` puts the site's files there just before that.
    """
    path = Path(connection.settings_dict["NAME"])
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{BEGUN}restored.sqlite3")
    _remove_sqlite(scratch)
    connection.close()
    try:
        with (
            connection.wrap_database_errors,
            closing(sqlite3.connect(source)) as reading,
            closing(sqlite3.connect(scratch)) as writing,
        ):
            reading.backup(writing)
        connection.settings_dict["NAME"] = str(scratch)
        finish()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
        connection.close()
        connection.settings_dict["NAME"] = str(path)
        place()
        _remove_sqlite(path, endings=BESIDE)
        settle(scratch, path)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(path)
        _remove_sqlite(scratch)


def _remove_sqlite(path: Path, endings: tuple[str, ...] = ("", *BESIDE)) -> None:
    """A file that nobody needs any more, or only what SQLite kept beside it."""
    for ending in endings:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def load_postgres(
    tables: list[Path],
    migrations: list[tuple[str, str]],
    finish: Callable[[], None],
    place: Callable[[], None],
) -> None:
    """Bring the tables in: rows, later migrations, ``finish`` and ``place`` in one transaction.

    Tables that the same migrations made are emptied in it, so that nothing is lost when it fails;
    others are dropped before.
    """
    fitting = migrations_here() == sorted(migrations)
    if not fitting:
        _make_tables(migrations)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        if fitting:
            _empty_tables(cursor)
        for path in tables:
            _copy_in(cursor, path)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in connection.ops.sequence_reset_sql(no_style(), _models(cursor)):
            cursor.execute(statement)
        finish()
        place()


def _make_tables(migrations: list[tuple[str, str]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables(cursor, everything=True):
            cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
    MigrationExecutor(connection).migrate(migrations)


def _empty_tables(cursor: Any) -> None:
    """All rows away, what is written once too; the migration that follows guards it again."""
    guards.lift(connection)
    names = sql.SQL(", ").join(map(sql.Identifier, _tables(cursor)))
    cursor.execute(sql.SQL("TRUNCATE {}").format(names))


def bring_up_to_date() -> None:
    """The migrations since the backup was made, and what follows each ``migrate``."""
    call_command("migrate", interactive=False, verbosity=0)


def _asked_of(copy: sqlite3.Connection, rows: QuerySet[Any, Any]) -> list[Any]:
    statement, values = rows.query.sql_with_params()
    return copy.execute(statement.replace("%s", "?"), values).fetchall()


def _tables(cursor: Any, *, everything: bool = False) -> list[str]:
    found = connection.introspection.get_table_list(cursor)
    names = sorted(table.name for table in found if table.type in ("t", "p"))
    return [name for name in names if everything or name != NOT_COPIED]


def _columns(cursor: Any, table: str) -> list[str]:
    return [c.name for c in connection.introspection.get_table_description(cursor, table)]


def _copy_out(cursor: Any, table: str, path: Path) -> None:
    """The first line names the columns: their order may differ in the database restored to."""
    columns = _columns(cursor, table)
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    asked = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), listed)
    with path.open("wb") as file:
        file.write("\t".join(columns).encode() + b"\n")
        with cursor.copy(asked) as copy:
            for piece in copy:
                file.write(piece)


def _copy_in(cursor: Any, path: Path) -> None:
    table = path.name.removesuffix(f".{TABLES}")
    with path.open("rb") as file:
        columns = file.readline().decode().rstrip("\n").split("\t")
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        asked = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)
        with cursor.copy(asked) as copy:
            while piece := file.read(PIECE):
                copy.write(piece)


def _models(cursor: Any) -> list[Any]:
    tables = set(_tables(cursor))
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.db_table in tables and model._meta.managed]


def last_number() -> F:
    """The number of an office's last row of history, in queries about such rows."""
    return F("office__eventchain__length")
