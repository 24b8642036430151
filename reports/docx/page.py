"""What stands around a paper's text: numbers of pages, the word of a draft, the seal."""

from io import BytesIO

import segno
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from reports.blocks import OfficialPaper, SealMark
from reports.docx.pictures import add_picture
from reports.docx.text import write
from reports.render.filters import bare_address

DRAFT = "ร่าง"
QR = 18  # mm


def dress(document: Document, paper: OfficialPaper) -> None:
    """Headers and footers: the first page has no number, and it alone bears the seal."""
    section = document.sections[0]
    if not paper.thai:
        section._sectPr.find(qn("w:pgNumType")).set(qn("w:fmt"), "decimal")
    for header in (section.first_page_header, section.header):
        header.is_linked_to_previous = False
        if paper.draft:
            header.paragraphs[0].style = "Draft Mark"
            write(header.paragraphs[0], DRAFT)
    later = section.header
    number = later.add_paragraph(style="Header") if paper.draft else later.paragraphs[0]
    _number(number)
    # Up to 25 mm from the page's edge, where the text of later pages begins.
    number.paragraph_format.space_after = Mm(1 if paper.draft else 7.5)
    for block in paper.blocks:
        if isinstance(block, SealMark):
            _seal(section.first_page_footer.paragraphs[0], block)


def _number(paragraph: Paragraph) -> None:
    """`- ๒ -`: a PAGE field, which takes its digits from the section."""
    write(paragraph, "- ")
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind == "":
            run._r.append(instruction := OxmlElement("w:instrText"))
            instruction.text = text
        elif kind != "text":
            run._r.append(mark := OxmlElement("w:fldChar"))
            mark.set(qn("w:fldCharType"), kind)
    write(paragraph, " -")


def _seal(paragraph: Paragraph, seal: SealMark) -> None:
    picture = BytesIO()
    segno.make(seal.url, error="m").save(picture, kind="png", scale=8, border=2)
    add_picture(paragraph, picture, height=QR, title=seal.url)
    words = ["ตรวจสอบได้ที่", bare_address(seal.url), f"รหัส {seal.code}"]
    if seal.history:
        words.append(f"· ประวัติ {seal.history}")
    for text in words:
        write(paragraph, f" {text}")
