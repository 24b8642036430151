"""What comes out of a clipboard, put right once: Word's private signs, breaks, invisible letters.

Word keeps a bullet or a tick as a letter of the private range U+F000–U+F0FF and the name of a font
(Wingdings, Symbol) beside it. The clipboard drops the name, and what is left is a box on screen
and on paper. The signs here all are in the typeface of our papers.
"""

import re
import unicodedata

from thai.blank import NO_PICTURE, trimmed
from thai.numbers import to_arabic_digits
from thai.text import is_noncharacter, joins_pictures


def _signs() -> dict[int, str]:
    """Private letter → the sign that was meant: Wingdings, and Symbol where it has no picture.

    A tick, cross or box of Wingdings 2 or Webdings goes before a picture: it says yes or no.
    """
    meant = {
        "•": (0x9E, 0x9F, 0xB7),
        "●": (0x6C, 0xA4, 0xA5),
        "○": (0xA1, 0xA2, 0xA6),
        "■": (0x6E, 0xA0),
        "▪": (0xA7, 0xF8),
        "▫": (0xF9,),
        "☐": (0x63, 0x6F, 0x70, 0x71, 0x72, 0xA3, 0xA8),
        "☑": (0x52, 0xFE),
        "☒": (0x51, 0x53, 0x54, 0x78, 0xFD),
        "✓": (0x50, 0x61, 0xFC),
        "✗": (0x4F, 0x55, 0x56, 0xFB),
        "◆": (0x73, 0x74, 0x75, 0x76, 0x77, 0xAA, 0xAB),
        "➢": (0xD8, 0xDC),
        "→": (0xAE, 0xDE, 0xE0, 0xE8, 0xF0),
        "←": (0xAC, 0xDF, 0xE7, 0xEF),
        "↑": (0xAD, 0xE1, 0xE9, 0xF1),
        "↓": (0xAF, 0xE2, 0xEA, 0xF2),
        "°": (0xB0,),
        "±": (0xB1,),
        "≥": (0xB3,),
        "×": (0xB4,),
        "÷": (0xB8,),
        "≠": (0xB9,),
        "…": (0xBC,),
        "√": (0xD6,),
        "·": (0xD7,),
        "–": (0x2D, 0xBE),
        "+": (0x2B,),
    }
    signs = {0xF000 + code: "•" for code in range(0x21, 0x100)}
    signs |= {0xF000 + code: sign for sign, codes in meant.items() for code in codes}
    signs[0xF020] = " "
    for digit in range(10):
        signs[0xF030 + digit] = str(digit)
    for number in range(11):  # ⓪ to ⑩, white and black
        signs[0xF080 + number] = signs[0xF08B + number] = f"({number})"
    return signs


