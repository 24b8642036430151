"""Thai distributed justification for WeasyPrint 70.

`text-align: justify` stretches spaces only, and Thai writes without them: one space in a line
would become a hole. `install()` spreads the slack over all clusters of a Thai line (a consonant
with its marks is one), a space getting SPACE_SHARE times more, and never more than CAP em per
cluster: a ragged line beats a torn one, and from 0.03 em on poppler (pdftotext, most viewers on
Linux) takes the gap behind a mark for a space between words. Lines without Thai are justified as
before. This touches internals: a test watches them.
"""

import re
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout

CAP = 0.028
SPACE_SHARE = 5
WIDEST_SPACE = 0.7  # em; a line that needs wider ones stays ragged
THAI = re.compile("[\u0e01-\u0e5b]")
ATTACHED = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u200c\u200d]")
SPACES = re.compile("[ \u00a0]")

_original = inline.justify_line


def install() -> None:
    """Replace WeasyPrint's line justification. Twice is harmless."""
    inline.justify_line = justify_line


def justify_line(context: Any, line: Any, extra: float) -> None:
    """Justify a line with Thai: room goes between letters, too, not to spaces only."""
    texts = [box for box in _text_boxes(line) if box.text]
    whole = "".join(box.text for box in texts)
    if not THAI.search(whole):
        _original(context, line, extra)
        return
    whole = whole.rstrip(" ")
    clusters, spaces = len(whole) - len(ATTACHED.findall(whole)) - 1, len(SPACES.findall(whole))
    if clusters > 0:
        letter, space = _shares(extra, clusters, spaces, texts[0].style["font_size"])
        _Spreader(context, letter, space, last=texts[-1]).visit(line)


def _shares(extra: float, clusters: int, spaces: int, size: float) -> tuple[float, float]:
    """What each cluster gets, and what each space gets on top of that."""
    letter = extra / (clusters + SPACE_SHARE * spaces)
    if letter <= CAP * size:
        return letter, SPACE_SHARE * letter
    letter = CAP * size
    rest = (extra - letter * clusters) / spaces if spaces else 0
    return letter, rest if rest <= WIDEST_SPACE * size else SPACE_SHARE * letter


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            yield from _text_boxes(child)


class _Spreader:
    """Walks a line from left to right, widens its texts and moves what comes after them."""

    def __init__(self, context: Any, letter: float, space: float, *, last: Any):
        self.context, self.letter, self.space, self.last = context, letter, space, last
        self.moved = 0.0

    def visit(self, box: Any) -> None:
        if isinstance(box, boxes.TextBox):
            box.position_x += self.moved
            if box.text:
                self._widen(box)
        elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
            before = self.moved
            box.position_x += before
            for child in box.children:
                if child.is_in_normal_flow():
                    self.visit(child)
            box.width += self.moved - before
        else:
            box.translate(self.moved, 0)

    def _widen(self, box: Any) -> None:
        style = box.style.copy()
        spacing = style["letter_spacing"]
        style["letter_spacing"] = (0 if spacing == "normal" else spacing) + self.letter
        box.style, box.justification_spacing = style, self.space
        box.pango_layout = create_layout(box.text, style, self.context, None, self.space)
        box.pango_layout.deactivate()
        text = box.text.rstrip(" ") if box is self.last else box.text
        clusters: float = len(text) - len(ATTACHED.findall(text))
        if ATTACHED.match(text[-1:]):
            clusters += 0.5  # Pango spaces a mark at the end of a text by half a letter more
        added = self.letter * clusters + self.space * len(SPACES.findall(text))
        box.width += added
        self.moved += added
