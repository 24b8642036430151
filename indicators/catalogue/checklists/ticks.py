"""Which citation shows a required piece of evidence.

A tick is a fact of its citation: withdrawn with it, back with it, taken along when the item cites
another revision.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.refusals import MoveRefused, NotAllowed
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.catalogue.checklists.checklists import require_writing
from indicators.models import ChecklistRow, ChecklistTick, Citation, Evidence
from people.models import User


def require_ticker(row: ChecklistRow, *, by: User) -> None:
    """Refuse who may not cite in the item: a tick says what a citation is."""
    require_open(row.item.assessment)
    if not rules.may_write_item(by, row.item):
        raise NotAllowed(
            _("Only the persons whom the approved order names may cite evidence here.")
        )


@transaction.atomic
def tick(row: ChecklistRow, citation: Citation, *, by: User) -> bool:
    """The citation shows the piece; False when it was ticked already."""
    require_ticker(row, by=by)
    require_writing(row.item)  # and two who tick at once come one after the other
    if not ChecklistRow.objects.kept().filter(pk=row.pk).exists():
        raise MoveRefused(_("This piece was taken off the list already."))
    if not row.item.citations.kept().filter(pk=citation.pk).exists():
        raise MoveRefused(_("This evidence is not cited here any more."))
    if ChecklistTick.objects.filter(row=row, citation=citation).exists():
        return False
    ChecklistTick.objects.create(row=row, citation=citation, created_at=clock.now(), created_by=by)
    # A piece that is here applies.
    ChecklistRow.objects.filter(pk=row.pk, excused_at__isnull=False).update(
        excused_at=None, excused_by=None, excused_why=""
    )
    _log(row, citation, "checklist.tick", by)
    return True


@transaction.atomic
def untick(row: ChecklistRow, citation: Citation, *, by: User) -> None:
    """The citation is something else; it stays cited."""
    require_ticker(row, by=by)
    require_writing(row.item)
    gone, _each = ChecklistTick.objects.filter(row=row, citation=citation).delete()
    if not gone:
        raise MoveRefused(_("This was not ticked any more."))
    _log(row, citation, "checklist.untick", by)


def tick_evidence(row: ChecklistRow | None, evidence: Evidence, *, by: User) -> None:
    """Tick with the item's citation of ``evidence``, if both are there; part of bringing it."""
    if row is None or not ChecklistRow.objects.kept().filter(pk=row.pk).exists():
        return
    citation = row.item.citations.kept().filter(evidence=evidence).first()
    if citation is not None:
        tick(row, citation, by=by)


def carry(ticks: Iterable[ChecklistTick], to: Mapping[int, Citation], *, by: User) -> None:
    """Let the citation of the same item show what ``ticks`` say; what is ticked stays."""
    now = clock.now()
    ChecklistTick.objects.bulk_create(
        [
            ChecklistTick(row=one.row, citation=to[one.row.item_id], created_at=now, created_by=by)
            for one in ticks
            if one.row.item_id in to
        ],
        ignore_conflicts=True,
    )


def _log(row: ChecklistRow, citation: Citation, verb: str, by: User) -> None:
    log_event(
        row.item.assessment,
        by=by,
        verb=verb,
        target=citation.evidence,
        after={"item": row.item.consideration.code, "required": row.title},
    )
