"""Which pages of files hold some words: by groups of three letters, as Thai has no spaces.

PostgreSQL keeps them in indexes of its extension pg_trgm, SQLite in a table of FTS5 that triggers
hold true in the same transaction. Both are made after each ``migrate``; where they cannot be made
every page is looked through, which is right and slow, and a system check says what to do.
"""

# ruff: noqa: S608 - names of our own tables stand in these statements, and no value

import logging
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from core.search import Words, containing
from indicators.models import Evidence, TextPart

log = logging.getLogger(__name__)

LEAST = 3  # letters that make a group
PAGES, EVIDENCE = TextPart._meta.db_table, Evidence._meta.db_table
FTS = f"{PAGES}_fts"
FOLDED = "folded, content='{table}', content_rowid='id', tokenize='trigram'"
MAKE_FTS = (
    f"DROP TABLE IF EXISTS {FTS}",
    f"CREATE VIRTUAL TABLE {FTS} USING fts5({FOLDED.format(table=PAGES)})",
    f"CREATE TRIGGER {FTS}_added AFTER INSERT ON {PAGES} BEGIN"
    f" INSERT INTO {FTS}(rowid, folded) VALUES (NEW.id, NEW.folded); END",
    f"CREATE TRIGGER {FTS}_gone AFTER DELETE ON {PAGES} BEGIN"
    f" INSERT INTO {FTS}({FTS}, rowid, folded) VALUES ('delete', OLD.id, OLD.folded); END",
    f"CREATE TRIGGER {FTS}_changed AFTER UPDATE ON {PAGES} BEGIN"
    f" INSERT INTO {FTS}({FTS}, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);"
    f" INSERT INTO {FTS}(rowid, folded) VALUES (NEW.id, NEW.folded); END",
    f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')",
)
TRIGGERS = {f"{FTS}_{name}" for name in ("added", "gone", "changed")}
# Without the list of what is not yet in its place, which every search would look through.
TRIGRAMS = {
    f"{PAGES}_trigrams": f"{PAGES} USING gin (folded gin_trgm_ops) WITH (fastupdate = off)",
    f"{EVIDENCE}_trigrams": (
        f"{EVIDENCE} USING gin (search_text gin_trgm_ops) WITH (fastupdate = off)"
    ),
}


# -- asking ---------------------------------------------------------------------------
def parts_holding(words: Words, *, office: int | None) -> QuerySet[TextPart]:
    """The pages of the office's files that hold every word; None: of every office's.

    Who asks for every office's keeps to those that the person may see.
    """
    pages = TextPart.objects.all()
    if office is not None:
        pages = pages.filter(office=office)
    long = [word for word in words.words if len(word) >= LEAST]
    if connection.vendor != "sqlite" or not long or missing(connection):
        return pages.filter(containing(words, "folded"))
    # Added to nothing, the office's number is no way in: else SQLite goes through all its pages.
    pages = TextPart.objects.all()
    if office is not None:
        pages = pages.annotate(whose=F("office") + 0).filter(whose=office)
    for word in words.words:
        if len(word) < LEAST:
            pages = pages.filter(folded__contains=word)
    quoted = " AND ".join('"{}"'.format(word.replace('"', '""')) for word in long)
    asked = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s"
    return pages.filter(pk__in=RawSQL(asked, [quoted]))  # noqa: S611 - as above all


def missing(connection: Any) -> set[str]:
    """What of the indexes is not there; 1 query."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            names = {FTS, *TRIGGERS}
            cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        else:
            names = set(TRIGRAMS)
            cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        return names - {name for (name,) in cursor.fetchall()}


# -- making ---------------------------------------------------------------------------
def install(connection: Any) -> None:
    """Make what is missing; the tables may not be there yet, or the right to make it."""
    if PAGES not in connection.introspection.table_names() or not missing(connection):
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in _making(connection):
                cursor.execute(statement)
    except DatabaseError as error:
        log.warning("the search is slow, its indexes cannot be made: %s", error)


def _making(connection: Any) -> list[str]:
    if connection.vendor == "sqlite":
        return [*(f"DROP TRIGGER IF EXISTS {name}" for name in sorted(TRIGGERS)), *MAKE_FTS]
    return [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL maintenance_work_mem = '256MB'",  # the whole of many pages at once
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        *(f"CREATE INDEX IF NOT EXISTS {name} ON {what}" for name, what in TRIGRAMS.items()),
    ]


def knows_thai(connection: Any) -> bool:
    """Whether PostgreSQL takes Thai letters for letters: with the character type C it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'ส' ~ '[[:alpha:]]'")
        return bool(cursor.fetchone()[0])
