"""What lies in a folder of pages that `draw` made pictures of."""

import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "pages.json"


@dataclass(frozen=True)
class Page:
    """One picture; the browser keeps the one it shows when the next one has the same hash."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Pages:
    """What lies in a folder of pictures: `1.png`, `2.png` …, the first of `total` pages."""

    total: int
    pages: tuple[Page, ...]


def read_pages(folder: Path) -> Pages | None:
    """The list of a folder that was drawn to its end; None when there is none, or it is damaged."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
        return Pages(found["total"], tuple(Page(**page) for page in found["pages"]))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
