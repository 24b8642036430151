"""The text layer of a PDF; a page without one is a scan, and is read as a picture."""

import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from indicators.search.extraction import pictures

MOST_PAGES = 2_000
DPI = 200  # what Tesseract reads Thai of 16 points well at, and a page takes two seconds
POINTS = 72
MOST_PIXELS = 30_000_000
FEW = 20  # letters: a scan may bear a number or a stamp as text


def pages(path: Path, *, ocr: str) -> Iterator[tuple[str, bool]]:
    """``(text, read by machine)`` of each page."""
    until = time.monotonic() + pictures.SECONDS
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            layer = page.get_textpage()
            text = layer.get_text_bounded()
            layer.close()
            if len(text.strip()) >= FEW or not ocr or time.monotonic() > until:
                yield text, False
            else:
                recognised = _recognised(page, ocr).strip()
                yield f"{text}\n{recognised}".strip(), bool(recognised)
            page.close()
    finally:
        document.close()


def _recognised(page: pypdfium2.PdfPage, ocr: str) -> str:
    scale = DPI / POINTS
    width, height = page.get_size()
    if width * height * scale * scale > MOST_PIXELS:
        scale = (MOST_PIXELS / (width * height)) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True)
    text = pictures.recognised(bitmap.to_pil(), ocr)
    bitmap.close()
    return text
