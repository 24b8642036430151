"""The one chart of a SAR: scores as bars, drawn as SVG by the template."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.snapshot import StandardCard

WIDTH, LEFT, ROW, BAR = 590, 98, 17, 10
TOP = 6
UNIT = 86  # one point of score
FULL = 5


@dataclass(frozen=True)
class Bar:
    label: str
    score: Decimal | None
    strong: bool
    y: int

    @property
    def width(self) -> float | None:
        return None if self.score is None else round(float(self.score) * UNIT, 1)

    @property
    def base(self) -> int:
        """The base line of its words."""
        return self.y + 9

    @property
    def end(self) -> float:
        return LEFT + (self.width or 0) + 5


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]

    width = WIDTH
    left = LEFT
    bar = BAR

    @property
    def height(self) -> int:
        return self.axis + 18

    @property
    def axis(self) -> int:
        return self.bars[-1].y + ROW + 2 if self.bars else TOP

    @property
    def ticks(self) -> list[tuple[int, int]]:
        return [(step, LEFT + step * UNIT) for step in range(FULL + 1)]


def score_chart(standards: tuple[StandardCard, ...]) -> Chart:
    """Bars of each standard and its indicators, a little room between standards."""
    return Chart(tuple(_bars(standards)))


def _bars(standards: tuple[StandardCard, ...]) -> Iterator[Bar]:
    y = TOP
    for standard in standards:
        yield Bar(f"มาตรฐานที่ {standard.code}", standard.score, True, y)
        for indicator in standard.indicators:
            y += ROW
            yield Bar(f"ตัวบ่งชี้ที่ {indicator.code}", indicator.score, False, y)
        y += ROW + 6
