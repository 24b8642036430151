"""The head of a history: its last row, short enough to be mailed, printed and typed again.

``skn2:1234:3f2a-9c01-77de-b0a4`` is office, number and the first sixteen signs of that row's hash.
Once it lies in somebody's mailbox or on paper, a table that is emptied, cut or written anew does
not fit it any more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

import thai
from core.models import Event
from core.types import Office

LENGTH, GROUP = 16, 4
HEAD = re.compile(
    r"\s*([\w-]+?)\s*[:/·,;\s]\s*(\d{1,18})\s*[:/·,;\s]\s*([0-9a-f][0-9a-f\s–-]*)\s*", re.I
)


@dataclass(frozen=True)
class HistoryHead:
    """One row of one office's history, by its number and the beginning of its hash."""

    office: str  # its code
    number: int
    code: str  # sixteen signs
    at: datetime | None = None

    def __str__(self) -> str:
        groups = (self.code[at : at + GROUP] for at in range(0, len(self.code), GROUP))
        return f"{self.office}:{self.number}:{'-'.join(groups)}"


def head_at(event: Event, office: Office) -> HistoryHead:
    """The head of the history as it was when this row was its last."""
    return HistoryHead(office.code, event.number, event.hash[:LENGTH], event.at)


def heads_of(offices: Iterable[int]) -> dict[int, HistoryHead]:
    """The present head of each office that has a history; 1 query."""
    rows = Event.objects.filter(office__in=set(offices), number=F("office__eventchain__length"))
    found = rows.order_by().values_list("office", "office__code", "number", "hash", "at")
    return {
        pk: HistoryHead(code, number, full[:LENGTH], at) for pk, code, number, full, at in found
    }


def head_of(office: Office) -> HistoryHead | None:
    """The present head of one office; 1 query."""
    return heads_of([office.pk]).get(office.pk)


def read_head(typed: str) -> HistoryHead | None:
    """The head that somebody typed: any case, Thai digits too, hyphens or not. None if it is none.

    The whole code is asked for: a part of it proves less than it seems to.
    """
    found = HEAD.fullmatch(thai.to_arabic_digits(typed).lower())
    if found is None:
        return None
    office, number, code = found.groups()
    code = re.sub(r"[^0-9a-f]", "", code)
    return HistoryHead(office, int(number), code) if len(code) == LENGTH else None


def contains(office: Office, head: HistoryHead) -> bool:
    """Whether the office's history still holds the row that this head was written from."""
    rows = Event.objects.filter(office=office, number=head.number)
    return rows.filter(hash__startswith=head.code).exists()
