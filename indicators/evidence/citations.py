"""Citing evidence in a consideration, and withdrawing the citation.

A citation names the revision that was judged; citing the same evidence again in another revision
withdraws the older citation, so both stand in the history. What was brought from an earlier year
stays to be re-verified until its writer says so, or cites another revision in its place.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.catalogue.checklists.ticks import carry, tick_evidence
from indicators.models import (
    ChecklistRow,
    ChecklistTick,
    Citation,
    Evidence,
    EvidenceRevision,
    Item,
)
from indicators.states import ItemState
from people.models import User

VERIFIED = ("verified_at", "verified_by_id")
Marks = dict[str, Any]


def require_kept(evidence: Evidence) -> Evidence:
    """The row, locked; refused when it was removed."""
    current = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if current.removed_at is not None:
        raise MoveRefused(_("This evidence was removed. Restore it first."))
    return current


def require_citer(item: Item, *, by: User) -> None:
    """Refuse who may not cite in the item, and everybody once the year is locked."""
    require_open(item.assessment)
    if not rules.may_write_item(by, item):
        raise NotAllowed(
            _("Only the persons whom the approved order names may cite evidence here.")
        )


def require_writing(item: Item, *, by: User) -> None:
    """As ``require_citer``, and refuse when the item was handed in; call it in a transaction.

    The item's row is locked, because handing in counts the citations.
    """
    require_citer(item, by=by)
    if Item.objects.select_for_update().get(pk=item.pk).state != ItemState.WRITING:
        raise MoveRefused(
            _("This consideration was handed in. Take it back before changing anything.")
        )


@transaction.atomic
def cite(
    item: Item,
    revision: EvidenceRevision,
    *,
    pages: str = "",
    note: str = "",
    row: ChecklistRow | None = None,
    by: User,
) -> Citation:
    """Cite ``revision`` in ``item``; another revision of the same evidence gives way to it.

    ``row`` is the required piece of evidence of the item that it is, if any.
    """
    evidence = revision.evidence
    if evidence.office_id != item.assessment.office_id:
        raise NotAllowed(_("This evidence belongs to another office."))
    citation = point_to(item, revision, pages=pages, note=note, by=by)
    require_kept(evidence)
    log_event(
        item.assessment,
        by=by,
        verb="evidence.cite",
        target=evidence,
        after={"item": item.consideration.code, "revision": revision.number},
    )
    tick_evidence(row, evidence, by=by)
    return citation


def point_to(
    item: Item, revision: EvidenceRevision, *, by: User, pages: str = "", note: str = ""
) -> Citation:
    """Cite without an event of its own: part of bringing and revising, which the history keeps.

    Another revision in the place of one that was brought from an earlier year verifies it.
    """
    require_writing(item, by=by)
    words = {"pages": thai.clean_label(pages)[:60], "note": thai.clean_label(note)[:300]}
    standing = Citation.objects.filter(
        item=item, evidence=revision.evidence_id, removed_at__isnull=True
    )
    same = standing.filter(revision=revision, **words).first()
    if same is not None:
        return same
    now = clock.now()
    marks = _marks(standing.first(), revision, by=by, at=now)
    replaced = list(standing.values_list("pk", flat=True))
    standing.update(removed_at=now, removed_by=by)
    made = Citation.objects.create(
        item=item,
        evidence_id=revision.evidence_id,
        revision=revision,
        created_at=now,
        created_by=by,
        **words,
        **marks,
    )
    if replaced:
        ticks = ChecklistTick.objects.filter(citation__in=replaced).select_related("row")
        carry(ticks, {item.pk: made}, by=by)
    return made


def _marks(before: Citation | None, revision: EvidenceRevision, *, by: User, at: datetime) -> Marks:
    """What the citation that gives way said of the earlier year that it came from."""
    if before is None or before.brought_from_id is None:
        return {}
    marks = {name: getattr(before, name) for name in ("brought_from_id", *VERIFIED)}
    if before.verified_at is None and before.revision_id != revision.pk:
        marks |= {"verified_at": at, "verified_by_id": by.pk}
    return marks


@transaction.atomic
def withdraw_citation(citation: Citation, *, by: User) -> None:
    """The item no longer cites the evidence; both stay."""
    item = citation.item
    require_writing(item, by=by)
    withdrawn = Citation.objects.filter(pk=citation.pk, removed_at__isnull=True).update(
        removed_at=clock.now(), removed_by=by
    )
    if not withdrawn:
        raise MoveRefused(_("This citation was withdrawn already."))
    log_event(
        item.assessment,
        by=by,
        verb="evidence.withdraw",
        target=citation.evidence,
        before={"item": item.consideration.code},
    )


@transaction.atomic
def restore_citation(citation: Citation, *, by: User) -> None:
    """Cite again, pages and note as they were, what was withdrawn a short while ago.

    Refused when the evidence was cited anew meanwhile, or is gone.
    """
    item = citation.item
    require_writing(item, by=by)
    require_kept(citation.evidence)
    require_undoable(citation.removed_at, now=clock.now())
    standing = Citation.objects.filter(
        item=item, evidence=citation.evidence_id, removed_at__isnull=True
    )
    withdrawn = Citation.objects.filter(pk=citation.pk, removed_at__isnull=False)
    if standing.exists() or not withdrawn.update(removed_at=None, removed_by=None):
        raise MoveRefused(_("This evidence is cited here already."))
    log_event(
        item.assessment,
        by=by,
        verb="evidence.recite",
        target=citation.evidence,
        after={"item": item.consideration.code},
    )
