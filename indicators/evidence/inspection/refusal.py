"""Why a file is not taken in, and how much of it is looked at."""

from contextlib import suppress
from zipfile import ZipInfo

MAX_PIXELS = 80_000_000  # previews are decoded in the server: three bytes each
MAX_ENTRIES = 5_000
MAX_UNPACKED = 1024 * 1024 * 1024
UNPACKED_OF_LARGE = 2  # times its size, where that is more
MAX_RATIO = 120
RATIO_MATTERS_FROM = 20 * 1024 * 1024
UNICODE = 0x800  # flag of a part whose name is UTF-8
LONGEST_NAME = 80  # letters of a name that is part of a reason


class InspectionRefused(Exception):
    """The file is not taken in; ``code`` names the reason."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.answer = {"refused": code, **details}


def shown(name: str) -> str:
    """A name that came from inside a file, fit to stand in a sentence."""
    clean = "".join(char for char in name if char.isprintable()) or "?"
    return clean if len(clean) <= LONGEST_NAME else f"{clean[:LONGEST_NAME]}…"


def shown_name(part: ZipInfo) -> str:
    """The name of an archive's part, read as Thai where the archive says of no alphabet.

    macOS packs names in UTF-8 without saying so, Windows in the letters of its own country;
    others take both for American ones.
    """
    name = part.filename
    if not part.flag_bits & UNICODE and not name.isascii():
        for letters in ("utf-8", "cp874"):
            with suppress(UnicodeError):
                return shown(name.encode("cp437").decode(letters))
    return shown(name)
