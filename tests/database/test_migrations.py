"""The migrations, run once for real: they end at the database that all other tests stand on.

Those make theirs from the models in one step (``--no-migrations`` in pytest.ini); what a database
needs beside tables therefore has to come by ``post_migrate``, and is compared here as well.
"""

import re
import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from tests.database.fresh import empty_database, login, run

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
# Django's own join table: its migrations count wider (bigint) than its models (integer).
NOT_OURS = {("column", "auth_group_permissions.id")}


@pytest.fixture
def migrated(tmp_path):
    """A connection to an empty database after ``manage.py migrate``."""
    with empty_database(tmp_path) as url:
        run(url, tmp_path, "manage.py", "migrate", "--verbosity=0")
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as fresh:
                yield fresh
        else:
            name = url.rpartition("/")[2]
            with psycopg.connect(**login(connection.settings_dict), dbname=name) as fresh:
                yield fresh


def test_migrations_end_where_the_models_are(migrated):
    with connection.cursor() as ours:
        expected, permissions = schema(ours), kept_rows(ours)
    with closing(migrated.cursor()) as theirs:
        found = schema(theirs)
        assert found.keys() == expected.keys()
        assert {key for key in expected if expected[key] != found[key]} <= NOT_OURS
        assert kept_rows(theirs) == permissions


def schema(cursor):
    """``{what: definition}`` of all that the database holds, in whatever order it came."""
    return _sqlite(cursor) if connection.vendor == "sqlite" else _postgres(cursor)


def kept_rows(cursor):
    """What ``post_migrate`` writes into the tables."""
    cursor.execute(
        "SELECT app_label, model, codename FROM auth_permission"
        " JOIN django_content_type ON django_content_type.id = content_type_id"
    )
    return set(cursor.fetchall())


def _sqlite(cursor):
    cursor.execute(
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE name NOT LIKE 'sqlite_%' AND name != 'django_migrations'"
    )
    return {(kind, name): _parts(text) for kind, name, text in cursor.fetchall()}


def _parts(text):
    """The columns and constraints of one statement, sorted: migrations add some of them later."""
    depth, parts = 0, [""]
    for piece in re.findall(r"'[^']*'|\"[^\"]*\"|[(),]|[^'\"(),]+", text or ""):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += piece
    if not (text or "").startswith("CREATE TABLE"):
        return text
    parts[-1] = parts[-1].removesuffix(")")
    head, _open, parts[0] = parts[0].partition("(")
    return head.strip(), sorted(part.strip() for part in parts)


# Each gives (what, name, definition).
QUESTIONS = (
    """SELECT 'column', c.relname || '.' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                     pg_get_expr(d.adbin, d.adrelid), o.collname)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
      LEFT JOIN pg_collation o ON o.oid = a.attcollation
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
       AND c.relnamespace = 'public'::regnamespace""",
    """SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal""",
    """SELECT 'function', oid::regprocedure::text, prosrc
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "SELECT 'extension', extname, extversion FROM pg_extension",
)


def _postgres(cursor):
    found = {}
    for question in QUESTIONS:
        cursor.execute(question)
        rows = cursor.fetchall()
        found |= {(kind, name): text for kind, name, text in rows}
    return {key: text for key, text in found.items() if "django_migrations" not in key[1]}
