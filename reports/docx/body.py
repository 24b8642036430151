"""Blocks to paragraphs and tables."""

from collections.abc import Mapping
from functools import singledispatchmethod
from pathlib import Path

from docx.document import Document
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph

from reports import blocks
from reports.docx.pictures import EMBLEM, add_picture, png
from reports.docx.tables import ALIGN, WIDTH, add_row, columns, write_table
from reports.docx.text import write
from reports.official.flow import placed
from reports.render.failures import RenderFailed

HEIGHTS = {"large": 30, "small": 15}  # mm
HAND = 13  # mm for the pen
PAIR = 6  # mm above two signatures beside each other
SIGNATURE = 118  # mm wide
MEMO = 29  # pt, the heading beside a small emblem
ABSTRACT = {True: 0, False: 1}  # in base/numbering.xml: Thai digits, Arabic digits


class Body:
    """Writes blocks at the end of a document, in order."""

    def __init__(self, document: Document, pictures: Mapping[str, Path], *, thai: bool):
        self.document, self.pictures, self.thai = document, pictures, thai
        self.made: list[Paragraph | WordTable] = []
        self.new_page = False
        self.beside: blocks.Emblem | None = None  # a small emblem, until its heading comes

    def write(self, paper: blocks.OfficialPaper) -> None:
        for part in placed(paper):
            self.add(part.block)
            if part.kept and self.made:
                _keep(self.made[-1])
        if self.beside:
            self._emblem(self._paragraph("Paper Head"), self.beside)
        if self._after_table():
            self._gap()

    @singledispatchmethod
    def add(self, block: blocks.Block) -> None:
        raise TypeError(f"no such block: {block!r}")

    # -- the head --------------------------------------------------------------------

    @add.register
    def _(self, block: blocks.Emblem) -> None:
        if block.size == "small":
            self.beside = block
        else:
            self._emblem(self._paragraph("Paper Head"), block)

    def _emblem(self, paragraph: Paragraph, emblem: blocks.Emblem) -> None:
        """The picture, or a line as high as it."""
        height = HEIGHTS[emblem.size]
        if not emblem.sha256:
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
            paragraph.paragraph_format.line_spacing = Mm(height)
            return
        if emblem.sha256 not in self.pictures:
            raise RenderFailed("the emblem's picture is missing")
        picture = png(self.pictures[emblem.sha256])
        add_picture(paragraph, picture, height=height, title=EMBLEM)

    @add.register
    def _(self, block: blocks.Title) -> None:
        paragraph = self._paragraph("Heading 1" if block.level == 1 else "Paper Head")
        points = 0
        if self.beside:
            self._emblem(paragraph, self.beside)
            paragraph.alignment = ALIGN["left"]
            paragraph.paragraph_format.tab_stops.add_tab_stop(
                Mm(WIDTH / 2), WD_TAB_ALIGNMENT.CENTER
            )
            paragraph.add_run().add_tab()
            self.beside, points = None, MEMO
        write(paragraph, block.text, bold=block.bold, points=points)

    @add.register
    def _(self, block: blocks.RuledLine) -> None:
        self._paragraph("Paper Rule")

    @add.register
    def _(self, block: blocks.Field) -> None:
        self._fields((block,))

    @add.register
    def _(self, block: blocks.Fields) -> None:
        self._fields(block.fields)

    def _fields(self, fields: tuple[blocks.Field, ...]) -> None:
        paragraph = self._paragraph("Paper Field")
        for number, field in enumerate(fields):
            if number:
                paragraph.add_run().add_tab()
            write(paragraph, f"{field.label} ", bold=True)
            write(paragraph, field.text)

    # -- the text --------------------------------------------------------------------

    @add.register
    def _(self, block: blocks.Heading) -> None:
        write(self._paragraph(f"Heading {min(block.level, 3)}"), block.text)

    @add.register
    def _(self, block: blocks.Text) -> None:
        paragraph = self._paragraph("Body Text")
        if block.indent != 25:
            paragraph.paragraph_format.first_line_indent = Mm(block.indent)
        if block.align != "justify":
            paragraph.alignment = ALIGN[block.align]
        paragraph.paragraph_format.space_before = _room(block)
        if block.lead:
            write(paragraph, f"{block.lead} ", bold=True)
        write(paragraph, block.text, bold=block.bold)

    @add.register
    def _(self, block: blocks.Numbered) -> None:
        numbering = self.document.part.numbering_part.element
        own = numbering.add_num(ABSTRACT[block.thai])
        own.add_lvlOverride(ilvl=0).add_startOverride(1)
        for text in block.items:
            paragraph = self._paragraph("List Number")
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = own.numId
            write(paragraph, text)

    @add.register
    def _(self, block: blocks.Table) -> None:
        self._before_table()
        self.made.append(write_table(self.document, block))

    # -- the end ---------------------------------------------------------------------

    @add.register
    def _(self, block: blocks.SignaturePlace) -> None:
        made = [self._words(text, bold=not n) for n, text in enumerate(block.words)]
        for number, text in enumerate(block.lines):
            paragraph = self._paragraph("Signature")
            write(paragraph, text)
            if not number:
                paragraph.paragraph_format.space_before = Mm(HAND)
            made.append(paragraph)
        for paragraph in made:
            _indent(paragraph, block.where)
            paragraph.paragraph_format.keep_together = True
        for paragraph in made[:-1]:
            paragraph.paragraph_format.keep_with_next = True

    def _words(self, text: str, *, bold: bool) -> Paragraph:
        paragraph = self._paragraph("Signature")
        paragraph.alignment = ALIGN["left"]
        write(paragraph, text, bold=bold)
        return paragraph

    @add.register
    def _(self, block: blocks.Pair) -> None:
        self._before_table()
        table = columns(self.document, [WIDTH // 2, WIDTH // 2], lines=False)
        self.made.append(table)
        places = (block.left, block.right)
        if any(place.words for place in places):
            # A row of its own, so that the pens stand level below what was written.
            for cell, place in zip(add_row(table)[1], places, strict=True):
                for paragraph in _in_cell(cell, place.words, room=PAIR, bold=True):
                    paragraph.alignment = ALIGN["left"]
                    paragraph.paragraph_format.keep_with_next = True
        for cell, place in zip(add_row(table)[1], places, strict=True):
            _in_cell(cell, place.lines, room=HAND)

    @add.register
    def _(self, block: blocks.PageBreak) -> None:
        self.new_page = True

    @add.register
    def _(self, block: blocks.SealMark) -> None:
        """Stands in the footer of the first page: `page.dress` puts it there."""

    # -- how they stand together -----------------------------------------------------

    def _paragraph(self, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        if self.new_page:
            paragraph.paragraph_format.page_break_before = True
            self.new_page = False
        self.made.append(paragraph)
        return paragraph

    def _before_table(self) -> None:
        """Word makes one table of two that touch; and only a paragraph can begin a page."""
        if self.new_page or self._after_table():
            self._gap()

    def _gap(self) -> None:
        self._paragraph("Table Gap")

    def _after_table(self) -> bool:
        return bool(self.made) and isinstance(self.made[-1], WordTable)


def _room(text: blocks.Text) -> Mm | None:
    """Air above the day under an order, and above lines that are not indented."""
    if text.align == "centre":
        return Mm(4)
    return Mm(2) if text.align == "left" and not text.indent else None


def _in_cell(
    cell: Cell, texts: tuple[str, ...], *, room: int, bold: bool = False
) -> list[Paragraph]:
    """A paragraph a text, with room above the first, which may be bold."""
    made = []
    for number, text in enumerate(texts or ("",)):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph.style = "Signature"
        if not number:
            paragraph.paragraph_format.space_before = Mm(room)
        write(paragraph, text, bold=bold and not number)
        made.append(paragraph)
    return made


def _keep(last: Paragraph | WordTable) -> None:
    """Keep what was written last on the page of what follows: a signature is never alone."""
    if isinstance(last, WordTable):
        paragraphs = [paragraph for cell in last.rows[-1].cells for paragraph in cell.paragraphs]
    else:
        paragraphs = [last]
    for paragraph in paragraphs:
        paragraph.paragraph_format.keep_with_next = True


def _indent(paragraph: Paragraph, where: str) -> None:
    rest = Mm(WIDTH - SIGNATURE)
    if where == "right":
        paragraph.paragraph_format.left_indent = rest
    elif where == "left":
        paragraph.paragraph_format.right_indent = rest
