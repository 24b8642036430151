"""Consideration rows for tests: what the edition requires of an item."""

from core import clock
from indicators.models import ChecklistRow, RequiredEvidence


def require_pieces(item, *titles):
    """Rows as ``open_assessment`` makes them of an edition that requires these pieces."""
    rows = []
    for order, title in enumerate(titles, 1):
        required = RequiredEvidence.objects.create(
            consideration=item.consideration, title=title, order=order
        )
        rows.append(
            ChecklistRow.objects.create(
                item=item, required=required, title=title, order=order, added_at=clock.now()
            )
        )
    return rows
