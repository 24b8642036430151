"""From levels to the office's score: weighted means, exact until one rounding at the end.

Pure: no ORM, clock or settings. Means are ``Fraction``; a score is a mean rounded half up to two
places; a mean above another mean is taken over exact means, never over rounded scores. What has an
unscored consideration below it has no score: a partial mean would look like a result.
The name of a level follows the rounded score, so that it always agrees with the figure beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


# -- what is scored -------------------------------------------------------------
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
class IndicatorScore:
    """An indicator: ``mean`` exact, ``score`` rounded; both None while anything is unscored."""

    pk: int
    code: str
    title: str
    weight: Decimal
    considerations: tuple[ConsiderationScore, ...]
    mean: Fraction | None
    score: Decimal | None
    unscored: int
    total: int
    level_name: str

    @property
    def parts(self):
        """What the mean is taken over."""
        return self.considerations


@dataclass(frozen=True)
class StandardScore:
    """A standard."""

    pk: int
    code: str
    title: str
    weight: Decimal
    indicators: tuple[IndicatorScore, ...]
    mean: Fraction | None
    score: Decimal | None
    unscored: int
    total: int
    level_name: str

    @property
    def parts(self):
        """What the mean is taken over."""
        return self.indicators


@dataclass(frozen=True)
class OfficeScore:
    """The whole office; ``passed`` is None while there is no score."""

    standards: tuple[StandardScore, ...]
    mean: Fraction | None
    score: Decimal | None
    unscored: int
    total: int
    level_name: str
    passed: bool | None

    @property
    def parts(self):
        """What the mean is taken over."""
        return self.standards

    @property
    def scored(self) -> int:
        """How many considerations have a level."""
        return self.total - self.unscored

    @property
    def indicators(self) -> tuple[IndicatorScore, ...]:
        """All indicators in the order of the edition."""
        return tuple(i for s in self.standards for i in s.indicators)


# -- arithmetic -----------------------------------------------------------------
def weighted_mean(parts: Iterable) -> Fraction | None:
    """Σ weight × mean ÷ Σ weight; None when there is nothing, or anything unscored, below."""
    parts = tuple(parts)
    if not parts or any(part.mean is None for part in parts):
        return None
    products = sum(Fraction(part.weight) * part.mean for part in parts)
    return products / sum(Fraction(part.weight) for part in parts)


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


def _summary(parts: tuple, tree: EditionTree) -> dict:
    mean = weighted_mean(parts)
    score = rounded(mean)
    return {
        "mean": mean,
        "score": score,
        "unscored": sum(part.unscored for part in parts),
        "total": sum(part.total for part in parts),
        "level_name": level_name_of(score, tree.levels),
    }


def _own(node) -> dict:
    return {"pk": node.pk, "code": node.code, "title": node.title, "weight": node.weight}


def _indicator(node: IndicatorNode, levels: Mapping[int, int], tree: EditionTree):
    parts = tuple(
        ConsiderationScore(**_own(part), level=levels.get(part.pk)) for part in node.considerations
    )
    return IndicatorScore(**_own(node), considerations=parts, **_summary(parts, tree))


def _standard(node: StandardNode, levels: Mapping[int, int], tree: EditionTree):
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

    def __str__(self):
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

    def __str__(self):
        if self.mean is None:
            return f"{self.code}: –"
        return (
            f"{self.code}: {exact(self.products)} ÷ {exact(self.weights)}"
            f" = {exact(self.mean)} → {self.score}"
        )


def _working(kind: str, node, code: str = "", title: str = "") -> Working:
    terms = tuple(Term(p.code, p.title, Fraction(p.weight), p.mean) for p in node.parts)
    products = [term.product for term in terms]
    return Working(
        kind=kind,
        code=code,
        title=title,
        terms=terms,
        weights=sum((term.weight for term in terms), Fraction(0)),
        products=None if None in products else sum(products, Fraction(0)),
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
