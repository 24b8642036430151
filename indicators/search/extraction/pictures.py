"""Letters in pictures, recognised by Tesseract where it is installed."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

SECONDS = 90  # of one file; what is not read by then stays unread
PAGE_SECONDS = 40
LONGEST_SIDE = 3_000  # pixels: a telephone's photograph of a page holds more than is needed
LANGUAGES = "tha+eng"


def pages(path: Path, *, ocr: str) -> Iterator[tuple[str, bool]]:
    """``(text, read by machine)``: one page."""
    if not ocr:
        yield "", False
        return
    with Image.open(path) as picture:
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("L")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        yield recognised(upright, ocr), True


def recognised(picture: Image.Image, ocr: str) -> str:
    """What Tesseract reads, "" when it gives up; by pipes, since nothing may be written."""
    sent = io.BytesIO()
    picture.save(sent, "PNG", compress_level=1)
    command = [ocr, "stdin", "stdout", "-l", LANGUAGES, "-c", "preserve_interword_spaces=1"]
    try:
        done = subprocess.run(  # noqa: S603 - a program that the parent found, and nobody's words
            command,
            input=sent.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=True,
            env={"OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.SubprocessError:
        return ""
    return done.stdout.decode("utf-8", "ignore")