# Old Thai fonts kept marks that stand elsewhere as letters of their own; PDFs made with them
# give these letters.
_SHIFTED = dict(
    zip(
        range(0xF700, 0xF71B),
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
        "\u0e0d\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)
_MEANT = _signs() | _SHIFTED

BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # of lines, which are no ends of paragraphs
CONTINUES = "| "  # begins a line that belongs to the one above
_BREAK = re.compile(rf"[ \t]*(?:[{BREAKS}][ \t]*)+")
_BLANKS = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Refused elsewhere, with a reason: nobody types or pastes them.
_REFUSED = {"\x00", *map(chr, range(0xD800, 0xE000))}
# Hints for breaking lines that writers of Thai really use.
_HINTS = "\u200b\u2060"
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_OUTSIDE = re.compile(r"\s+")
_FULL_STOPS = dict.fromkeys(map(ord, "\u3002\uff0e\uff61"), ".")
# Their compatible form is a letter and a mark, which no address holds.
_VOWELS_AM = re.compile("([\u0e33\u0eb3])")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*:(?!\d)")
_HOST = re.compile(r"(?:[^\s/@:?#.]+\.)+[^\s/@:?#.0-9]{2,}\.?(?::\d{1,5})?(?:[/?#]|$)")
_SITE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#\s]*")
_FILE = re.compile(
    r"(?:file:|[A-Za-z]:\\|\\\\).*|[^/?#]+\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|jpe?g|png|gif|webp"
    r"|heic|mp[34]|m4a|mov|zip|rar|7z|txt|csv)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?:mailto:)?[^\s/@:?#]+@[^\s/@:?#]+(?:[/?].*)?", re.IGNORECASE)


def _is_invisible(char: str) -> bool:
    """Controls, bidi marks, tags, soft hyphens, byte order marks, noncharacters."""
    if char in "\t\r\n" or char in BREAKS or char in _REFUSED:
        return False
    return is_noncharacter(char) or unicodedata.category(char) in ("Cc", "Cf")


def _visible(text: str, kept: str = "") -> str:
    """The text with the signs that were meant and without what nobody sees, but for ``kept``."""
    text = text.translate(_MEANT)
    if text.isascii() and text.isprintable():
        return text
    letters = [
        char
        for place, char in enumerate(text)
        if char in kept or not _is_invisible(char) or joins_pictures(text, place)
    ]
    return "".join(letters)


def _or_nothing(text: str) -> str:
    """The text as it is; empty when nobody could see any of it, unless it is to be refused."""
    return text if trimmed(text) or "\x00" in text else ""


def clean_text(text: str) -> str:
    """A text of many lines. Its lines, columns (tabs) and hints where a line may break stay."""
    return _or_nothing(_BREAK.sub("\n", _visible(text, _HINTS)))


def clean_entries(text: str) -> str:
    """A text with one entry a line: a break within an entry makes a line that begins with ``|``.

    So an entry of two lines stays one entry, in the box too, where people see and undo it.
    """
    return _BREAK.sub(f"\n{CONTINUES}", _or_nothing(_visible(text)))


def clean_line(text: str) -> str:
    """A text of one line: tabs and breaks within a paragraph become spaces.

    Ends of paragraphs stay: a browser sends none from a box of one line.
    """
    return _or_nothing(_BLANKS.sub(" ", _BREAK.sub(" ", _visible(text))))


def _plain(text: str) -> str:
    """What is left of a line that holds no words, but an address or a code."""
    return clean_line(text).translate(dict.fromkeys(NO_PICTURE))


def _narrow(text: str) -> str:
    """Wide letters as everybody types them; Thai ำ stays one letter."""
    parts = _VOWELS_AM.split(text)
    parts[::2] = (unicodedata.normalize("NFKC", part) for part in parts[::2])
    return "".join(parts)


def clean_address(text: str) -> str:
    """An e-mail address or a user name: nothing invisible, no space around, no wide letters."""
    return _narrow(_plain(text)).translate(_FULL_STOPS).strip()


def clean_link(text: str) -> str:
    """A web address: nothing invisible, no space around; ``https://`` where no scheme stands.

    A space inside stays, so that the form can say what is wrong; so do a file's name and an
    e-mail address, which are no links.
    """
    link = _OUTSIDE.sub(" ", _plain(text)).strip()
    link = _SITE.sub(lambda site: site[0].translate(_FULL_STOPS), link, count=1)
    named = _HAS_SCHEME.match(link) or not _HOST.match(link)
    return link if named or names_a_file(link) or names_a_mailbox(link) else f"https://{link}"


def names_a_file(link: str) -> bool:
    """Whether somebody typed a file's name (รายงาน.pdf) or its place on a disk for a link."""
    return bool(_FILE.fullmatch(link))


def names_a_mailbox(link: str) -> bool:
    """Whether somebody typed an e-mail address for a link."""
    return bool(_MAIL.fullmatch(clean_address(link)))


def clean_code(text: str) -> str:
    """A code or one-time password: no spaces, nothing invisible, Arabic digits, narrow letters."""
    plain = _narrow(_plain(text)).translate(_DASHES)
    return to_arabic_digits(_OUTSIDE.sub("", plain))
