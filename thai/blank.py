"""What shows nothing: spaces of every kind, controls, and letters without a picture."""

import unicodedata

# Letters that show nothing though they count as letters, marks or signs: Hangul fillers, the
# grapheme joiner, variation selectors, the empty Braille cell.
NO_PICTURE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
NO_PICTURE |= {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_KINDS = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def shows_nothing(char: str) -> bool:
    """Whether a reader sees nothing where this one character stands."""
    return unicodedata.category(char) in _KINDS or ord(char) in NO_PICTURE


def trimmed(text: str) -> str:
    """The text without space around it; empty when nobody could see any of it.

    What asks for a reason or a text asks this: a reason of invisible letters is none.
    """
    stripped = text.strip()
    return "" if all(map(shows_nothing, stripped)) else stripped
