"""The two repairs of WeasyPrint's internals. If WeasyPrint changes there, these tests say so."""

import inspect
import subprocess

import pytest
import weasyprint
from weasyprint import svg as weasyprint_svg
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout

from reports.render import justify, svg
from reports.render.font import use_fonts
from reports.render.pdf import to_pdf

TEXT = (
    "สำนักงานเขตพื้นที่การศึกษาได้ดำเนินการพัฒนาหลักสูตรท้องถิ่นให้สอดคล้องกับหลักสูตรแกนกลางและบริบทของ"
    "ชุมชน โดยเปิดโอกาสให้ผู้มีส่วนได้ส่วนเสียร่วมกำหนดน้ำหนักและเป้าหมายของทุกตัวบ่งชี้อย่างทั่วถึง "
)
PAGE = (
    '<!DOCTYPE html><html lang="th"><head><title>ทดสอบ</title><style>'
    "@page {{ size: A4; margin: 30mm }} body {{ margin: 0 }}"
    "html {{ font: 10.7pt/1.7 Paper; text-align: {} }}"
    "</style></head><body><p>{}</p></body></html>"
)


@pytest.fixture
def paper_fonts(fonts, tmp_path):
    use_fonts(fonts, tmp_path)
    svg.install()
    justify.install()


def extracted(data: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()


def lines_of(html: str) -> list:
    page = weasyprint.HTML(string=html).render().pages[0]._page_box
    return [box for box in page.descendants() if isinstance(box, boxes.LineBox)]


# -- what the patches lean on --------------------------------------------------------


def test_weasyprint_is_the_version_that_was_patched():
    assert weasyprint.__version__ == "70.0"


def test_the_patched_functions_take_what_we_give_them():
    assert list(inspect.signature(justify._original).parameters) == [
        "context",
        "line",
        "extra_width",
    ]
    assert list(inspect.signature(svg._original).parameters) == ["svg", "node", "font_size"]
    assert list(inspect.signature(create_layout).parameters) == [
        "text", "style", "context", "max_width", "justification_spacing",
    ]  # fmt: skip


def test_installing_twice_changes_nothing():
    for _ in range(2):
        svg.install()
        justify.install()

    assert inline.justify_line is justify.justify_line
    assert weasyprint_svg.TAGS["text"] is weasyprint_svg.text is svg._draw_whole
    assert weasyprint_svg.TAGS["tspan"] is svg._draw_whole
    assert svg._original is not svg._draw_whole


# -- text in SVG ---------------------------------------------------------------------

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="60" font-family="Paper">'
    '<title>ผัง</title><text x="10" y="30" font-size="20"{}>{}</text></svg>'
)


@pytest.mark.parametrize("words", ["ที่นี่น้ำปี่", "ผู้มีส่วนได้ส่วนเสีย", "กำลังดำเนินการ"])
def test_svg_text_is_shaped_whole(fonts, words):
    html = PAGE.format("left", DRAWING.format("", words))

    assert words in extracted(to_pdf(html, fonts=fonts).data)


def test_svg_text_inside_tspan_is_shaped_whole(fonts):
    html = PAGE.format("left", DRAWING.format("", "<tspan>น้ำดื่ม</tspan>"))

    assert "น้ำดื่ม" in extracted(to_pdf(html, fonts=fonts).data)


def test_letters_placed_one_by_one_stay_where_they_were_put(fonts):
    """Whole, AB would stand together; placed, the letters are 150 apart and read as two words."""
    html = PAGE.format("left", DRAWING.replace('x="10"', 'x="10 160"').format("", "AB"))

    assert "AB" not in extracted(to_pdf(html, fonts=fonts).data)


# -- justification -------------------------------------------------------------------


def test_justified_thai_reaches_the_right_edge(paper_fonts):
    lines = lines_of(PAGE.format("justify", TEXT * 4))
    box = lines[0].children[0] if lines[0].children else lines[0]
    edge = box.position_x + 150 / 25.4 * 96

    ends = [line.position_x + line.width for line in lines[:-1]]

    assert len(ends) > 4
    reached = [end for end in ends if abs(end - edge) < 1]
    assert len(reached) >= len(ends) * 0.6
    assert max(ends) < edge + 1


def test_the_last_line_is_not_stretched(paper_fonts):
    natural = lines_of(PAGE.format("left", TEXT * 4))[-1].width

    assert lines_of(PAGE.format("justify", TEXT * 4))[-1].width == natural


def test_no_cluster_gets_more_than_the_cap(paper_fonts):
    spacings = {
        text.style["letter_spacing"] / text.style["font_size"]
        for line in lines_of(PAGE.format("justify", TEXT * 4))
        for text in justify._text_boxes(line)
        if text.style["letter_spacing"] != "normal"
    }

    assert spacings
    assert max(spacings) <= justify.CAP + 1e-9


@pytest.mark.parametrize(
    ("extra", "clusters", "spaces"), [(5, 70, 3), (30, 70, 3), (30, 70, 0), (200, 10, 1)]
)
def test_shares_never_give_away_more_than_there_is(extra, clusters, spaces):
    letter, space = justify._shares(extra, clusters, spaces, size=14)

    assert 0 <= letter <= justify.CAP * 14
    assert letter * clusters + space * spaces <= extra + 1e-9


@pytest.mark.parametrize("options", [(), ("-layout",), ("-raw",)])
def test_justified_text_extracts_without_false_spaces(fonts, options):
    data = to_pdf(PAGE.format("justify", TEXT * 12), fonts=fonts).data

    text = extracted(data, *options).replace("\n", "").replace(" ", "")
    spaced = extracted(data, *options)

    assert text.count("ดำเนินการ") == text.count("ผู้มีส่วนได้ส่วนเสีย") == 12
    # Thai spaces stand between phrases: a false one would stand behind a mark inside a word.
    assert "ดำ เนิน" not in spaced
    assert spaced.count(" ") < 12 * 6


def test_a_line_without_thai_is_justified_as_weasyprint_does(paper_fonts):
    html = PAGE.format("justify", "self assessment report of the office " * 8)

    texts = [t for line in lines_of(html)[:-1] for t in justify._text_boxes(line)]

    assert {t.style["letter_spacing"] for t in texts} == {"normal"}
    assert all(t.justification_spacing > 0 for t in texts)
