"""Draws pages of a PDF as pictures. Runs as a program of its own and knows no Django.

The parent starts ``__main__`` with a clean environment and gives it one JSON line; it limits its
own memory and time first, and says a line for each picture that lies in its folder. Whatever kills
it ends one page at most: those it spoke of are whole.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

WIDTH = 1200  # pixels: sharp on a screen, and most pages stay below 100 KB
HIGHEST = 4800  # a page of a till roll is narrower instead
THUMBNAIL = 200
QUALITY = 70
METHOD = 2  # of WebP's encoder: the next step halves the speed and saves one byte in thirty


def draw(job: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> None:
    """Draw the pages from ``first`` to ``last`` that the document has, and page 1's thumbnail."""
    import pypdfium2  # noqa: PLC0415 - only once the limits hold

    document = pypdfium2.PdfDocument(Path(job["pdf"]))
    total, folder = len(document), Path(job["folder"])
    say({"pages": total})
    for number in range(job["first"], min(job["last"], total) + 1):
        say({"begins": number})
        try:
            picture = _picture(document[number - 1])
        except (pypdfium2.PdfiumError, ValueError, OSError) as trouble:
            say({"unreadable": number, "why": str(trouble)})
            continue
        if number == 1 and job["thumbnail"]:
            _save(small(picture), folder / "thumbnail")
            say({"thumbnail": True})
        _save(picture, folder / str(number))
        say({"page": number})


def _picture(page: Any) -> Image.Image:
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise ValueError("a page without a size")
    scale = min(WIDTH / width, HIGHEST / height)
    if min(width, height) * scale < 1:
        raise ValueError("a page that is nothing but a line")
    image: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return image


def small(picture: Image.Image) -> Image.Image:
    """As lists show it."""
    copy = picture.copy()
    copy.thumbnail((THUMBNAIL, THUMBNAIL))
    return copy


def _save(picture: Image.Image, path: Path) -> None:
    picture.save(path, "WEBP", quality=QUALITY, method=METHOD)
