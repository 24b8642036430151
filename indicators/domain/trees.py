"""An edition as a tree of plain values, kept in memory: its rows are never rewritten."""

from functools import lru_cache

from indicators.domain import rollup
from indicators.models import Edition, QualityLevel, Standard

KEPT = 16  # editions; an office works with one or two


def edition_tree(edition: Edition) -> rollup.EditionTree:
    """The edition as rollup needs it: four queries whatever its size, once per process.

    A changed file becomes a new version, a row of its own (``editions.import_edition``), so a tree
    cannot grow stale; the key tells apart what was imported at different times.
    """
    return _tree(edition.pk, edition.pass_level, edition.content_hash, edition.imported_at)


@lru_cache(maxsize=KEPT)
def _tree(edition, pass_level, _content_hash, _imported_at) -> rollup.EditionTree:
    standards = (
        Standard.objects.filter(edition=edition)
        .order_by("order", "pk")
        .prefetch_related("indicators__considerations")
    )
    return rollup.EditionTree(
        standards=tuple(
            _node(
                rollup.StandardNode,
                standard,
                indicators=tuple(
                    _node(
                        rollup.IndicatorNode,
                        indicator,
                        considerations=tuple(
                            _node(rollup.ConsiderationNode, row)
                            for row in _ordered(indicator.considerations)
                        ),
                    )
                    for indicator in _ordered(standard.indicators)
                ),
            )
            for standard in standards
        ),
        levels=tuple(
            rollup.Level(level.score, level.name, level.at_least)
            for level in QualityLevel.objects.filter(edition=edition).order_by("-score")
        ),
        pass_level=pass_level,
    )


def forget() -> None:
    """Forget every tree: for tests, whose database starts anew with the same numbers."""
    _tree.cache_clear()


def _ordered(rows):
    return sorted(rows.all(), key=lambda row: (row.order, row.pk))


def _node(kind, row, **parts):
    return kind(pk=row.pk, code=row.code, title=row.title, weight=row.weight, **parts)
