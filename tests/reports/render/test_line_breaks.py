"""Where the lines of a paper end: at the breaks that libthai knows, never inside a syllable."""

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import get_log_attrs

import thai
from reports.render import justify, svg, whole
from reports.render.child import render_in_child
from reports.render.font import use_fonts
from reports.render.html import blobs_of, to_html
from reports.render.pdf import Fetcher
from tests.factories import papers
from tests.factories.official import make_example
from thai.nonbreaking import WHOLE_PATTERN

THAI = re.compile("[\u0e01-\u0e2e\u0e30-\u0e4e]")
TAG = re.compile("<[^>]*>")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def laid_out(snapshot, fonts, scratch):
    """The boxes of every page, as the renderer lays them out."""
    svg.install()
    justify.install()
    whole.install(WHOLE_PATTERN.pattern)
    use_fonts(fonts, Path(scratch))
    fetcher = Fetcher(dict.fromkeys(blobs_of(snapshot), PIXEL))
    source = HTML(string=to_html(snapshot), base_url="asset:", url_fetcher=fetcher)
    document = source.render(font_config=FontConfiguration(), pdf_variant="pdf/a-3u")
    return [page._page_box for page in document.pages]


def blocks_of_lines(box):
    """Each run of lines that follow one another in one block, as texts."""
    lines = [child for child in getattr(box, "children", ()) if isinstance(child, boxes.LineBox)]
    if len(lines) > 1:
        yield ["".join(_texts(line)) for line in lines]
    for child in getattr(box, "children", ()):
        yield from blocks_of_lines(child)


def _texts(box):
    if isinstance(box, boxes.TextBox):
        yield box.text
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def plain(html):
    """The words of the page as they were written, spaces and all."""
    return " ".join(unescape(TAG.sub("", html)).split())


def ends_of(lines, written):
    """Each line end between two Thai letters that no space parts, and whether a word ends there.

    A space at the end of a line is taken off it, so what was ``written`` is asked.
    """
    for n in range(1, len(lines)):
        before, after = "".join(lines[:n]), "".join(lines[n:])
        if not before or not after or not (THAI.match(before[-1]) and THAI.match(after[0])):
            continue
        if f"{before[-12:]} {after[:12]}" in written:
            continue
        yield before, after, bool(get_log_attrs(before + after, "th")[len(before)].is_line_break)


@pytest.mark.parametrize("kind", ["sar", "order", "memo", "invitation", "minutes"])
def test_lines_end_where_a_thai_word_ends(kind, fonts, tmp_path):
    snapshot = papers.make_sar() if kind == "sar" else make_example(kind)
    written = plain(to_html(snapshot))
    ends = [
        end
        for page in laid_out(snapshot, fonts, tmp_path)
        for lines in blocks_of_lines(page)
        for end in ends_of(lines, written)
    ]
    assert len(ends) > {"sar": 100}.get(kind, 0)
    wrong = [f"{before[-20:]}|{after[:20]}" for before, after, whole in ends if not whole]
    assert wrong == []


@pytest.mark.parametrize("kind", ["sar", "order", "memo", "invitation", "minutes"])
def test_no_line_ends_inside_a_word_that_stays_whole(kind, fonts, tmp_path):
    snapshot = papers.make_sar() if kind == "sar" else make_example(kind)
    blocks = [
        lines for page in laid_out(snapshot, fonts, tmp_path) for lines in blocks_of_lines(page)
    ]
    assert any(WHOLE_PATTERN.search("".join(lines)) for lines in blocks if len(lines) > 1)
    assert [torn for lines in blocks for torn in torn_words(lines)] == []


def torn_words(lines):
    """What stands before and after each line end that falls into a whole word."""
    text, end = "".join(lines), 0
    for line in lines[:-1]:
        end += len(line)
        for word in WHOLE_PATTERN.finditer(text):
            if word.start() < end < word.end():
                yield text[word.start() : end], text[end : word.end()]


@pytest.mark.parametrize("width", [42, 55, 90])
def test_whole_words_part_from_each_other_in_a_column(width, fonts, tmp_path):
    whole.install(WHOLE_PATTERN.pattern)
    use_fonts(fonts, tmp_path)
    text = "ให้ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาแต่งตั้งคณะกรรมการและผู้จัดเก็บข้อมูลประเด็นการพิจารณา" * 2
    style = f"@page {{ size: {width}mm 400mm; margin: 0 }} html {{ font: 10.7pt Paper }}"
    source = HTML(string=f'<html lang="th"><style>{style}</style><p>{text}')
    (page,) = source.render(font_config=FontConfiguration()).pages
    (lines,) = blocks_of_lines(page._page_box)
    assert list(torn_words(lines)) == []
    em = 10.7 * 25.4 / 72
    assert max(len(thai.clusters(line)) for line in lines) < width / (em * 0.4)


def test_the_process_that_renders_gets_the_words(fonts, tmp_path):
    style = "@page { size: 25mm 60mm; margin: 0 } html { font: 10.7pt Paper }"
    html = f'<html lang="th"><title>คำ</title><style>{style}</style><p>ให้ผู้อำนวยการสำนักงาน'
    render_in_child(html, tmp_path / "words.pdf", fonts=fonts)
    command = ["pdftotext", tmp_path / "words.pdf", "-"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert lines == ["ให้", "ผู้อำนวยการ", "สำนักงาน"]


def test_a_word_torn_inside_a_syllable_is_found():
    (end,) = ends_of(["คณะกรรมการดำเนินก", "ารประเมินตนเอง"], "")
    assert end[2] is False
    (end,) = ends_of(["คณะกรรมการดำเนินการ", "ประเมินตนเอง"], "")
    assert end[2] is True
