"""The papers as PDFs, read back by poppler: text, page numbers, what stays together."""

import re
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from reports.gather.papers import few
from reports.render.filters import num
from reports.render.html import to_html
from reports.render.pdf import to_pdf
from reports.snapshot import KINDS
from tests.factories import papers
from tests.factories.official import make_example
from thai import MISSING, to_thai_digits
from workflow.steps.process_text import chart_rows

PAPER_WIDTH, RIGHT_MARGIN = 595.3, 56.7  # A4 and its 20 mm, in points
BODY_STARTS = "ส่วนที่๑ข้อมูลพื้นฐาน"
NEVER_FIRST = re.compile("^[ะัาำิีึืฺุูๅๆ็่้๊๋์ํ๎ฯ]")
DANGLING = re.compile("[เแโใไ]$")


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pages_of(path) -> int:
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def edge_of(path) -> float:
    """How far to the right the words of all pages reach, in points."""
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return max(float(found) for found in re.findall(r'<word.*? xMax="([\d.]+)"', boxes))


@pytest.fixture(scope="module")
def sar_pages(sar_pdf, words_of):
    return [words_of(sar_pdf, first=n, last=n) for n in range(1, pages_of(sar_pdf) + 1)]


# -- text -----------------------------------------------------------------------------------


def test_every_consideration_reads_title_score_reason_in_order(sar_pdf, words_of):
    text, start = words_of(sar_pdf), 0
    start = text.index("ประเด็นที่๑.๑.๑")
    for standard in papers.make_sar().standards:
        for indicator in standard.indicators:
            for item in indicator.considerations:
                score = f"คะแนน {item.level} ระดับคุณภาพ {item.level_name}"
                parts = [f"ประเด็นที่ {item.code} {item.title}", item.result]
                parts += [MISSING] if item.level is None else [score, item.reason]
                for part in parts:
                    start = text.find(bare(num(part, True)), start)
                    assert start >= 0, part


@pytest.mark.parametrize("word", ["ดำเนินการ", "น้ำใจ", "ผู้มีส่วน", "ทั้งนี้", "พันธกิจ", "ที่ตั้ง"])
@pytest.mark.parametrize("kind", ["sar", "order"])
def test_every_occurrence_of_a_word_is_found(kind, word, words_of, request):
    html = to_html(make_example(kind))
    shown = re.sub(r"<title>.*?</title>|<[^>]*>", "", html[html.index("<body") :])

    text = words_of(request.getfixturevalue(f"{kind}_pdf"))

    assert text.count(word) == bare(shown).count(word)


@pytest.mark.parametrize("kind", ["sar", "order"])
def test_no_line_is_cut_inside_a_cluster(kind, words_of, request):
    lines = words_of(request.getfixturevalue(f"{kind}_pdf"), keep_lines=True).splitlines()

    assert len(lines) > 100
    assert [line for line in lines if NEVER_FIRST.match(line)] == []
    assert [line for line in lines if DANGLING.search(line.rstrip())] == []


def test_a_missing_score_is_missing_on_paper(sar_pdf, words_of):
    text = words_of(sar_pdf)
    part = text[text.index("ประเด็นที่๒.๓.๒") :]

    assert f"ผลการประเมิน{MISSING}" in part[: part.index("ประเด็นที่๒.๓.๓")]


def test_chart_labels_are_text(sar_pages):
    assert any("แผนภูมิคะแนน" in page and "ตัวบ่งชี้ที่๓.๖" in page for page in sar_pages)


# -- pages ----------------------------------------------------------------------------------


