"""From levels to the office's score: weighted means, exact until one rounding at the end.

Pure: no ORM, clock or settings. Means are ``Fraction``; a score is a mean rounded half up to two
places; a mean above another mean is taken over exact means, never over rounded scores. What has an
unscored consideration below it has no score: a partial mean would look like a result.
The name of a level follows the rounded score, so that it always agrees with the figure beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.catalogue.nodes import (
    ConsiderationNode,
    EditionTree,
    IndicatorNode,
    Level,
    StandardNode,
)


# -- what comes out -------------------------------------------------------------
@dataclass(frozen=True)
class ConsiderationScore:
    """A level that somebody chose, or None."""

    pk: int
    code: str
    title: str
    weight: Decimal
    level: int | None

    @property
    def mean(self) -> Fraction | None:
        """The level as the exact number it enters the mean above with."""
        return None if self.level is None else Fraction(self.level)

    @property
    def unscored(self) -> int:
        """1 while nobody chose a level."""
        return int(self.level is None)

    total = 1


@dataclass(frozen=True)
class _Counted:
    """How far the scoring below is."""

    unscored: int
    total: int

    @property
    def scored(self) -> int:
        """How many considerations have a level."""
        return self.total - self.unscored


@dataclass(frozen=True)
class IndicatorScore(_Counted):
    """An indicator: ``mean`` exact, ``score`` rounded; both None while anything is unscored."""

    pk: int
    code: str
    title: str
    weight: Decimal
    considerations: tuple[ConsiderationScore, ...]
    mean: Fraction | None
    score: Decimal | None
    level_name: str

    @property
    def parts(self) -> tuple[ConsiderationScore, ...]:
        """What the mean is taken over."""
        return self.considerations


@dataclass(frozen=True)
class StandardScore(_Counted):
    """A standard."""

    pk: int
    code: str
    title: str
    weight: Decimal
    indicators: tuple[IndicatorScore, ...]
    mean: Fraction | None
    score: Decimal | None
    level_name: str

    @property
    def parts(self) -> tuple[IndicatorScore, ...]:
        """What the mean is taken over."""
        return self.indicators


@dataclass(frozen=True)
class OfficeScore(_Counted):
    """The whole office; ``passed`` is None while there is no score."""

    standards: tuple[StandardScore, ...]
    mean: Fraction | None
    score: Decimal | None
    level_name: str
    passed: bool | None

    @property
    def parts(self) -> tuple[StandardScore, ...]:
        """What the mean is taken over."""
        return self.standards

    @property
    def indicators(self) -> tuple[IndicatorScore, ...]:
        """All indicators in the order of the edition."""
        return tuple(i for s in self.standards for i in s.indicators)


Node = StandardNode | IndicatorNode | ConsiderationNode
Scored = ConsiderationScore | IndicatorScore | StandardScore
Mean = IndicatorScore | StandardScore | OfficeScore


# -- arithmetic -----------------------------------------------------------------
def weighted_mean(parts: Iterable[Scored]) -> Fraction | None:
    """Σ weight × mean ÷ Σ weight; None when there is nothing, or anything unscored, below."""
    products = weights = Fraction(0)
    for part in parts:
        if part.mean is None:
            return None
        products += Fraction(part.weight) * part.mean
        weights += Fraction(part.weight)
    return products / weights if weights else None


def rounded(mean: Fraction | None) -> Decimal | None:
    """Half up to two places, without passing through a float or a finite decimal first."""
    if mean is None:
        return None
    hundredths = (mean * 200 + 1) // 2
    return Decimal(int(hundredths)).scaleb(-2)


def level_name_of(score: Decimal | None, levels: Iterable[Level]) -> str:
    """The best level whose bound the score reaches, bounds included; "" without a score."""
    if score is None:
        return ""
    reached = [level for level in levels if score >= level.at_least]
    return max(reached, key=lambda level: level.at_least).name if reached else ""


def _summary(parts: Sequence[Scored], tree: EditionTree) -> dict[str, Any]:
    mean = weighted_mean(parts)
    score = rounded(mean)
    return {
        "mean": mean,
        "score": score,
        "unscored": sum(part.unscored for part in parts),
        "total": sum(part.total for part in parts),
        "level_name": level_name_of(score, tree.levels),
    }


def _own(node: Node) -> dict[str, Any]:
    return {"pk": node.pk, "code": node.code, "title": node.title, "weight": node.weight}


def _indicator(node: IndicatorNode, levels: Mapping[int, int], tree: EditionTree) -> IndicatorScore:
    parts = tuple(
        ConsiderationScore(**_own(part), level=levels.get(part.pk)) for part in node.considerations
    )
    return IndicatorScore(**_own(node), considerations=parts, **_summary(parts, tree))


def _standard(node: StandardNode, levels: Mapping[int, int], tree: EditionTree) -> StandardScore:
    parts = tuple(_indicator(part, levels, tree) for part in node.indicators)
    return StandardScore(**_own(node), indicators=parts, **_summary(parts, tree))


def roll_up(tree: EditionTree, levels: Mapping[int, int]) -> OfficeScore:
    """Score everything; ``levels`` maps consideration pk to 1–5, unscored ones are absent."""
    standards = tuple(_standard(part, levels, tree) for part in tree.standards)
    summary = _summary(standards, tree)
    bounds = [level.at_least for level in tree.levels if level.score == tree.pass_level]
    passed = summary["score"] >= bounds[0] if bounds and summary["score"] is not None else None
    return OfficeScore(standards=standards, **summary, passed=passed)


# -- the working, line by line --------------------------------------------------
@dataclass(frozen=True)
class Term:
    """One row of a sum: weight × mean = product."""

    code: str
    title: str
    weight: Fraction
    value: Fraction | None

    @property
    def product(self) -> Fraction | None:
        """Exact; None when unscored."""
        return None if self.value is None else self.weight * self.value

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.code}: {exact(self.weight)} × –"
        return f"{self.code}: {exact(self.weight)} × {exact(self.value)} = {exact(self.product)}"


@dataclass(frozen=True)
class Working:
    """How one mean came about. ``kind`` is indicator, standard or office."""

    kind: str
    code: str
    title: str
    terms: tuple[Term, ...]
    weights: Fraction
    products: Fraction | None
    mean: Fraction | None
    score: Decimal | None
    unscored: int
    level_name: str

    def __str__(self) -> str:
        if self.mean is None:
            return f"{self.code}: –"
        return (
            f"{self.code}: {exact(self.products)} ÷ {exact(self.weights)}"
            f" = {exact(self.mean)} → {self.score}"
        )


def _working(kind: str, node: Mean, code: str = "", title: str = "") -> Working:
    terms = tuple(Term(p.code, p.title, Fraction(p.weight), p.mean) for p in node.parts)
    products = [term.product for term in terms if term.product is not None]
    return Working(
        kind=kind,
        code=code,
        title=title,
        terms=terms,
        weights=sum((term.weight for term in terms), Fraction(0)),
        products=sum(products, Fraction(0)) if len(products) == len(terms) else None,
        mean=node.mean,
        score=node.score,
        unscored=node.unscored,
        level_name=node.level_name,
    )


def workings(office: OfficeScore) -> list[Working]:
    """Indicators under their standard, each standard after its indicators, the office last."""
    found = []
    for standard in office.standards:
        found += [_working("indicator", i, i.code, i.title) for i in standard.indicators]
        found.append(_working("standard", standard, standard.code, standard.title))
    return [*found, _working("office", office)]


def exact(value: Fraction | None) -> str:
    """``3.75`` where decimals end, ``11/3`` where they do not."""
    if value is None:
        return "–"
    value = Fraction(value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
