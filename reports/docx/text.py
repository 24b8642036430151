"""Texts as an XML file may hold them."""

import re

from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.render.symbols import REPLACEMENT
from thai.text import canonical_spelling

RETURN = re.compile("\r\n?")
# What XML 1.0 cannot hold, and the controls it merely tolerates. The PDF has a box there, too.
IMPOSSIBLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text in the PDF's spelling, without what would break the file.

    A tab or the end of a line becomes one of Word's own.
    """
    return IMPOSSIBLE.sub(REPLACEMENT, RETURN.sub("\n", canonical_spelling(text)))


def write(paragraph: Paragraph, text: str, *, bold: bool = False, points: float = 0) -> Run:
    """Add a run. Thai takes its weight and size from bCs and szCs, so each is set twice."""
    run = paragraph.add_run(clean(text))
    if bold:
        run.font.bold = run.font.cs_bold = True
    if points:
        run.font.size = Pt(points)
        _twin(run, points)
    return run


def _twin(run: Run, points: float) -> None:
    size = run._r.get_or_add_rPr().find(qn("w:sz"))
    twin = size.makeelement(qn("w:szCs"), {qn("w:val"): str(round(points * 2))})
    size.addnext(twin)
