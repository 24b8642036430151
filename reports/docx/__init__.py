"""An official paper as a Word file, for the office that has to edit it once more.

Made of the same blocks as the PDF, paragraph by paragraph, and of what Word and LibreOffice can
edit as such: lists that count themselves, tables whose heads repeat, headings, one set of styles.
Knows no ORM, request or clock; the same paper and pictures give the same bytes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.blocks import OfficialPaper
from reports.docx.base import blank, packed
from reports.docx.body import Body
from reports.docx.page import dress
from reports.docx.text import clean
from reports.official import paper_of
from reports.snapshot import from_json

__all__ = ["docx_of", "to_docx"]


def to_docx(paper: OfficialPaper, pictures: Mapping[str, Path]) -> bytes:
    """The paper as DOCX. `pictures` has the file of the emblem, if the paper shows one."""
    document = blank()
    document.core_properties.title = clean(paper.title)[:255]  # no property may be longer
    document.core_properties.author = clean(paper.office)[:255]
    dress(document, paper)
    Body(document, pictures, thai=paper.thai).write(paper)
    return packed(document)


def docx_of(kind: str, snapshot: dict[str, Any], pictures: Mapping[str, Path]) -> bytes:
    """The DOCX of a snapshot that comes as the plain data of its JSON."""
    return to_docx(paper_of(from_json(kind, snapshot)), pictures)
