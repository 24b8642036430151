"""The order of a Thai dictionary, as a text any database sorts right.

Order of พจนานุกรม ฉบับราชบัณฑิตยสถาน (the rules of its foreword), written down for computers by
Theppitak Karoonboonyanan, "Thai-English Bilingual Sorting" (linux.thai.net/~thep/blsort.html),
which is what ISO/IEC 14651 and the CLDR locale ``th`` do as well:

1. consonants ก–ฮ (with ฤ after ร, ฦ after ล), then vowels ะ ั า ำ ิ ี ึ ื ุ ู เ แ โ ใ ไ;
   a leading vowel counts after the consonant behind it;
2. only between words alike so far: no mark, ์, ็, ่, ้, ๊, ๋;
3. then case, then punctuation, ฯ and ๆ.

Two things differ from a dictionary, because our lists hold names and numbered things: a space
comes before every letter (a given name before a longer one), and a number counts as a number
(เขต 2 before เขต 10). ๑ and 1 are the same.
"""

import re
import unicodedata

from thai.numbers import unify_digits
from thai.text import canonical_spelling

# In code points, because in an editor marks would sit on the quotes: ํ ะ ั า ๅ ำ ิ ี ึ ื ุ ู เ แ โ ใ ไ
_VOWELS = (
    "\u0e4d\u0e30\u0e31\u0e32\u0e45\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39"
    "\u0e40\u0e41\u0e42\u0e43\u0e44"
)
_MARKS = "\u0e4e\u0e3a\u0e4c\u0e47\u0e48\u0e49\u0e4a\u0e4b"  # ๎ ฺ ์ ็ ่ ้ ๊ ๋
_SPACE = b"\x08"
_LATIN, _CONSONANTS, _FIRST_VOWEL, _OTHER = 0x40, 0x60, 0x90, 0xF0
_PLAIN, _FIRST_MARK, _OTHER_MARK = 0x20, 0x21, 0x40

_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_PIECE = re.compile(r"\s+|[0-9]+|.", re.DOTALL)


def _primary(char: str) -> bytes:
    """The weight of a letter; empty for what the first comparison skips."""
    if "a" <= char <= "z":
        return bytes([_LATIN + ord(char) - ord("a")])
    if "ก" <= char <= "ฮ":
        return bytes([_CONSONANTS + ord(char) - ord("ก")])
    if char in _VOWELS:
        return bytes([_FIRST_VOWEL + _VOWELS.index(char)])
    if char not in "ฯๆ" and unicodedata.category(char)[0] in "LN":
        return bytes([_OTHER]) + ord(char).to_bytes(3, "big")
    return b""


def _mark(char: str) -> bytes:
    """The weight of a tone mark or accent; empty for what is none."""
    if char in _MARKS:
        return bytes([_FIRST_MARK + _MARKS.index(char)])
    if unicodedata.combining(char) and char not in _VOWELS:
        return bytes([_OTHER_MARK]) + ord(char).to_bytes(3, "big")
    return b""


def _number(digits: str) -> bytes:
    """A run of digits: its length first, so that 2 < 10; leading zeros say nothing."""
    digits = digits.lstrip("0") or "0"
    return bytes([0x10 + min(len(digits), 15)]) + digits.encode()


def _level(weights: list[bytes], plain: bytes) -> bytes:
    """Join one level; a tail of plain weights is the same as no tail, and shorter."""
    while weights and weights[-1] == plain:
        weights.pop()
    return b"".join(weights)


def sort_key(text: str) -> str:
    """Return the key that sorts ``text`` where a Thai reader looks for it.

    Lower-case hexadecimal digits only, so ``ORDER BY`` a stored key gives the same order under
    every collation of SQLite and PostgreSQL as ``sorted(key=sort_key)`` does in Python. Levels
    follow each other behind ``00``: a column that cuts the key loses the finest levels first.
    For people pass ``f"{given} {family}"``, without the prefix.
    """
    text = unicodedata.normalize("NFD", canonical_spelling(unify_digits(text))).strip()
    text = _LEADING_VOWEL.sub(r"\2\1", text)
    primary, marks, case, skipped = [], [], [], []
    for piece in _PIECE.findall(text):
        if piece.isspace() or piece[0] in "0123456789":
            primary.append(_SPACE if piece.isspace() else _number(piece))
            marks.append(bytes([_PLAIN]))
            case.append(b"\x01")
        elif mark := _mark(piece):
            marks.append(mark)
        elif weights := [w for char in piece.casefold() if (w := _primary(char))]:
            primary.extend(weights)
            marks.extend([bytes([_PLAIN])] * len(weights))
            case.append(b"\x02" if piece.isupper() else b"\x01")
        else:
            skipped.append(bytes([min(len(primary) + 1, 0xFF)]) + ord(piece).to_bytes(3, "big"))
    levels = [
        b"".join(primary),
        _level(marks, bytes([_PLAIN])),
        _level(case, b"\x01"),
        b"".join(skipped),
    ]
    while len(levels) > 1 and not levels[-1]:
        levels.pop()
    return b"\x00".join(levels).hex()
