"""The Word file says what the PDF says, paragraph by paragraph."""

import re
import subprocess
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table

from reports.docx import to_docx
from reports.official import paper_of
from tests.factories import official, papers
from thai import to_thai_digits

PAPERS = {
    "announcement": lambda: papers.make_announcement(seal=official.SEAL),
    "order": lambda: papers.make_order(seal=official.SEAL),
    "memo": lambda: official.make_memo(seal=official.SEAL),
    "invitation": official.make_invitation,
    "minutes": official.make_minutes,
    "long order": lambda: papers.make_order(groups=_crowded(60)),
    "long invitation": lambda: official.make_invitation(people=60),
    "long minutes": lambda: official.make_minutes(people=60, agenda=official.make_agenda(repeat=4)),
    "long memo": lambda: official.make_memo(origin="\n".join(papers.NARRATIVES * 4)),
}


def test_two_lines_of_an_item_and_pasted_columns_stay_as_they_are():
    point = official.make_agenda()[0]
    said = replace(point, title="เรื่อง ก\nบรรทัดสอง", text="ตัวชี้วัด\tเป้าหมาย\tผล")
    snapshot = official.make_minutes(agenda=(said,))
    texts = [one.text for one in Document(BytesIO(to_docx(paper_of(snapshot), {}))).paragraphs]
    assert "ระเบียบวาระที่ ๑ เรื่อง ก\nบรรทัดสอง" in texts
    assert "ตัวชี้วัด\tเป้าหมาย\tผล" in texts


@pytest.mark.parametrize("name", PAPERS)
def test_every_paragraph_is_in_the_pdf_and_the_other_way_round(render, name):
    snapshot = PAPERS[name]()
    document = Document(BytesIO(to_docx(paper_of(snapshot), {})))
    pdf = _words_of_pdf(render(snapshot)[0], document)
    place = 0
    for text in _paragraphs(document):
        assert pdf[place : place + len(text)] == text
        place += len(text)
    assert pdf[place:] == ""


def test_comparison_sees_a_changed_word(render):
    snapshot = papers.make_announcement()
    other = papers.make_announcement(subject="เรื่องอื่น")
    document = Document(BytesIO(to_docx(paper_of(other), {})))
    assert "".join(_paragraphs(document)) != _words_of_pdf(render(snapshot)[0], document)


@pytest.mark.parametrize("name", PAPERS)
def test_same_paper_gives_the_same_bytes(name):
    assert to_docx(paper_of(PAPERS[name]()), {}) == to_docx(paper_of(PAPERS[name]()), {})


# -- reading both --------------------------------------------------------------------


def _crowded(people):
    first, *others = papers.make_groups()
    return (
        first,
        type(first)(title="คณะทำงาน", members=first.members * (people // 11 + 1)),
        *others,
    )


def _paragraphs(document):
    """Texts of the body in order, without blanks, each list counted from its own beginning."""
    counts = Counter()
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from (_bare(paragraph.text) for paragraph in cell.paragraphs)
            continue
        number = block._p.pPr.numPr
        if number is not None:
            counts[number.numId.val] += 1
            yield _bare(f"{to_thai_digits(counts[number.numId.val])}) {block.text}")
        else:
            yield _bare(block.text)


def _words_of_pdf(path, document):
    """The PDF's text without blanks, page numbers, repeated heads and what the foot says."""
    raw = subprocess.run(
        ["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    heads = {
        _bare("".join(cell.text for cell in table.rows[0].cells))
        for table in document.tables
        if table._tbl.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None
    }
    foot = "".join(_bare(p.text) for p in document.sections[0].first_page_footer.paragraphs)
    pages = [_bare(page) for page in raw.split("\f")]
    if foot:
        assert foot in pages[0]
        pages[0] = pages[0].replace(foot, "")
    whole = ""
    for number, page in enumerate(pages, start=1):
        text = re.sub(f"^-{to_thai_digits(number)}-|-{to_thai_digits(number)}-$", "", page)
        for head in heads:
            if text.startswith(head) and head in whole:
                text = text.removeprefix(head)
        whole += text
    return whole


def _bare(text):
    return re.sub(r"\s+", "", text)
