"""What a file of an edition says, once it was found to be whole."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from indicators.states import Source


@dataclass(frozen=True)
class LevelPlan:
    """ระดับคุณภาพ: a mean of at least ``at_least`` bears ``name``."""

    score: int
    name: str
    at_least: Decimal


@dataclass(frozen=True)
class RowPlan:
    """What a standard, an indicator and a consideration have in common."""

    code: str
    title: str
    source: str
    weight: Decimal


@dataclass(frozen=True)
class RequiredPlan:
    """A piece of evidence that a consideration must have."""

    title: str
    source: str


@dataclass(frozen=True)
class ConsiderationPlan(RowPlan):
    """A consideration with its five rubric texts, best first, and the evidence it requires."""

    rubric: tuple[tuple[int, str], ...]
    evidence: tuple[RequiredPlan, ...] = ()


@dataclass(frozen=True)
class IndicatorPlan(RowPlan):
    """An indicator."""

    considerations: tuple[ConsiderationPlan, ...]


@dataclass(frozen=True)
class StandardPlan(RowPlan):
    """A standard."""

    indicators: tuple[IndicatorPlan, ...]


@dataclass(frozen=True)
class EditionPlan:
    """A file that was found to be whole."""

    code: str
    title: str
    note: str
    pass_level: int
    levels: tuple[LevelPlan, ...]
    standards: tuple[StandardPlan, ...]

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the file says, however it is laid out: 30 and 30.0 are the same."""
        said = asdict(self, dict_factory=_said)
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=_plain_number)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def indicators(self) -> list[IndicatorPlan]:
        """All indicators in order."""
        return [indicator for standard in self.standards for indicator in standard.indicators]

    @property
    def considerations(self) -> list[ConsiderationPlan]:
        """All considerations in order."""
        return [row for indicator in self.indicators for row in indicator.considerations]

    @property
    def required(self) -> list[RequiredPlan]:
        """All pieces of evidence that considerations require, in order."""
        return [piece for row in self.considerations for piece in row.evidence]

    @property
    def drafts(self) -> int:
        """How many rows bear working wording."""
        above = [*self.standards, *self.indicators, *self.considerations]
        rows: list[RowPlan | RequiredPlan] = [*above, *self.required]
        return sum(row.source == Source.DRAFT for row in rows)


def _said(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A row as keys; without required evidence it is what it was before there could be any."""
    return {key: value for key, value in pairs if (key, value) != ("evidence", ())}


def _plain_number(value: Decimal) -> str:
    return f"{value.normalize():f}"
