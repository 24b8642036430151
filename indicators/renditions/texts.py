"""Plain text and tables as a page shows them: decoded as they came in, and not more than fits."""

import csv
from dataclasses import dataclass

from indicators.evidence.blobs import open_blob
from indicators.evidence.inspection.text import as_text
from indicators.models import Blob

MOST_BYTES = 1024 * 1024
MOST_LINES, MOST_ROWS, MOST_COLUMNS = 2000, 300, 40
LONGEST_CELL = 500
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class ShownText:
    """The beginning of a text; ``more`` when the file goes on."""

    text: str
    more: bool


@dataclass(frozen=True)
class ShownTable:
    """The first rows of a table."""

    head: list[str]
    rows: list[list[str]]
    more: bool


def text_of(blob: Blob) -> ShownText:
    """What a text file says; raises ``FileDamaged`` as reading it does."""
    text, more = _beginning(blob)
    lines = text.splitlines()
    return ShownText("\n".join(lines[:MOST_LINES]), more or len(lines) > MOST_LINES)


def table_of(blob: Blob) -> ShownTable | None:
    """The rows of a CSV file; None when it is no table."""
    text, more = _beginning(blob)
    try:
        dialect = csv.Sniffer().sniff(text[:8192], DELIMITERS)
        lines = csv.reader(text.splitlines(), dialect)
        rows = [
            [cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]
            for row, _n in zip(lines, range(MOST_ROWS + 2), strict=False)
        ]
    except csv.Error:
        return None
    if not rows:
        return None
    columns = max(map(len, rows))
    rows = [row + [""] * (columns - len(row)) for row in rows]
    return ShownTable(rows[0], rows[1 : MOST_ROWS + 1], more or len(rows) > MOST_ROWS + 1)


def _beginning(blob: Blob) -> tuple[str, bool]:
    """The beginning of the file up to the end of a line, and whether it goes on."""
    with open_blob(blob) as file:
        data = file.read(MOST_BYTES)
    more = blob.size > len(data)
    if more:
        marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16: two bytes a letter
        data = data[: len(data) // 2 * 2 if marked else data.rfind(b"\n") + 1 or len(data)]
    return as_text(data).lstrip("\ufeff"), more
