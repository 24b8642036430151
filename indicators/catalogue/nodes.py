"""An edition as plain values, which know no ORM: what is assessed, and how levels are named."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ConsiderationNode:
    """A consideration of an edition."""

    pk: int
    code: str
    title: str
    weight: Decimal


@dataclass(frozen=True)
class IndicatorNode:
    """An indicator and its considerations."""

    pk: int
    code: str
    title: str
    weight: Decimal
    considerations: tuple[ConsiderationNode, ...]


@dataclass(frozen=True)
class StandardNode:
    """A standard and its indicators."""

    pk: int
    code: str
    title: str
    weight: Decimal
    indicators: tuple[IndicatorNode, ...]


@dataclass(frozen=True)
class Level:
    """``name`` is borne by a score of at least ``at_least``."""

    score: int
    name: str
    at_least: Decimal


@dataclass(frozen=True)
class EditionTree:
    """An edition as far as arithmetic needs it; ``levels`` best first."""

    standards: tuple[StandardNode, ...]
    levels: tuple[Level, ...]
    pass_level: int
