"""Which texts hold some words: by groups of three letters, as Thai has no spaces.

PostgreSQL keeps them in indexes of its extension pg_trgm, SQLite in tables of FTS5 that triggers
hold true in the same transaction. Both are made after each ``migrate``; where they cannot be made
every text is looked through, which is right and slow, and a system check says what to do.
"""

# ruff: noqa: S608 - names of our own tables stand in these statements, and no value

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from core.search import MOST, Words, containing
from indicators.models import Comment, Evidence, ItemRequest, TextPart

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Model)

LEAST = 3  # letters that make a group


@dataclass(frozen=True)
class Indexed:
    """A column of folded texts."""

    table: str
    column: str
    # Short texts, which SQLite looks through in time.
    only_postgres: bool = False

    @property
    def fts(self) -> str:
        """The table in which SQLite keeps the groups."""
        return f"{self.table}_fts"

    @property
    def triggers(self) -> list[str]:
        """What keeps that table true."""
        return [f"{self.fts}_{name}" for name in ("added", "changed", "gone")]

    @property
    def trigrams(self) -> str:
        """The index of PostgreSQL."""
        return f"{self.table}_trigrams"

    def names(self, vendor: str) -> set[str]:
        """Everything that the database has of it."""
        if vendor != "sqlite":
            return {self.trigrams}
        return set() if self.only_postgres else {self.fts, *self.triggers}

    def making(self, vendor: str) -> Iterator[str]:
        """The statements that make it, whatever of it is there."""
        if vendor == "sqlite":
            yield from self._making_fts()
        else:  # without the list of what is not yet in its place, which every search looks through
            yield (
                f"CREATE INDEX IF NOT EXISTS {self.trigrams} ON {self.table}"
                f" USING gin ({self.column} gin_trgm_ops) WITH (fastupdate = off)"
            )

    def _making_fts(self) -> Iterator[str]:
        table, column, fts = self.table, self.column, self.fts
        yield from (f"DROP TRIGGER IF EXISTS {name}" for name in self.triggers)
        yield f"DROP TABLE IF EXISTS {fts}"
        kept = f"{column}, content='{table}', content_rowid='id', tokenize='trigram'"
        yield f"CREATE VIRTUAL TABLE {fts} USING fts5({kept})"
        add = f"INSERT INTO {fts}(rowid, {column}) VALUES (NEW.id, NEW.{column});"
        remove = (
            f"INSERT INTO {fts}({fts}, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});"
        )
        added, changed, gone = self.triggers
        yield f"CREATE TRIGGER {added} AFTER INSERT ON {table} BEGIN {add} END"
        yield f"CREATE TRIGGER {gone} AFTER DELETE ON {table} BEGIN {remove} END"
        of = f"AFTER UPDATE OF id, {column} ON {table}"
        yield f"CREATE TRIGGER {changed} {of} BEGIN {remove} {add} END"
        yield f"INSERT INTO {fts}({fts}) VALUES ('rebuild')"


PAGES = Indexed(TextPart._meta.db_table, "folded")
EVIDENCE = Indexed(Evidence._meta.db_table, "search_text", only_postgres=True)
COMMENTS = Indexed(Comment._meta.db_table, "search_text")
REQUESTS = Indexed(ItemRequest._meta.db_table, "search_text")
EVERY = (PAGES, EVIDENCE, COMMENTS, REQUESTS)


# -- asking ---------------------------------------------------------------------------
def parts_holding(words: Words, *, office: int | None) -> QuerySet[TextPart]:
    """The pages of the office's files that hold every word; None: of every office's.

    Who asks for every office's keeps to those that the person may see.
    """
    pages = TextPart.objects.all()
    if office is not None and connection.vendor == "sqlite":
        # Added to nothing, the office's number is no way in: else SQLite goes through all of them.
        pages = pages.annotate(whose=F("office") + 0).filter(whose=office)
    elif office is not None:
        pages = pages.filter(office=office)
    return holding(pages, words, PAGES)


def first_pages(
    rows: QuerySet[Any], column: str, words: Words, *, office: int | None
) -> dict[int, int]:
    """``row: the first page`` of its files on which all words stand; 2 queries, ``MOST`` pages.

    ``column`` leads from a row to the texts of its files. One or two letters are on every page, so
    that nobody means them. Whose a page is, is asked page by page: joined, the database would look
    at every page before it gives the first.
    """
    if words.is_short or not words:
        return {}
    one = rows.filter((column, OuterRef("text"))).order_by().values("pk")[:1]
    pages = parts_holding(words, office=office).annotate(one=Subquery(one)).order_by()
    asked = pages.filter(one__isnull=False).values_list("text", "number", "pk")[: MOST + 1]
    first: dict[int, tuple[int, int]] = {}
    for text, number, pk in asked:
        first[text] = min(first.get(text, (number, pk)), (number, pk))
    owners = rows.filter((f"{column}__in", first)).order_by().values_list("pk", column)
    return {row: first[text][1] for row, text in owners}


def holding(rows: QuerySet[T], words: Words, kept: Indexed) -> QuerySet[T]:
    """Those of ``rows`` whose text holds every word, as ``containing`` finds them."""
    long = [word for word in words.words if len(word) >= LEAST]
    if connection.vendor != "sqlite" or not long or missing(connection) & kept.names("sqlite"):
        return rows.filter(containing(words, kept.column))
    for word in words.words:
        if len(word) < LEAST:
            rows = rows.filter((f"{kept.column}__contains", word))
    quoted = " AND ".join('"{}"'.format(word.replace('"', '""')) for word in long)
    asked = f"SELECT rowid FROM {kept.fts} WHERE {kept.fts} MATCH %s"
    return rows.filter(pk__in=RawSQL(asked, [quoted]))  # noqa: S611 - as above all


def missing(connection: Any) -> set[str]:
    """What of the indexes is not there; 1 query."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        there = {name for (name,) in cursor.fetchall()}
    return set[str]().union(*(kept.names(connection.vendor) for kept in EVERY)) - there


# -- making ---------------------------------------------------------------------------
def install(connection: Any) -> None:
    """Make what is missing; the columns may not be there yet, or the right to make it."""
    lacking = missing(connection)
    wanted = [
        kept
        for kept in EVERY
        if kept.names(connection.vendor) & lacking and _is_there(kept, connection)
    ]
    if not wanted:
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in _making(connection, wanted):
                cursor.execute(statement)
    except DatabaseError as error:
        log.warning("the search is slow, its indexes cannot be made: %s", error)


def _is_there(kept: Indexed, connection: Any) -> bool:
    if kept.table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, kept.table)
    return kept.column in {column.name for column in columns}


def _making(connection: Any, wanted: list[Indexed]) -> list[str]:
    made = [statement for kept in wanted for statement in kept.making(connection.vendor)]
    if connection.vendor == "sqlite":
        return made
    return [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL maintenance_work_mem = '256MB'",  # the whole of many pages at once
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        *made,
    ]


def knows_thai(connection: Any) -> bool:
    """Whether PostgreSQL takes Thai letters for letters: with the character type C it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'ส' ~ '[[:alpha:]]'")
        return bool(cursor.fetchone()[0])
