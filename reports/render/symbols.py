"""Signs that papers need and Sarabun lacks, drawn here rather than taken from one more font."""

from math import cos, pi, sin
from typing import Any

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

Contour = list[tuple[float, float]]
ADVANCE = 760
REPLACEMENT = "\u25a1"  # stands where somebody typed a letter that no face of ours has


def _box(inset: float = 0) -> Contour:
    low, high = 60 + inset, 700 - inset
    return [(low, low - 60), (low, high - 60), (high, high - 60), (high, low - 60)]


def _hole(contour: Contour) -> Contour:
    return contour[::-1]


def _circle(radius: float) -> Contour:
    steps = 40
    return [
        (
            380 + radius * cos(2 * pi * (steps - i) / steps),
            320 + radius * sin(2 * pi * (steps - i) / steps),
        )
        for i in range(steps)
    ]


TICK: Contour = [(150, 330), (205, 385), (330, 255), (570, 560), (630, 512), (338, 140)]
CROSS: Contour = [
    (170, 160), (320, 320), (170, 480), (225, 535), (380, 375), (535, 535),
    (590, 480), (440, 320), (590, 160), (535, 105), (380, 265), (225, 105),
]  # fmt: skip
ARROWHEAD: Contour = [(120, 560), (640, 320), (120, 80), (250, 320)]
SMALL: Contour = [(220, 160), (220, 480), (540, 480), (540, 160)]
INNER: Contour = [(278, 218), (278, 422), (482, 422), (482, 218)]
FRAME = [_box(), _hole(_box(58))]

SYMBOLS: dict[str, list[Contour]] = {
    "\u2610": FRAME,  # ☐
    "\u2611": [*FRAME, TICK],  # ☑
    "\u2612": [*FRAME, CROSS],  # ☒
    "\u2713": [TICK],  # ✓
    "\u2717": [CROSS],  # ✗
    "\u25cf": [_circle(250)],  # ●
    "\u25cb": [_circle(250), _hole(_circle(195))],  # ○
    "\u25aa": [SMALL],  # ▪
    "\u25ab": [SMALL, _hole(INNER)],  # ▫
    "\u2714": [TICK],  # ✔
    "\u2718": [CROSS],  # ✘
    "\u25ba": [ARROWHEAD],  # ►
    "\u27a2": [ARROWHEAD],  # ➢
    "\u27a4": [ARROWHEAD],  # ➤
    REPLACEMENT: FRAME,
}


def add_to(font: TTFont) -> None:
    """Draw the signs that papers use and Sarabun lacks into the face."""
    for letter, contours in SYMBOLS.items():
        pen = TTGlyphPen(None)
        for contour in contours:
            pen.moveTo(contour[0])
            for point in contour[1:]:
                pen.lineTo(point)
            pen.closePath()
        _add_glyph(font, letter, pen.glyph())


def _add_glyph(font: TTFont, letter: str, outline: Any) -> None:
    name = f"uni{ord(letter):04X}"
    font["glyf"][name] = outline
    outline.recalcBounds(font["glyf"])
    font["hmtx"][name] = (ADVANCE, outline.xMin)
    font.setGlyphOrder(list(font["glyf"].glyphOrder))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(letter)] = name
