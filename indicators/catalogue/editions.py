"""Importing editions of the standards and vouching for their wording."""

from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Prefetch
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import log_event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.catalogue.edition_file import read_edition
from indicators.catalogue.edition_plan import EditionPlan, RowPlan
from indicators.models import (
    Consideration,
    Edition,
    Indicator,
    QualityLevel,
    RequiredEvidence,
    RubricLevel,
    Standard,
)
from people.models import User
from people.roles import as_now

ATTEMPTS = 3


def import_edition(text: str | bytes, *, by: User | None = None) -> tuple[Edition, bool]:
    """Store what a YAML file says; ``(edition, False)`` when this content is here already.

    A changed file always becomes the next version, whether or not the last one is in use:
    rows of an edition are never rewritten. ``by`` is None on the command line only.
    Raises ``EditionInvalid`` before anything is written.
    """
    _require_importer(by)
    plan = read_edition(text)
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _find_or_store(plan, by)
        except IntegrityError:
            # Somebody imported the same code at this moment: look again.
            continue
    raise MoveRefused(_("Somebody is importing this edition right now. Please try again."))


def _require_importer(by: User | None) -> None:
    if by is not None and not rules.may_import_edition(by, clock.today()):
        raise NotAllowed(_("Only an administrator may import an edition."))


def find_same(plan: EditionPlan) -> Edition | None:
    """The version that says exactly this already."""
    return Edition.objects.filter(code=plan.code, content_hash=plan.content_hash).first()


def next_version(code: str) -> int:
    """The number a changed file of this code gets."""
    return (Edition.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0) + 1


def _find_or_store(plan: EditionPlan, by: User | None) -> tuple[Edition, bool]:
    _require_importer(as_now(by) if by else None)
    # Take the number first: an equal edition stored meanwhile is found, a later one collides.
    version = next_version(plan.code)
    if same := find_same(plan):
        return same, False
    edition = Edition.objects.create(
        code=plan.code,
        version=version,
        title=plan.title,
        note=plan.note,
        pass_level=plan.pass_level,
        content_hash=plan.content_hash,
        imported_at=clock.now(),
        imported_by=by,
    )
    _store_tree(edition, plan)
    if by is not None:
        log_event(
            by.office,
            actor=by,
            verb="edition.import",
            target=edition,
            after={"code": edition.code, "version": edition.version},
        )
    return edition, True


def _store_tree(edition: Edition, plan: EditionPlan) -> None:
    QualityLevel.objects.bulk_create(
        QualityLevel(edition=edition, score=level.score, name=level.name, at_least=level.at_least)
        for level in plan.levels
    )
    standards = Standard.objects.bulk_create(
        Standard(edition=edition, **_fields(row, order))
        for order, row in enumerate(plan.standards, 1)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(standard=standard, **_fields(row, order))
        for standard, above in zip(standards, plan.standards, strict=True)
        for order, row in enumerate(above.indicators, 1)
    )
    considerations = Consideration.objects.bulk_create(
        Consideration(indicator=indicator, **_fields(row, order))
        for indicator, above in zip(indicators, plan.indicators, strict=True)
        for order, row in enumerate(above.considerations, 1)
    )
    RubricLevel.objects.bulk_create(
        RubricLevel(consideration=consideration, score=score, text=text)
        for consideration, row in zip(considerations, plan.considerations, strict=True)
        for score, text in row.rubric
    )
    RequiredEvidence.objects.bulk_create(
        RequiredEvidence(consideration=consideration, order=order, **asdict(piece))
        for consideration, row in zip(considerations, plan.considerations, strict=True)
        for order, piece in enumerate(row.evidence, 1)
    )


def _fields(row: RowPlan, order: int) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "source": row.source,
        "weight": row.weight,
        "order": order,
    }


def tree(edition: Edition, *, rubric: bool = False) -> list[Standard]:
    """Standards with ``.indicators.all()`` and their ``.considerations.all()``; 3 queries.

    With ``rubric`` also the levels and the required evidence of each consideration; 5 queries.
    """
    considerations = Consideration.objects.order_by("order")
    if rubric:
        considerations = considerations.prefetch_related("rubric", "required")
    indicators = Indicator.objects.order_by("order").prefetch_related(
        Prefetch("considerations", considerations)
    )
    return list(
        edition.standards.order_by("order").prefetch_related(Prefetch("indicators", indicators))
    )


@transaction.atomic
def verify_edition(edition: Edition, *, by: User, note: str) -> Edition:
    """An administrator vouches for the wording; ``note`` says against which text."""
    if not rules.may_verify_edition(by, clock.today()):
        raise NotAllowed(_("Only an administrator may verify an edition."))
    if not thai.trimmed(note):
        raise RuleBroken(_("Please say against which text the edition was checked."))
    at = clock.now()
    changed = Edition.objects.filter(pk=edition.pk, verified_at__isnull=True).update(
        verified_at=at, verified_by=by, verified_note=thai.trimmed(note)
    )
    if not changed:
        raise MoveRefused(_("This edition was verified already. Please look at it again."))
    edition.refresh_from_db()
    log_event(
        by.office,
        actor=by,
        verb="edition.verify",
        target=edition,
        before={"verified": False},
        after={"verified": True},
        why=thai.trimmed(note),
    )
    return edition


@transaction.atomic
def unverify_edition(edition: Edition, *, by: User, why: str) -> Edition:
    """Take the confirmation back, with a reason; the history keeps who had given it."""
    if not rules.may_verify_edition(by, clock.today()):
        raise NotAllowed(_("Only an administrator may verify an edition."))
    if not thai.trimmed(why):
        raise RuleBroken(_("Please give a reason."))
    changed = Edition.objects.filter(pk=edition.pk, verified_at__isnull=False).update(
        verified_at=None, verified_by=None, verified_note=""
    )
    if not changed:
        raise MoveRefused(_("This edition is not verified any more. Please look at it again."))
    before = {"verified": True, "note": edition.verified_note}
    edition.refresh_from_db()
    log_event(
        by.office,
        actor=by,
        verb="edition.unverify",
        target=edition,
        before=before,
        after={"verified": False},
        why=thai.trimmed(why),
    )
    return edition
