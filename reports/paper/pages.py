"""The pages of a PDF as pictures for the screen: small files, because offices' lines are slow.

Sixteen colours are enough for black text, its soft edges and an emblem: 35 KB instead of 220.
Runs in the child of `child`, which knows neither settings nor database.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

DPI = 110  # an A4 page is 910 pixels wide: sharp at 700 on most screens
COLOURS = 16
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


def draw_pages(pdf: bytes | Path, folder: Path, *, limit: int) -> Pages:
    """Draw the first `limit` pages into `folder`, which is filled last with its list."""
    import pypdfium2  # noqa: PLC0415 - only the child draws

    document = pypdfium2.PdfDocument(pdf)
    total = len(document)
    pages = tuple(
        _draw(document[number], folder / f"{number + 1}.png") for number in range(min(total, limit))
    )
    drawn = Pages(total, pages)
    (folder / MANIFEST).write_text(json.dumps(asdict(drawn)))
    return drawn


def _draw(page: Any, path: Path) -> Page:
    from PIL import Image  # noqa: PLC0415 - only the child draws

    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    small = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    out = BytesIO()
    # Level 9 would save one byte in forty and take seven times as long.
    small.save(out, "PNG", compress_level=6)
    path.write_bytes(out.getvalue())
    return Page(hashlib.sha256(out.getvalue()).hexdigest(), *small.size)


def read_pages(folder: Path) -> Pages | None:
    """The list of a folder that was drawn to its end; None when there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        return None
    return Pages(found["total"], tuple(Page(**page) for page in found["pages"]))
