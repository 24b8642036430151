"""Which rows of an office's history were written under which key.

The first row under a new key says so (``KEY_CHANGED``; ``KEY_RESTARTED`` when the rows before it
could not be verified). It names the key and bears the plain digest of all that stands before it,
so the new key fixes those rows too, even when their own key is lost or in other hands.
"""

from typing import Any

from core.history.key import known_keys
from core.models import Event

KEY_CHANGED, KEY_RESTARTED = "key.change", "key.restart"


class Generations:
    """The keys of one office's history, the last of which has to be ``under``; 1 query."""

    def __init__(self, office_id: int, under: str):
        rows = Event.objects.filter(office=office_id, verb__in=(KEY_CHANGED, KEY_RESTARTED))
        self.changes = list(rows.order_by("number"))
        self.under, self.known = under, known_keys()
        restarts = [event.number for event in self.changes if event.verb == KEY_RESTARTED]
        self.restarted_at = max(restarts, default=0)
        self.numbers = {event.number for event in self.changes}

    @property
    def first_change(self) -> int | None:
        """The number of the first row under a second key."""
        return self.changes[0].number if self.changes else None

    def name_at(self, number: int) -> str:
        """The name of the key that a row was written under."""
        name = _said(self.changes[0], "key_before") if self.changes else self.under
        for event in self.changes:
            if event.number <= number:
                name = _said(event, "key")
        return name

    def key_at(self, number: int) -> str | None:
        """That key; None when it is not here."""
        return self.known.get(self.name_at(number))

    @property
    def end_name(self) -> str:
        """The name of the key under which the history goes on."""
        return self.name_at(self.changes[-1].number) if self.changes else self.under

    def is_last(self, number: int) -> bool:
        """Whether a row belongs to the last generation."""
        return not self.changes or number >= self.changes[-1].number


def _said(event: Event, word: str) -> str:
    said: Any = event.after
    return str(said.get(word, "")) if isinstance(said, dict) else ""
