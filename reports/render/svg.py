"""WeasyPrint 70 lays SVG text out one code point at a time, which pulls Thai marks off their
consonants. `install()` hands plain text over whole, so that it is shaped like any other text.

Text whose letters are placed one by one (several x values, letter-spacing, textLength) keeps
WeasyPrint's own way. This touches internals: the version is pinned and a test watches them.
"""

from typing import Any

from weasyprint import svg

_original = svg.TAGS["text"]
PLACED = ("x", "y", "dx", "dy", "rotate")


class _Whole(str):
    """A text whose only "letter" is itself."""

    __slots__ = ()

    def __iter__(self):
        yield str(self)


def install() -> None:
    """Replace WeasyPrint's text drawing for `<text>` and its kin. Twice is harmless."""
    for tag, draw in list(svg.TAGS.items()):
        if draw is _original:
            svg.TAGS[tag] = _draw_whole
    svg.text = _draw_whole  # the module compares its own TAGS entries to this name


def _draw_whole(page: Any, node: Any, font_size: float) -> None:
    if node.text and _is_plain(node):
        node._etree_node.text = _Whole(node.text)
    _original(page, node, font_size)


def _is_plain(node: Any) -> bool:
    if node.get("letter-spacing") or node.get("textLength"):
        return False
    return all(len((node.get(name) or "").replace(",", " ").split()) < 2 for name in PLACED)
