"""What Word needs to take the file as its own: fonts, lists, tables, headings, no leftovers."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from reports.blocks import (
    Emblem,
    Heading,
    Names,
    Numbered,
    OfficialPaper,
    PageBreak,
    Pair,
    Row,
    SealMark,
    SignaturePlace,
    Table,
    Text,
    Title,
)
from reports.docx import to_docx
from reports.official import paper_of
from reports.render.failures import RenderFailed
from tests.factories import official, papers

PLACE = SignaturePlace(lines=("(นายสมชาย ใจดี)", "ผู้อำนวยการ"))
PEOPLE = Table(widths=(12, 50, 0), rows=(Row(cells=("๑.", Names(names=("ก ข", "ค ง")), "ครู")),))
LINED = Table(
    widths=(20, 0),
    head=("ที่", "เรื่อง"),
    rows=(Row(cells=("๑", "หนึ่ง"), kind="strong"), Row(cells=("๒", "สอง"), kind="medium")),
)


def paper(*blocks, **changes):
    values = {"title": "คำสั่ง", "office": "สพป.", "blocks": blocks, "draft": False}
    return OfficialPaper(**values | changes)


def read(given_paper, pictures=None):
    return Document(BytesIO(to_docx(given_paper, pictures or {})))


def xml(element):
    return etree.tostring(element, encoding="unicode")


def twips(length):
    return round(length / 635)


@pytest.fixture
def emblem(tmp_path):
    path = tmp_path / "emblem.webp"  # a kind Word cannot show
    Image.new("RGBA", (300, 400), (180, 20, 20, 128)).save(path)
    return {"a": path}


def test_page_is_a4_with_official_margins():
    section = read(paper()).sections[0]
    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    assert abs(section.page_height - Mm(297)) < Mm(0.1)
    assert abs(section.left_margin - Mm(30)) < Mm(0.1)
    assert abs(section.right_margin - Mm(20)) < Mm(0.1)


def test_thai_and_latin_have_one_font_size_and_language():
    defaults = read(paper()).styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    fonts = defaults.find(qn("w:rFonts"))
    faces = {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")}
    assert faces == {"TH Sarabun New"}
    assert defaults.find(qn("w:sz")).get(qn("w:val")) == "32"
    assert defaults.find(qn("w:szCs")).get(qn("w:val")) == "32"
    assert defaults.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"


def test_weights_and_sizes_come_in_pairs():
    document = read(
        paper(
            Emblem(size="small"),
            Title(text="บันทึกข้อความ", level=1),
            Text(text="ก", lead="มติ"),
            LINED,
        )
    )
    for root in (document.element, document.styles.element):
        for single, twin in (("w:b", "w:bCs"), ("w:sz", "w:szCs")):
            for mark in root.iter(qn(single)):
                other = mark.getparent().find(qn(twin))
                assert other is not None, xml(mark.getparent())
                assert mark.get(qn("w:val")) == other.get(qn("w:val"))


def test_text_is_spread_the_thai_way_and_indented():
    document = read(paper(Text(text="ก")))
    style = document.paragraphs[0].style.element.pPr
    assert style.find(qn("w:jc")).get(qn("w:val")) == "thaiDistribute"
    assert style.find(qn("w:ind")).get(qn("w:firstLine")) == str(twips(Mm(25)))


@pytest.mark.parametrize(("thai", "format"), [(True, "thaiNumbers"), (False, "decimal")])
def test_each_list_counts_from_one_in_its_own_digits(thai, format):
    document = read(paper(*(Numbered(items=("ก", "ข"), thai=thai),) * 2))
    ids = [p._p.pPr.numPr.numId.val for p in document.paragraphs]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    numbering = document.part.numbering_part.element
    for number in set(ids):
        num = numbering.num_having_numId(number)
        assert num.find(f".//{qn('w:startOverride')}").get(qn("w:val")) == "1"
        kind = num.find(qn("w:abstractNumId")).get(qn("w:val"))
        level = numbering.xpath(f"./w:abstractNum[@w:abstractNumId='{kind}']/w:lvl")[0]
        assert level.find(qn("w:numFmt")).get(qn("w:val")) == format
        assert level.find(qn("w:lvlText")).get(qn("w:val")) == "%1)"


def test_table_repeats_its_head_and_tears_no_row():
    table = read(paper(LINED)).tables[0]
    rows = [row._tr.trPr for row in table.rows]
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert all(row.find(qn("w:cantSplit")) is not None for row in rows)
    assert table.style.name == "Table Grid"
    assert not table.autofit
    assert [twips(column.width) for column in table.columns] == [twips(Mm(20)), twips(Mm(140))]


def test_list_of_people_has_no_lines_and_a_paragraph_for_each_name():
    table = read(paper(PEOPLE)).tables[0]
    assert table.style.name == "Normal Table"
    assert table.style.element.find(f".//{qn('w:tblBorders')}") is None
    assert [p.text for p in table.rows[0].cells[1].paragraphs] == ["ก ข", "ค ง"]
    assert len(table.rows[0].cells[0].paragraphs) == 1


def test_tables_that_follow_each_other_stay_two():
    blocks = [type(b).__name__ for b in read(paper(PEOPLE, LINED)).iter_inner_content()]
    assert blocks == ["Table", "Paragraph", "Table", "Paragraph"]


def test_headings_are_for_navigation():
    document = read(
        paper(Title(text="คำสั่ง", level=1), Heading(text="ก"), Heading(text="ข", level=3))
    )
    assert [p.style.name for p in document.paragraphs] == ["Heading 1", "Heading 2", "Heading 3"]


@pytest.mark.parametrize(("size", "height"), [("large", 30), ("small", 15)])
def test_emblem_is_a_picture_of_its_height(emblem, size, height):
    document = read(paper(Emblem(sha256="a", size=size), Title(text="ก", level=1)), emblem)
    assert abs(document.inline_shapes[0].height - Mm(height)) < Mm(0.1)
    assert document.paragraphs[-1].text.strip() == "ก"


@pytest.mark.parametrize(("size", "height"), [("large", 30), ("small", 15)])
def test_missing_emblem_keeps_its_place(size, height):
    document = read(paper(Emblem(size=size), Title(text="ก", level=1)))
    assert abs(document.paragraphs[0].paragraph_format.line_spacing - Mm(height)) < Mm(0.1)


def test_emblem_without_its_file_is_no_paper():
    with pytest.raises(RenderFailed, match="missing"):
        to_docx(paper(Emblem(sha256="a")), {})


def test_signature_is_never_alone():
    document = read(paper(Text(text="ก" * 200), Text(text="วันที่", align="centre", indent=0), PLACE))
    kept = [p.paragraph_format.keep_with_next for p in document.paragraphs]
    assert kept == [True, True, True, None]
    assert all(p.paragraph_format.keep_together for p in document.paragraphs[2:])


def test_signatures_beside_each_other_stay_with_the_row_above():
    first, second = read(paper(PEOPLE, Pair(left=PLACE, right=PLACE))).tables
    last = first.rows[-1].cells[0].paragraphs[0]
    assert last.paragraph_format.keep_with_next
    assert len(second.rows[0].cells) == 2
    assert second.rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_page_break_begins_what_follows():
    document = read(paper(Text(text="ก"), PageBreak(), Title(text="ข"), PageBreak(), LINED))
    breaks = [p.paragraph_format.page_break_before for p in document.paragraphs[:3]]
    assert breaks == [None, True, True]


@pytest.mark.parametrize(("thai", "format"), [(True, "thaiNumbers"), (False, "decimal")])
def test_pages_are_numbered_from_the_second_on(thai, format):
    section = read(paper(thai=thai)).sections[0]
    assert section.different_first_page_header_footer
    assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:fmt")) == format
    assert "PAGE" in xml(section.header._element)
    assert "PAGE" not in xml(section.first_page_header._element)


@pytest.mark.parametrize("draft", [True, False])
def test_draft_says_so_on_every_page(draft):
    section = read(paper(draft=draft)).sections[0]
    for header in (section.first_page_header, section.header):
        assert ("ร่าง" in [p.text for p in header.paragraphs]) is draft


def test_seal_stands_at_the_foot_of_the_first_page():
    seal = SealMark(code="K7QX2M9T", url="https://esa.example.go.th/verify/K7QX2M9T")
    section = read(paper(seal)).sections[0]
    foot = section.first_page_footer
    assert "รหัส K7QX2M9T" in foot.paragraphs[0].text
    assert "ประวัติ" not in foot.paragraphs[0].text
    assert len(list(foot._element.iter(qn("pic:pic")))) == 1
    assert section.footer.is_linked_to_previous


def test_the_head_of_the_history_stands_beside_the_code():
    head = "skn2:1234:3f2a-9c01-77de-b0a4"
    seal = SealMark(code="K7QX2M9T", url="https://esa.example.go.th/verify/x", history=head)
    foot = read(paper(seal)).sections[0].first_page_footer
    assert f"รหัส K7QX2M9T · ประวัติ {head}" in foot.paragraphs[0].text


def test_properties_name_paper_and_office_and_nobody_else():
    data = to_docx(paper(Text(text="ก")), {})
    properties = Document(BytesIO(data)).core_properties
    assert (properties.title, properties.author, properties.language) == ("คำสั่ง", "สพป.", "th-TH")
    assert (properties.comments, properties.last_modified_by, properties.keywords) == ("", "", "")
    with ZipFile(BytesIO(data)) as package:
        assert not [name for name in package.namelist() if "thumbnail" in name or "custom" in name]
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"python-docx" not in b"".join(map(package.read, package.namelist()))


@given(text=st.text(st.characters(), max_size=60))
def test_any_text_survives(text):
    document = read(
        paper(
            Text(text=text, lead=text),
            Heading(text=text),
            Numbered(items=(text,)),
            Table(
                widths=(0, 0), head=(text, text), rows=(Row(cells=(text, Names(names=(text,)))),)
            ),
            replace(PLACE, lines=(text,), words=(text,)),
            title=text,
            office=text,
        )
    )
    assert len(document.paragraphs) == 5
    letters = [c for c in text if c.isascii() and c.isalnum()]
    assert [c for c in document.paragraphs[1].text if c.isascii() and c.isalnum()] == letters


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "make", [papers.make_announcement, official.make_memo, official.make_minutes]
)
def test_libreoffice_reads_the_same_words(tmp_path, make):
    snapshot = make()
    file = tmp_path / "paper.docx"
    file.write_bytes(to_docx(paper_of(snapshot), {}))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", tmp_path, file]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    made = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "paper.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    titles = [block.text for block in paper_of(snapshot).blocks if isinstance(block, Title)]
    assert titles
    for title in titles:
        assert _consonants(title) in _consonants(made)


def _consonants(text):
    """Without marks, which LibreOffice's PDFs put in another order."""
    return "".join(c for c in text if "ก" <= c <= "ฮ")
