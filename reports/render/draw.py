"""The pages of a PDF as pictures for the screen: small files, because offices' lines are slow.

Sixteen colours are enough for black text, its soft edges and an emblem: 35 KB instead of 220.
"""

import hashlib
import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from reports.render.pages import MANIFEST, Page, Pages

DPI = 110  # an A4 page is 910 pixels wide: sharp at 700 on most screens
COLOURS = 16


def draw_pages(pdf: bytes | Path, folder: Path, *, limit: int) -> Pages:
    """Draw the first `limit` pages into `folder`, which is filled last with its list."""
    document = pypdfium2.PdfDocument(pdf)
    total = len(document)
    pages = tuple(
        _draw(document[number], folder / f"{number + 1}.png") for number in range(min(total, limit))
    )
    drawn = Pages(total, pages)
    (folder / MANIFEST).write_text(json.dumps(asdict(drawn)))
    return drawn


def _draw(page: Any, path: Path) -> Page:
    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    small = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    out = BytesIO()
    # Level 9 would save one byte in forty and take seven times as long.
    small.save(out, "PNG", compress_level=6)
    path.write_bytes(out.getvalue())
    return Page(hashlib.sha256(out.getvalue()).hexdigest(), *small.size)
