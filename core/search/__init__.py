"""One search over everything: each app registers what it has, the page asks all of them alike.

A source answers with rows that the asking person may see, and counts no others: what a count gives
away is as much as a title. It takes a fixed number of queries, whatever it finds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.functional import Promise

from core.types import Person
from thai.finding import Piece, Words

__all__ = ["Found", "Hit", "Piece", "SearchSource", "Wanted", "Words", "containing", "page_of_hits"]
__all__ += ["register", "sources"]

MOST = 500  # a count that is higher says "more than"; who gets there needs another word

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for, and what it is narrowed by."""

    words: Words
    year: int | None = None
    indicator: str = ""  # its code, which is the same in every year
    person: int | None = None
    group: int | None = None
    state: str = ""

    @property
    def narrowed_by(self) -> set[str]:
        """The filters that are set."""
        names = ("year", "indicator", "person", "group", "state")
        return {name for name in names if getattr(self, name)}


@dataclass(frozen=True)
class Hit:
    """One row of the answer, as the page shows it."""

    title: list[Piece]
    url: str
    facts: Sequence[str] = ()
    snippet: Sequence[Piece] = ()
    # Where in a file the snippet stands, and the address that opens it there.
    place: str = ""
    place_url: str = ""
    by_machine: bool = False  # read from a picture: letters may be wrong


@dataclass(frozen=True)
class Found:
    """How many there are (at most ``MOST``, then ``more``), and those that were asked for."""

    count: int = 0
    hits: Sequence[Hit] = ()
    more: bool = False


Finder = Callable[[Person, Wanted, slice], Found]
Named = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that is found."""

    name: str
    label: str | Promise
    order: int
    find: Finder
    # The filters that mean something here; narrowed by another one, nothing of this kind is meant.
    narrows: frozenset[str]
    states: Named = ()
    # Whether this person finds anything of this kind at all.
    concerns: Callable[[Person], bool] = field(default=lambda user: True)
    # Whether this kind is meant before all others by what was typed.
    leads: Callable[[Words], bool] = field(default=lambda words: False)

    def answers(self, wanted: Wanted) -> bool:
        """Whether the filters leave anything of this kind."""
        if wanted.state and wanted.state not in dict(self.states):
            return False
        return wanted.narrowed_by <= self.narrows


_sources: dict[str, SearchSource] = {}


def register(*found: SearchSource) -> None:
    """Make these kinds findable; called once, when the app is ready."""
    _sources.update((source.name, source) for source in found)


def sources(user: Person) -> list[SearchSource]:
    """Everything that ``user`` may find something of, in its order on the page."""
    every = sorted(_sources.values(), key=lambda source: source.order)
    return [source for source in every if source.concerns(user)]


# -- for those who register -----------------------------------------------------------
def containing(words: Words, column: str) -> Q:
    """The rows whose folded ``column`` holds every word; one or two letters begin a word."""
    if words.is_short:
        word = words.words[0]
        return Q((f"{column}__startswith", word)) | Q((f"{column}__contains", f" {word}"))
    found = Q()
    for word in words.words:
        found &= Q((f"{column}__contains", word))
    return found if words else Q(pk__in=())


def page_of_hits(rows: Sequence[T], part: slice, hit: Callable[[T], Hit]) -> Found:
    """All of ``rows`` were found; of those in ``part`` the hits are made."""
    return Found(len(rows), [hit(row) for row in rows[part]])


def snippet_of(words: Words, texts: Iterable[str]) -> list[Piece]:
    """The place in the first of ``texts`` that holds a word; [] when none does."""
    return next(filter(None, (words.snippet(text) for text in texts if text)), [])


def texts_in(value: Any) -> list[str]:
    """The texts of a JSON value, of the deepest lists too; keys and numbers are none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, Iterable):
        return [text for part in value for text in texts_in(part)]
    return []
