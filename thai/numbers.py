"""Thai and Arabic digits, and numbers as text."""

import unicodedata
from decimal import ROUND_HALF_UP, Decimal

ARABIC_DIGITS = "0123456789"
THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
# What a missing number reads as on paper: never 0, never blank.
MISSING = "ยังไม่มีข้อมูล"

_TO_THAI = str.maketrans(ARABIC_DIGITS, THAI_DIGITS)
_TO_ARABIC = str.maketrans(THAI_DIGITS, ARABIC_DIGITS)


def to_thai_digits(text: object) -> str:
    """``2560`` → ``๒๕๖๐``; everything but 0–9 stays. Takes anything that has a ``str()``."""
    return str(text).translate(_TO_THAI)


def to_arabic_digits(text: object) -> str:
    """``๒๕๖๐`` → ``2560``; everything but ๐–๙ stays."""
    return str(text).translate(_TO_ARABIC)


def digit_spellings(text: str) -> set[str]:
    """As typed, with Arabic and with Thai digits: for a search that the database does."""
    return {text, to_arabic_digits(text), to_thai_digits(text)}


def unify_digits(text: str) -> str:
    """Every decimal digit Unicode knows (Thai, full width, …) as 0–9: for search and sort."""
    for char in set(text):
        if not char.isascii() and (digit := unicodedata.decimal(char, None)) is not None:
            text = text.replace(char, str(digit))
    return text


def round_half_up(value: Decimal | int, places: int = 2) -> Decimal:
    """The one rounding of the house: 2.345 → 2.35, as people round and not as banks do."""
    if isinstance(value, float):
        raise TypeError("Scores and sums are Decimal; a float has lost its digits already.")
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def format_number(
    value: Decimal | int | None,
    places: int = 2,
    *,
    thai_digits: bool = False,
    missing: str = MISSING,
) -> str:
    """Write a number with grouped thousands; ``None`` reads ``missing``, never 0.

    A value that rounds to nothing loses its sign: nobody wants to read ``-0.00``.
    """
    if value is None:
        return missing
    rounded = round_half_up(value, places)
    text = f"{rounded if rounded else abs(rounded):,f}"
    return to_thai_digits(text) if thai_digits else text
