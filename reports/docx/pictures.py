"""Pictures set in a line of text."""

from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docx.text.paragraph import Paragraph
from PIL import Image, UnidentifiedImageError

from reports.docx.text import clean
from reports.render.failures import RenderFailed

EMBLEM = "ตราประจำส่วนราชการ"


def add_picture(paragraph: Paragraph, file: BytesIO, *, height: float, title: str) -> None:
    """A PNG, `height` mm high; `title` is what a screen reader says."""
    shape = paragraph.add_run().add_picture(file, height=Mm(height))
    shape._inline.docPr.set("name", f"Picture {shape._inline.docPr.id}")
    shape._inline.docPr.set("descr", clean(title))
    inner: Any = shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr  # python-docx types a class
    inner.set("name", f"picture{shape._inline.docPr.id}.png")


def png(path: Path) -> BytesIO:
    """The file as PNG, because Word does not know every kind a browser does."""
    out = BytesIO()
    try:
        with Image.open(path) as picture:
            picture.convert("RGBA").save(out, "PNG")
    except (OSError, UnidentifiedImageError) as error:
        raise RenderFailed(f"the emblem cannot be read: {error}") from error
    return out