def test_contents_tell_the_real_pages(sar_pdf, sar_pages, words_of):
    body = next(n for n, page in enumerate(sar_pages) if BODY_STARTS in page and n > 2)
    contents = words_of(sar_pdf, first=3, last=body - 1, keep_lines=True)
    found = 0
    for standard in papers.make_sar().standards:
        entries = [(f"มาตรฐานที่ {standard.code} ", standard.title)]
        entries += [(f"ตัวบ่งชี้ที่ {i.code} ", i.title) for i in standard.indicators]
        for label, title in entries:
            entry = bare(num(label + title, True))
            number = _number_after(bare(contents), entry)
            assert entry in sar_pages[body + number - 1], entry
            found += 1
    assert found == 17


def _number_after(contents: str, entry: str) -> int:
    """The number behind an entry's dots."""
    after = contents[contents.index(entry) + len(entry) :]
    return int(re.match(r"[.]*([๐-๙]+)", after)[1])


def test_front_pages_carry_letters_and_body_pages_numbers(sar_pdf, sar_pages, words_of):
    for number, letter in enumerate("กขคง", start=2):
        assert letter in words_of(sar_pdf, first=number, last=number, keep_lines=True).splitlines()
    body = next(n for n, page in enumerate(sar_pages) if BODY_STARTS in page and n > 2)
    for number, page in enumerate(sar_pages[body:], start=1):
        assert page.endswith(to_thai_digits(number))


def test_an_office_with_arabic_digits_gets_arabic_page_numbers(render, words_of):
    office = replace(papers.OFFICE, digits="arabic")
    path, done = render(papers.make_sar(office=office, standards=papers.make_sar().standards[:1]))

    assert re.search(r"[^0-9๐-๙]\d+$", words_of(path, first=done.pages, last=done.pages))


def test_a_draft_says_so_in_words_on_every_page(render, words_of):
    path, done = render(papers.make_announcement(draft=True, body="ทดสอบ\n" * 60))

    assert done.pages > 1
    for n in range(1, done.pages + 1):
        assert "ยังไม่ได้รับอนุมัติ" in words_of(path, first=n, last=n)


@pytest.mark.parametrize("lines", range(26, 38, 2))
def test_a_signature_never_stands_alone(render, words_of, lines):
    body = "\n".join(["ดำเนินการตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา"] * lines)
    path, done = render(papers.make_order(reason=body, groups=papers.make_groups()[:1], annex=()))
    signed = words_of(path, first=done.pages, last=done.pages)

    assert "(นายรองรักษาการ)" in signed
    assert "ทั้งนี้ตั้งแต่บัดนี้เป็นต้นไปสั่งณวันที่" in signed


def test_table_heads_are_repeated(order_pdf, words_of):
    annex = [words_of(order_pdf, first=n, last=n) for n in range(5, pages_of(order_pdf) + 1)]

    assert len(annex) > 1
    assert all("รหัสมาตรฐาน/ตัวบ่งชี้/ประเด็นการพิจารณาผู้รับผิดชอบ" in page for page in annex)


def test_names_are_not_torn(order_pdf, words_of):
    lines = words_of(order_pdf, keep_lines=True)

    assert "นางสาวบุคลากร คนที่" in lines
    assert not re.search(r"นางสาวบุคลากร\s*\n", lines)


def test_a_name_too_long_for_its_column_breaks_between_its_words(render, words_of):
    given, family = "ว่าที่ร้อยตรีหญิงศิริวรรณวิภา", "ศรีสุวรรณพงษ์ไพบูลย์วัฒนา"
    member = replace(papers.make_groups()[0].members[0], name=f"{given} {family}")
    group = replace(papers.make_groups()[0], members=(member,))

    path, _ = render(papers.make_order(groups=(group,), annex=()))

    lines = words_of(path, keep_lines=True).splitlines()
    assert any(given in line and family not in line for line in lines)
    assert any(family in line for line in lines)


def test_a_page_is_a4_and_the_flow_chart_lies_across(order_pdf, render):
    across, _ = render(papers.make_flowchart())
    for path, size in ((order_pdf, (595, 842)), (across, (842, 595))):
        with pikepdf.open(path) as pdf:
            assert tuple(round(float(x)) for x in pdf.pages[0].mediabox[2:]) == size


