"""Bringing what an earlier year cited, and saying that it still holds. A view calls these.

What is brought is cited by a row of its own, to be re-verified; the earlier year's rows and bytes
stay as they are. States and scores are never carried.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, RuleBroken
from indicators.assessments import log_event
from indicators.evidence.citations import require_writing
from indicators.models import Citation, Evidence, Item
from indicators.narratives.reuse.availability import why_not_brought
from indicators.narratives.reuse.sources import brought_rows, earlier_item
from people.models import User


@dataclass
class Bringing:
    """What was brought, and ``(title, why)`` of what was left out."""

    made: list[Citation] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def bring(item: Item, chosen: Collection[int], *, by: User) -> Bringing:
    """Cite what the earlier year's citations ``chosen`` cite, newest revision, to be re-verified.

    Pages are those of a revision, so they come only with the same one.
    """
    require_writing(item, by=by)
    source = earlier_item(item)
    if source is None:
        raise MoveRefused(_("No earlier year has this consideration."))
    rows = list(
        brought_rows(source).filter(pk__in=chosen).select_related("evidence", "item__assessment")
    )
    if not rows:
        raise RuleBroken(_("Choose at least one piece of evidence."), "citations")
    done = _brought(item, rows, by)
    if not done.made:
        raise MoveRefused(" ".join(f"“{title}”: {why}" for title, why in done.left_out))
    for citation in done.made:
        log_event(
            item.assessment,
            by=by,
            verb="evidence.bring",
            target=citation.evidence,
            after={"item": item.consideration.code, "from_year": source.assessment.fiscal_year},
        )
    return done


def _brought(item: Item, rows: Iterable[Citation], by: User) -> Bringing:
    # Locked, so that nobody removes one between the look and the citation.
    kept = Evidence.objects.select_for_update(of=("self",)).order_by("pk")
    locked = kept.in_bulk([row.evidence_id for row in rows])
    for row in rows:
        row.evidence = locked[row.evidence_id]
    why_not, here = why_not_brought(rows), _cited_by(item)
    done, now = Bringing(), clock.now()
    for row in rows:
        why = why_not.get(row.pk, "")
        if who := here.get(row.evidence_id):
            why = _("Cited here already by %(name)s.") % {"name": who}
        if why:
            done.left_out.append((row.evidence.title, why))
            continue
        newest = row.newest  # type: ignore[attr-defined]
        done.made.append(
            Citation.objects.create(
                item=item,
                evidence=row.evidence,
                revision_id=newest,
                pages=row.pages if newest == row.revision_id else "",
                note=row.note,
                created_at=now,
                created_by=by,
                brought_from=row,
            )
        )
    return done


def _cited_by(item: Item) -> dict[int, str]:
    rows = item.citations.filter(removed_at__isnull=True).select_related("created_by")
    return {row.evidence_id: row.created_by.full_name for row in rows}


@transaction.atomic
def undo_bringing(item: Item, citations: Collection[int], *, by: User) -> int:
    """Take back what was brought a short while ago and nobody re-verified; returns how many."""
    require_writing(item, by=by)
    rows = list(
        item.citations.to_verify()
        .filter(pk__in=citations, removed_at__isnull=True)
        .select_related("evidence")
    )
    for row in rows:
        require_undoable(row.created_at, now=clock.now())
    if not rows:
        raise MoveRefused(_("These were taken back or re-verified already."))
    item.citations.filter(pk__in=[row.pk for row in rows]).update(
        removed_at=clock.now(), removed_by=by
    )
    for row in rows:
        log_event(
            item.assessment,
            by=by,
            verb="evidence.withdraw",
            target=row.evidence,
            before={"item": item.consideration.code},
        )
    return len(rows)


@transaction.atomic
def verify(citation: Citation, *, by: User) -> None:
    """Say that what was brought holds for this year, too."""
    item = citation.item
    require_writing(item, by=by)
    rows = Citation.objects.kept().to_verify().filter(pk=citation.pk)
    if not Citation.objects.filter(pk__in=rows).update(verified_at=clock.now(), verified_by=by):
        raise MoveRefused(_why_not_verified(citation))
    log_event(
        item.assessment,
        by=by,
        verb="evidence.verify",
        target=citation.evidence,
        after={"item": item.consideration.code},
    )


def _why_not_verified(citation: Citation) -> str:
    row = Citation.objects.select_related("verified_by", "evidence").get(pk=citation.pk)
    if row.removed_at is not None:
        return _("This citation was withdrawn already.")
    if row.evidence.removed_at is not None:
        return _("This evidence was removed. Restore it first.")
    if row.verified_by is not None:
        return _("%(name)s re-verified it already.") % {"name": row.verified_by.full_name}
    return _("This was not brought from an earlier year.")


@transaction.atomic
def unverify(citation: Citation, *, by: User) -> None:
    """Undo ``verify``: it is to be re-verified again."""
    item = citation.item
    require_writing(item, by=by)
    rows = Citation.objects.filter(
        pk=citation.pk, removed_at__isnull=True, verified_at__isnull=False
    )
    row = rows.first()
    if row is None:
        raise MoveRefused(_("This is to be re-verified already."))
    require_undoable(row.verified_at, now=clock.now())
    rows.update(verified_at=None, verified_by=None)
    log_event(
        item.assessment,
        by=by,
        verb="evidence.unverify",
        target=citation.evidence,
        before={"item": item.consideration.code},
    )
