"""What the face of a year counts: progress and score per standard, and the share of each step.

Read once and kept while not one row of the cycle has changed.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from indicators.models import Assignment, VerifiedScore
from indicators.narratives.progress import Counts, Part, progress_of
from indicators.scores.rollup import OfficeScore, StandardScore
from indicators.scores.scores import score_tree
from workflow.models import Cycle, Meeting, Proposal
from workflow.states import MeetingKind, MeetingState, ProposalKind, ProposalState
from workflow.todos.kept import Store
from workflow.todos.stamps import Stamp


@dataclass(frozen=True)
class Overview:
    """One year in numbers; nothing of it depends on who reads or when."""

    counts: Counts
    standards: list[tuple[Part, StandardScore]]
    score: OfficeScore
    papers: dict[str, int]  # kind → how far the best version is
    named: int  # standards, indicators and considerations with a person
    briefed: bool
    met: bool
    verified: int

    @property
    def targets(self) -> int:
        """How many standards, indicators and considerations want a person."""
        below = sum(len(part.parts) for part, _score in self.standards)
        return len(self.standards) + below + self.counts.items


KEPT: Store[Overview] = Store()


def overview_of(cycle: Cycle, stamp: Stamp | None) -> Overview:
    """The year's numbers; with its ``stamp`` it is read only when something changed."""
    kept = KEPT.find(cycle.pk, stamp) if stamp else None
    if kept is not None:
        return kept
    if stamp is None:
        return _read(cycle)
    # Loaded again: what the caller holds may be older than the stamp.
    again = Cycle.objects.select_related("assessment__office", "assessment__edition")
    read = _read(again.get(pk=cycle.pk))
    KEPT.keep(cycle.pk, stamp, read)
    return read


def _read(cycle: Cycle) -> Overview:
    progress, scores = progress_of(cycle.assessment), score_tree(cycle.assessment)
    held = Meeting.objects.filter(cycle=OuterRef("pk"), state=MeetingState.HELD)
    # As the gate counts: who left answers for nothing.
    named = Assignment.objects.current().filter(
        assessment=OuterRef("assessment"), user__is_active=True
    )
    verified = VerifiedScore.objects.filter(item__assessment=OuterRef("assessment"))
    row = Cycle.objects.annotate(
        named=_number_of(named, "assessment"),
        briefed=Exists(held.filter(kind=MeetingKind.BRIEFING)),
        met=Exists(held.filter(kind=MeetingKind.COMMITTEE)),
        verified=_number_of(verified, "item__assessment"),
    )
    return Overview(
        counts=progress.counts,
        standards=list(zip(progress.standards, scores.standards, strict=True)),
        score=scores,
        papers=_papers(cycle),
        **row.values("named", "briefed", "met", "verified").get(pk=cycle.pk),
    )


def _number_of(rows: QuerySet[Any], of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _papers(cycle: Cycle) -> dict[str, int]:
    """Per kind how far the best version is: 1 proposed, 2 approved, 3 published."""
    found = dict.fromkeys(ProposalKind.values, 0)
    rows = Proposal.objects.filter(cycle=cycle).order_by()
    for kind, state, published in rows.values_list("kind", "state", "published_at"):
        far = 0
        if state == ProposalState.APPROVED:
            far = 3 if published else 2
        elif state in (ProposalState.PROPOSED, ProposalState.ENDORSED):
            far = 1
        found[kind] = max(found[kind], far)
    return found
