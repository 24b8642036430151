"""What the pages of handovers read."""

from dataclasses import dataclass
from datetime import datetime

from core import clock
from indicators.handovers.contents import HandedPart, parts_of
from indicators.handovers.handovers import KEPT_FOR
from indicators.models import Assessment, EvidenceHandover


@dataclass(frozen=True)
class KeptHandover:
    """A ZIP of the last days, for the list."""

    row: EvidenceHandover
    part: HandedPart


def kept_handovers(assessment: Assessment) -> list[KeptHandover]:
    """What was asked for in the last week, the newest first; 1 query.

    Without index and lists, which only sending needs.
    """
    rows = (
        assessment.handovers.filter(created_at__gte=clock.now() - KEPT_FOR)
        .defer("index", "lists")
        .select_related("created_by")
    )
    known = {
        (part.standard and part.standard.pk, part.indicator and part.indicator.pk): part
        for part in parts_of(assessment).values()
    }
    return [KeptHandover(row, known[row.standard_id, row.indicator_id]) for row in rows]


def kept_until(handover: EvidenceHandover) -> datetime:
    """When its index goes."""
    return handover.created_at + KEPT_FOR
