"""The moves of a row's state: from where each starts, where it leads, and that one of two wins.

A subject writes its moves as a table of ``Rule`` and calls ``apply`` from the verbs that move:
authority and input are checked before it, the history is written after it, all in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from core.refusals import MoveRefused

# For how long a page offers to undo what took something away, and the verb lets it.
UNDO_MINUTES = 30
UNDO_FOR = timedelta(minutes=UNDO_MINUTES)


@dataclass(frozen=True)
class Rule:
    """From which states a move starts and where it leads."""

    sources: tuple[str, ...]
    target: str


def apply(
    row: Model,
    rule: Rule,
    *,
    refusal: Callable[[], MoveRefused],
    same: Mapping[str, Any] | None = None,
    **changes: Any,
) -> str:
    """Move ``row``, write ``changes`` with it, and return the state it had before.

    Refused when the row on screen is in no state from which the move starts, or when the stored
    one has left that state meanwhile. ``same`` names columns that must also hold what the person
    saw, such as the count of saves. ``refusal`` is asked only then: it reads what happened.
    """
    before: str = row.serializable_value("state")
    if before not in rule.sources:
        raise refusal()
    stored = type(row)._default_manager.filter(pk=row.pk, state=before, **(same or {}))
    if not stored.update(state=rule.target, **changes):
        raise refusal()
    for name, value in {"state": rule.target, **changes}.items():
        setattr(row, name, value)
    return before


def undoable_until(done_at: datetime | None, *, now: datetime) -> datetime | None:
    """Until when a page may offer to undo what was done at ``done_at``; None when that is over."""
    if done_at is None or now - done_at > UNDO_FOR:
        return None
    return done_at + UNDO_FOR


def require_undoable(done_at: datetime | None, *, now: datetime) -> None:
    """Refuse to undo what was done longer ago than ``UNDO_FOR``."""
    if done_at is not None and undoable_until(done_at, now=now) is None:
        raise MoveRefused(_("This can be undone for %(n)d minutes only.") % {"n": UNDO_MINUTES})
