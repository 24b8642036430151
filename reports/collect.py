"""Database to snapshot: read once, with a fixed number of queries, into frozen dataclasses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import translation

from indicators.evidence.pictures.previews import previews
from reports.gather import meetings, memo, papers, year
from reports.render.html import blobs_of
from reports.snapshot import SarSnapshot, SealCard, Snapshot
from reports.states import DocumentKind
from workflow.models import Cycle, Meeting, Proposal

S = TypeVar("S", bound=Snapshot)
# Of those that are of a proposal each knows whether there may be none.
GATHER: dict[str, Callable[[Cycle, Any, datetime], Snapshot]] = {
    DocumentKind.SAR: year.sar,
    DocumentKind.SUMMARY: year.summary,
    DocumentKind.ANNOUNCEMENT: papers.announcement,
    DocumentKind.ORDER: papers.order,
    DocumentKind.MEMO: memo.memo,
    DocumentKind.FLOWCHART: papers.flowchart,
}
OF_A_MEETING: dict[str, Callable[[Meeting, datetime], Snapshot]] = {
    DocumentKind.INVITATION: meetings.invitation,
    DocumentKind.MINUTES: meetings.minutes,
}
PHOTOGRAPHS = 24  # four to six pages of the annex


def take_snapshot(
    cycle: Cycle,
    kind: str,
    *,
    proposal: Proposal | None = None,
    meeting: Meeting | None = None,
    at: datetime,
    seal: SealCard | None = None,
) -> Snapshot:
    """What the paper says at ``at``. Papers are Thai whatever language asked for them.

    An announcement, an order or its memo needs a ``proposal``, invitation and minutes a
    ``meeting``; a SAR without a proposal is a draft without the director's version number.
    ``seal`` is put on papers that bear one.
    """
    with translation.override("th"), _one_moment():
        # Read again: the caller's rows may be as old as the request.
        cycle = Cycle.objects.select_related("assessment__office", "assessment__edition").get(
            pk=cycle.pk
        )
        if proposal is not None:
            proposal = Proposal.objects.select_related("proposed_by", "created_by").get(
                pk=proposal.pk, cycle=cycle
            )
        if meeting is not None:
            meeting = Meeting.objects.select_related("note_taker", "checker", "confirmed_in").get(
                pk=meeting.pk, cycle=cycle
            )
        snapshot = _gathered(cycle, kind, proposal, meeting, at)
    if seal is not None and hasattr(snapshot, "seal"):
        snapshot = replace(snapshot, seal=seal)  # type: ignore[arg-type]  # it has one: asked just now
    # Decoding pictures takes seconds: not while a database waits.
    return with_readable_photographs(cycle, snapshot)


def unsaved_snapshot(
    cycle: Cycle,
    kind: str,
    *,
    proposal: Proposal | None = None,
    meeting: Meeting | None = None,
    at: datetime,
) -> Snapshot:
    """The same of rows as they are in memory: a draft as somebody is typing it.

    A meeting's typed agenda, attendance or tasks may lie in its prefetch cache.
    """
    with translation.override("th"), _one_moment():
        snapshot = _gathered(cycle, kind, proposal, meeting, at)
    return with_readable_photographs(cycle, snapshot)


def _gathered(
    cycle: Cycle, kind: str, proposal: Proposal | None, meeting: Meeting | None, at: datetime
) -> Snapshot:
    if meeting is not None:
        meeting.cycle = cycle
        return OF_A_MEETING[kind](meeting, at)
    if proposal is not None:
        proposal.cycle = cycle
    return GATHER[kind](cycle, proposal, at)


def with_readable_photographs(cycle: Cycle, snapshot: S) -> S:
    """The snapshot with the first photographs that can be shown."""
    if not isinstance(snapshot, SarSnapshot) or not snapshot.photographs:
        return snapshot
    hashes = [photograph.sha256 for photograph in snapshot.photographs]
    readable = {sha256 for sha256, _path in islice(previews(cycle.office, hashes), PHOTOGRAPHS)}
    kept = tuple(p for p in snapshot.photographs if p.sha256 in readable)
    return replace(snapshot, photographs=kept)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries see the database as it was at one moment.

    Otherwise a paper could show an indicator's score from before and its office's from after
    a change. Inside somebody's transaction its own isolation holds.
    """
    if connection.in_atomic_block or connection.vendor != "postgresql":
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def blob_files(cycle: Cycle, snapshot: Snapshot) -> dict[str, Path]:
    """Path of every picture the paper shows, by SHA-256; damaged ones are absent."""
    return dict(previews(cycle.office, sorted(blobs_of(snapshot))))
