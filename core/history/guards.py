"""Triggers by which the database refuses to change or remove what is written once.

They are made after each ``migrate``, since SQLite loses them whenever a migration builds a table
anew. A migration that has to change such rows lifts them first (``lift``) and leaves the rest to
the end of ``migrate``. Whoever owns the tables can take the triggers away: the keyed hashes are
for those, the triggers for a mistaken statement.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from core.models import AppendOnly, EventChain

SUFFIXES = ("no_update", "no_delete", "no_replace", "no_truncate")
FUNCTION, CHAIN_FUNCTION = "append_only_refuse", "event_chain_grows"
CREATE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$"""
CREATE_CHAIN_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CHAIN_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.length > OLD.length AND NEW.office_id = OLD.office_id
     AND NEW.keyed_from = OLD.keyed_from AND NEW.keyed_seal = OLD.keyed_seal THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$"""
SHRINKS = (
    "NEW.length <= OLD.length OR NEW.office_id <> OLD.office_id"
    " OR NEW.keyed_from <> OLD.keyed_from OR NEW.keyed_seal <> OLD.keyed_seal"
)


def guarded() -> list[type[models.Model]]:
    """Every model whose rows are guarded, the chain first."""
    rows = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
    return [EventChain, *rows]


def install(connection: Any) -> None:
    """Make the triggers that are missing or say something else; tables may not be there yet."""
    there = standing(connection)
    tables = set(connection.introspection.table_names())
    for model in guarded():
        table = model._meta.db_table
        if table in tables and not _defined(model, connection).items() <= there.items():
            run(connection, [*dropping(model, connection.vendor), *making(model, connection)])


def lift(connection: Any, *wanted: type[models.Model]) -> None:
    """Take the triggers away, of all guarded tables or of these."""
    tables = set(connection.introspection.table_names())
    for model in wanted or guarded():
        if model._meta.db_table in tables:
            run(connection, list(dropping(model, connection.vendor)))


def missing(connection: Any) -> list[str]:
    """Tables that the database does not guard as it should."""
    there = standing(connection)
    return [
        model._meta.db_table
        for model in guarded()
        if not _defined(model, connection).items() <= there.items()
    ]


def names_of(model: type[models.Model], vendor: str) -> set[str]:
    """What the triggers of one table are called; TRUNCATE is known to PostgreSQL only."""
    left_out = "no_truncate" if vendor == "sqlite" else "no_replace"
    return {f"{model._meta.db_table}_{suffix}" for suffix in SUFFIXES if suffix != left_out}


def standing(connection: Any) -> dict[str, str]:
    """All triggers that work, by name, and what each says and does.

    One that was switched off does not, nor one that only replicas heed.
    """
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || prosrc"
        " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return dict(cursor.fetchall())


def _defined(model: type[models.Model], connection: Any) -> dict[str, str]:
    """The triggers of one table as ``standing`` finds them when nobody changed them."""
    found = {}
    for statement in making(model, connection):
        if statement.startswith("CREATE TRIGGER "):
            done_by = CREATE_CHAIN_FUNCTION if CHAIN_FUNCTION in statement else CREATE_FUNCTION
            body = "" if connection.vendor == "sqlite" else done_by.split("$$")[1]
            found[statement.split()[2]] = statement + body
    return found


def dropping(model: type[models.Model], vendor: str) -> Iterator[str]:
    """Statements that take one table's triggers away."""
    table = model._meta.db_table
    for name in sorted(names_of(model, vendor)):
        on = "" if vendor == "sqlite" else f" ON {table}"
        yield f"DROP TRIGGER IF EXISTS {name}{on}"


def making(model: type[models.Model], connection: Any) -> Iterator[str]:
    """Statements that make one table's triggers."""
    return _sqlite(model) if connection.vendor == "sqlite" else _postgres(model)


def run(connection: Any, statements: list[str]) -> None:
    """Run statements one after the other."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(model: type[models.Model]) -> Iterator[str]:
    """REPLACE removes rows without firing what waits for DELETE, so it is met as an INSERT."""
    table, chain = model._meta.db_table, model is EventChain
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    when = f" WHEN {SHRINKS}" if chain else ""
    yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{when} BEGIN {refuse}; END"
    yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END"
    keys = [*_keys(model), *([["rowid"]] if chain else [])]  # which elsewhere is the primary key
    same = " OR ".join(f"({' AND '.join(f'{c} = NEW.{c}' for c in key)})" for key in keys)
    there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of our models
    if chain:  # it is begun by an insert that gives way to the row that is there
        refuse = "SELECT RAISE(IGNORE)"
    yield f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {there} BEGIN {refuse}; END"


def _keys(model: type[models.Model]) -> Iterator[list[str]]:
    """Columns by which a new row can take the place of another."""
    fields = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
    for field in model._meta.local_concrete_fields:
        if field.primary_key or field.unique:
            yield [fields[field.name]]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            yield [fields[name] for name in constraint.fields]


def _postgres(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    changed = FUNCTION
    yield CREATE_FUNCTION
    if model is EventChain:
        changed = CHAIN_FUNCTION
        yield CREATE_CHAIN_FUNCTION
    for suffix, event, each, function in (
        ("no_update", "UPDATE", "ROW", changed),
        ("no_delete", "DELETE", "ROW", FUNCTION),
        ("no_truncate", "TRUNCATE", "STATEMENT", FUNCTION),
    ):
        yield (
            f"CREATE TRIGGER {table}_{suffix} BEFORE {event} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
