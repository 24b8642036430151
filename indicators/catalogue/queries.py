"""What the pages of the catalogue read: all editions, and the tree of one."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

import thai
from indicators.catalogue.editions import tree
from indicators.models import Edition, Standard
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
