"""An edition as a tree of plain values, kept in memory: its rows are never rewritten."""

from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Manager

from indicators.catalogue.nodes import (
    ConsiderationNode,
    EditionTree,
    IndicatorNode,
    Level,
    StandardNode,
)
from indicators.models import (
    Consideration,
    Edition,
    Indicator,
    QualityLevel,
    RubricLevel,
    Standard,
)
from indicators.models.catalogue import CatalogueRow

Ordered = TypeVar("Ordered", Indicator, Consideration)
Node = TypeVar("Node", StandardNode, IndicatorNode, ConsiderationNode)
KEPT = 16  # editions; an office works with one or two


def edition_tree(edition: Edition) -> EditionTree:
    """The edition as plain values: four queries whatever its size, once per process.

    A changed file becomes a new version, a row of its own (``editions.import_edition``), so a tree
    cannot grow stale; the key tells apart what was imported at different times.
    """
    return _tree(edition.pk, edition.pass_level, edition.content_hash, edition.imported_at)


@lru_cache(maxsize=KEPT)
def _tree(edition: int, pass_level: int, _content_hash: str, _imported_at: datetime) -> EditionTree:
    standards = (
        Standard.objects.filter(edition=edition)
        .order_by("order", "pk")
        .prefetch_related("indicators__considerations")
    )
    return EditionTree(
        standards=tuple(
            _node(
                StandardNode,
                standard,
                indicators=tuple(
                    _node(
                        IndicatorNode,
                        indicator,
                        considerations=tuple(
                            _node(ConsiderationNode, row)
                            for row in _ordered(indicator.considerations)
                        ),
                    )
                    for indicator in _ordered(standard.indicators)
                ),
            )
            for standard in standards
        ),
        levels=tuple(
            Level(level.score, level.name, level.at_least)
            for level in QualityLevel.objects.filter(edition=edition).order_by("-score")
        ),
        pass_level=pass_level,
    )


def rubric_texts(edition: Edition) -> dict[int, dict[int, str]]:
    """Text by level, best first, by consideration; one query, kept as ``edition_tree`` is."""
    return _rubric(edition.pk, edition.content_hash, edition.imported_at)


@lru_cache(maxsize=KEPT)
def _rubric(edition: int, _content_hash: str, _imported_at: datetime) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    rows = RubricLevel.objects.filter(consideration__indicator__standard__edition=edition)
    for row in rows.order_by("-score"):
        found.setdefault(row.consideration_id, {})[row.score] = row.text
    return found


def forget() -> None:
    """Forget every edition: for tests, whose database starts anew with the same numbers."""
    _tree.cache_clear()
    _rubric.cache_clear()


def _ordered(rows: Manager[Ordered]) -> list[Ordered]:
    return sorted(rows.all(), key=lambda row: (row.order, row.pk))


def _node(kind: type[Node], row: CatalogueRow, **parts: Any) -> Node:
    return kind(pk=row.pk, code=row.code, title=row.title, weight=row.weight, **parts)


def considerations_of(edition: Edition) -> list[tuple[str, str]]:
    """``(code, title)`` of every consideration; no query once the edition was read."""
    return [
        (node.code, node.title)
        for standard in edition_tree(edition).standards
        for indicator in standard.indicators
        for node in indicator.considerations
    ]
