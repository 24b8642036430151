"""What was computed of a cycle, in this process's memory while not one row of it has changed.

The rows are asked by their stamp (see stamps.py). Todos also follow from the Bangkok date, with
which roles begin and end, and from the hours of meetings: those end what is kept as well.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from core import clock
from workflow.states import MeetingState
from workflow.todo import Todo
from workflow.todos.facts import Facts
from workflow.todos.stamps import Stamp

MOST = 256  # cycles
Value = TypeVar("Value")


class Store(Generic[Value]):
    """One value per cycle; the cycle that was asked for longest ago makes room."""

    def __init__(self) -> None:
        self._rows: OrderedDict[int, tuple[Stamp, Value]] = OrderedDict()
        self._lock = Lock()

    def find(self, cycle: int, stamp: Stamp) -> Value | None:
        """What was kept of the cycle as it stands."""
        with self._lock:
            kept = self._rows.get(cycle)
            if kept is None or kept[0] != stamp:
                return None
            self._rows.move_to_end(cycle)
            return kept[1]

    def keep(self, cycle: int, stamp: Stamp, value: Value) -> None:
        """Remember ``value``, which was computed after ``stamp`` was read."""
        with self._lock:
            self._rows[cycle] = stamp, value
            self._rows.move_to_end(cycle)
            while len(self._rows) > MOST:
                self._rows.popitem(last=False)

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        with self._lock:
            self._rows.clear()


@dataclass(frozen=True)
class Waiting:
    """The todos as computed at ``at``; the same until ``until``, or to the end of that day."""

    at: datetime
    until: datetime | None
    todos: tuple[Todo, ...]

    @classmethod
    def of(cls, facts: Facts, todos: Sequence[Todo]) -> "Waiting":
        """What was built from ``facts``."""
        return cls(facts.at, _next_hour(facts), tuple(todos))

    def holds(self, at: datetime) -> bool:
        """Whether the same rows would give the same at ``at``."""
        same_day = clock.today(self.at) == clock.today(at)
        return same_day and self.at <= at and (self.until is None or at < self.until)


def _next_hour(facts: Facts) -> datetime | None:
    """When a planned meeting next changes what waits: its room opens, or it begins."""
    hours = (
        hour
        for meeting in facts.meetings
        if meeting.state == MeetingState.PLANNED
        for hour in (meeting.check_in_opens_at, meeting.starts_at)
    )
    return min((hour for hour in hours if hour > facts.at), default=None)
