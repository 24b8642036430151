"""Tables with fixed columns, their head repeated on each page, no row torn in two."""

from collections.abc import Iterator

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Row
from docx.table import _Cell as Cell

from reports.blocks import Align, Names
from reports.blocks import Row as RowBlock
from reports.blocks import Table as TableBlock
from reports.docx.text import write

WIDTH = 160  # mm between the margins of an official page
SHADES = {"strong": "E9E9E9", "medium": "F6F6F6"}
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.THAI_JUSTIFY,
}


def shared(widths: tuple[int, ...]) -> list[int]:
    """Widths in mm, what is left shared by the columns that ask for none."""
    wanting = widths.count(0)
    each = max(WIDTH - sum(widths), 10 * wanting) // wanting if wanting else 0
    return [width or each for width in widths]


def columns(document: Document, widths: list[int], *, lines: bool) -> Table:
    """An empty table of these columns."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid" if lines else "Normal Table"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def add_row(table: Table) -> tuple[_Row, list[Cell]]:
    """A row that stays on one page, and its cells."""
    row = table.add_row()
    _say(row, "w:cantSplit")
    return row, list(row.cells)


def write_table(document: Document, block: TableBlock) -> Table:
    """A table of the paper; its head repeats on every page, no row is torn."""
    widths = shared(block.widths)
    table = columns(document, widths, lines=bool(block.head))
    left: Align = "left"
    align = block.align or (left,) * len(widths)
    if block.head:
        row, cells = add_row(table)
        _say(row, "w:tblHeader")
        for cell, text in zip(cells, block.head, strict=True):
            _fill(cell, (text,), align="centre", bold=True, small=True)
    for line in block.rows:
        _write_row(table, line, align, small=bool(block.head))
    return table


def _write_row(table: Table, line: RowBlock, align: tuple[Align, ...], *, small: bool) -> None:
    _, cells = add_row(table)
    for cell, content, where in zip(cells, line.cells, align, strict=True):
        texts = content.names if isinstance(content, Names) else (content,)
        _fill(cell, texts or ("",), align=where, bold=line.kind == "strong", small=small)
        if line.kind != "plain":
            _shade(cell, SHADES[line.kind])


def _fill(cell: Cell, texts: tuple[str, ...], *, align: Align, bold: bool, small: bool) -> None:
    for text, paragraph in zip(texts, _paragraphs(cell), strict=False):
        paragraph.style = "Table Small" if small else "Table Text"
        if align != "left":
            paragraph.alignment = ALIGN[align]
        paragraph.paragraph_format.keep_with_next = bold or None  # a title goes with its rows
        write(paragraph, text, bold=bold)


def _paragraphs(cell: Cell) -> Iterator:
    """The paragraph a cell is born with, then new ones."""
    yield cell.paragraphs[0]
    while True:
        yield cell.add_paragraph()


def _shade(cell: Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _say(row: _Row, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
