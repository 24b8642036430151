"""What the pages of the catalogue read: all editions, and the tree of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

import thai
from indicators.catalogue.edition_plan import EditionPlan
from indicators.catalogue.editions import tree
from indicators.models import Edition, RequiredEvidence, Standard
from people.models import User


def editions_for(user: User) -> list[Edition]:
    """Every edition with its counts, the newest version first; 1 query."""
    rows: QuerySet[Edition] = Edition.objects.visible_to(user).with_counts()
    return list(rows.select_related("verified_by"))


def newer_than(edition: Edition, user: User) -> Edition | None:
    """The newest version of the same code, unless it is this one; 1 query."""
    newest: Edition | None = Edition.objects.visible_to(user).filter(code=edition.code).first()
    return newest if newest != edition else None


def shared_tree(edition: Edition) -> list[Standard]:
    """The tree with its rubrics, each row with ``share``: its percent of what it is part of."""
    standards = tree(edition, rubric=True)
    _add_shares(standards)
    return standards


def _add_shares(rows: Iterable[Any]) -> None:
    rows = list(rows)
    total = sum((row.weight for row in rows), Decimal(0))
    for row in rows:
        row.share = thai.round_half_up(row.weight * 100 / total, 2)
    for row in rows:
        for name in ("indicators", "considerations"):
            if hasattr(row, name):
                _add_shares(getattr(row, name).all())


@dataclass(frozen=True)
class RequiredChange:
    """Which pieces of evidence a consideration requires anew, and which no more."""

    code: str
    came: list[str]
    went: list[str]


def required_changes(plan: EditionPlan) -> tuple[Edition | None, list[RequiredChange]]:
    """The newest version of the code, and what the file requires otherwise than it; 2 queries."""
    newest = Edition.objects.filter(code=plan.code).first()
    if newest is None:
        return None, []
    before: dict[str, list[str]] = {}
    rows = RequiredEvidence.objects.filter(consideration__indicator__standard__edition=newest)
    for code, title in rows.order_by("order").values_list("consideration__code", "title"):
        before.setdefault(code, []).append(title)
    after = {row.code: [piece.title for piece in row.evidence] for row in plan.considerations}
    changes = [
        RequiredChange(
            code,
            came=[title for title in after.get(code, []) if title not in before.get(code, [])],
            went=[title for title in before.get(code, []) if title not in after.get(code, [])],
        )
        for code in {**after, **before}
    ]
    return newest, [change for change in changes if change.came or change.went]