# -- build ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("draft", [True, False])
def test_no_paper_makes_weasyprint_warn(fonts, kind, draft):
    snapshot = make_example(kind)
    if hasattr(snapshot, "draft"):
        snapshot = replace(snapshot, draft=draft)
    if kind == "sar":
        snapshot = replace(snapshot, standards=snapshot.standards[:1])

    assert to_pdf(to_html(snapshot), fonts=fonts).warnings == ()


def test_the_same_sar_gives_the_same_bytes_within_its_memory(render, tmp_path):
    pictures = {}
    for photograph in papers.make_photographs(4):
        pictures[photograph.sha256] = tmp_path / photograph.sha256
        Image.new("RGB", (1200, 800), "teal").save(pictures[photograph.sha256], "JPEG")
    snapshot = papers.make_sar(photographs=papers.make_photographs(12))

    (_, first), (_, second) = (render(snapshot, base_files=pictures) for _ in range(2))

    assert first.sha256 == second.sha256
    assert first.pages >= 50
    assert first.peak_mb <= 400


def test_headings_are_bookmarks(sar_pdf):
    with pikepdf.open(sar_pdf) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert titles[:3] == ["คำนำ", "สารบัญ", "บทสรุปผู้บริหาร"]


def test_photographs_are_shown_with_their_captions(render, words_of, tmp_path):
    picture = tmp_path / "photo"
    Image.new("RGB", (400, 300), "teal").save(picture, "JPEG")
    snapshot = papers.make_sar(standards=(), photographs=papers.make_photographs(1))

    path, done = render(snapshot, base_files={"photo-0": picture})

    assert "ประชุมเชิงปฏิบัติการครั้งที่๑" in words_of(path, first=done.pages, last=done.pages)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages[-1].get_images()) == 1


def test_long_names_of_evidence_stay_within_the_page(render, words_of):
    sar = papers.make_sar()
    standard = sar.standards[0]
    indicator = standard.indicators[0]
    latin = "minutes_of_the_meeting_final_version_" * 5 + ".pdf"
    thai = "รายงานผลการประชุมเชิงปฏิบัติการพัฒนาบุคลากรของสำนักงานเขตพื้นที่การศึกษา" * 4 + ".pdf"
    long = {"title": thai, "names": (latin, thai)}
    lines = indicator.considerations[0].evidence
    item = replace(
        indicator.considerations[0],
        evidence=tuple(replace(row, pages="1-3, 5, 7-19, 21, " * 8, **long) for row in lines),
    )
    index = tuple(replace(row, **long) for row in sar.evidence_index[:3])
    indicator = replace(indicator, considerations=(item,))
    standards = (replace(standard, indicators=(indicator,)),)

    name = "นายพรหมพิพัฒน์ธนโชติ" + "รัตนวราภรณ์กุลสวัสดิ์" * 3 + " ณ อยุธยา"
    director = replace(papers.DIRECTOR, name=name)  # 90 letters under คำนำ

    path, _done = render(
        papers.make_sar(standards=standards, evidence_index=index, director=director)
    )

    assert edge_of(path) <= PAPER_WIDTH - RIGHT_MARGIN + 1
    text = words_of(path, keep_lines=True).splitlines()
    assert [line for line in text if NEVER_FIRST.match(line) or DANGLING.search(line)] == []
    assert bare(f"({name})") in words_of(path)


def test_the_offices_chart_is_one_page_however_many_are_responsible(render):
    chart, names = papers.make_flowchart(), tuple(f"นางสาวบุคลากร คนที่{n}" for n in range(13))
    crowded = tuple(
        replace(
            step,
            label="".join(row.label),
            description=row.text,
            responsible=row.responsible,
            people=few(names),
        )
        for step, row in zip(chart.steps, chart_rows(), strict=True)
    )
    assert pages_of(render(replace(chart, steps=crowded))[0]) == 1
