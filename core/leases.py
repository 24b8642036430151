"""Leases: which worker works on which row, so that each is done once though workers may die.

A row is claimed by a conditional UPDATE: of two workers who try, one gets it. The claim holds
until ``lease_until``; the worker renews it while it works and lets go with what came of it. Who
dies leaves a lease that runs out, and the row is free again. Whoever lost a lease writes nothing.

A row that is claimed has the columns ``state``, ``lease_until`` and those of ``Lease.proof``.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
LONGEST_NAME = 40  # letters of the column ``claimed_by``


class LeaseLost(Exception):
    """Somebody else has the row: our lease ran out, or newer work superseded ours."""


@dataclass(frozen=True, kw_only=True)
class Lease(Generic[M]):
    """How rows of one model are claimed. Moments are passed in: each user has its own clock."""

    waiting: str  # the state of rows that nobody has claimed
    working: str  # and of those that somebody has
    length: Callable[[], timedelta]  # longer than a worker is silent between two renewals
    proof: tuple[str, ...] = ("claimed_by",)  # columns by which a row is known to be ours still

    def free(self, at: datetime) -> Q:
        """Which rows nobody works on: waiting, or claimed by somebody silent for too long."""
        return Q(state=self.waiting) | Q(state=self.working, lease_until__lte=at)

    def take(self, free: QuerySet[M], *, at: datetime, **fields: Any) -> datetime | None:
        """Claim the one row of ``free``, if it still is; until when, or None for who came late.

        ``fields`` are set with the claim: ``claimed_by``, one more attempt.
        """
        until = at + self.length()
        taken = free.update(state=self.working, lease_until=until, **fields)
        return until if taken else None

    def claim(
        self, free: QuerySet[M], rows: QuerySet[M], *, at: datetime, **fields: Any
    ) -> M | None:
        """Claim the first of ``free`` in its order, read through ``rows``.

        None when nothing is free, or when newer work took the row over at once.
        """
        for pk in list(free.values_list("pk", flat=True)):
            if until := self.take(free.filter(pk=pk), at=at, **fields):
                return rows.filter(pk=pk, lease_until=until).first()
        return None

    def held(self, row: M) -> QuerySet[M]:
        """The row, as long as our claim holds; else nothing."""
        proof = {name: getattr(row, name) for name in self.proof}
        return type(row)._default_manager.filter(pk=row.pk, state=self.working, **proof)

    def renew(self, row: M, *, at: datetime, **fields: Any) -> None:
        """The heartbeat: hold the lease from now on, and write ``fields``; else ``LeaseLost``."""
        until = at + self.length()
        if not self.held(row).update(lease_until=until, **fields):
            raise LeaseLost
        row.lease_until = until  # type: ignore[attr-defined]  # a column of every such row

    def let_go(self, row: M, state: str, **fields: Any) -> bool:
        """End the claim with what came of it; False, and nothing written, for who lost it."""
        return bool(self.held(row).update(state=state, lease_until=None, **fields))


def holder(worker: str = "") -> str:
    """A name for ``claimed_by`` that no other process and no earlier claim bears."""
    return f"{worker or os.getpid()}:{secrets.token_hex(8)}"[-LONGEST_NAME:]


def pause_after(attempts: int, pauses: Sequence[timedelta]) -> timedelta | None:
    """How long to rest after the first, second, … attempt that failed; None to give up."""
    return pauses[attempts - 1] if attempts <= len(pauses) else None
