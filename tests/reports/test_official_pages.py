"""The official papers as PDFs, measured: what stands where on which page."""

import re
import subprocess
from dataclasses import replace
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from tests.factories import official, papers
from tests.factories.official import SEAL, make_example
from thai import to_thai_digits

MM = 72 / 25.4
OFFICIAL = ("announcement", "order", "memo", "invitation", "minutes")
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def emblem(tmp_path_factory):
    path = tmp_path_factory.mktemp("emblem") / "emblem.png"
    Image.new("RGB", (300, 330), "black").save(path)
    return path


@pytest.fixture(scope="module")
def sealed(render, emblem):
    """Announcement, order and memo with emblem and seal."""
    office = replace(papers.OFFICE, emblem="em")
    return {
        kind: render(
            replace(make_example(kind), office=office, seal=SEAL), base_files={"em": emblem}
        )[0]
        for kind in ("announcement", "order", "memo")
    }


def words_on(path, page=1):
    """(text, left, top, right, bottom) in mm of every word of a page."""
    out = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), path, "-"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [
        (word.text, *(float(word.get(side)) / MM for side in ("xMin", "yMin", "xMax", "yMax")))
        for word in ElementTree.fromstring(out).iter(f"{XHTML}word")  # noqa: S314 - poppler's own words
    ]


def pages_of(path):
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def shapes(path, kind):
    """(left, bottom, right, top) in mm of drawn objects of the first page."""
    pdf = pypdfium2.PdfDocument(path)
    found = [
        tuple(side / MM for side in item.get_bounds())
        for item in pdf[0].get_objects(filter=[kind], max_depth=5)
    ]
    pdf.close()
    return found


# -- measures -------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "height"), [("announcement", 30), ("order", 30), ("memo", 15)])
def test_the_emblem_is_as_high_as_the_rules_say_and_where(sealed, kind, height):
    ((left, bottom, right, top),) = shapes(sealed[kind], pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)

    assert top - bottom == pytest.approx(height, abs=0.3)
    if height == 15:
        assert left == pytest.approx(30, abs=0.5)
    else:
        assert (left + right) / 2 == pytest.approx(110, abs=0.5)  # the middle of the text


@pytest.mark.parametrize("kind", OFFICIAL)
def test_an_empty_place_leaves_the_text_where_an_emblem_would(render, emblem, kind):
    office = replace(papers.OFFICE, emblem="em")
    with_it, _ = render(replace(make_example(kind), office=office), base_files={"em": emblem})
    without, _ = render(make_example(kind))

    assert words_on(with_it) == words_on(without)


@pytest.mark.parametrize(
    ("kind", "word"),
    [("announcement", "สำนักงานเขตพื้นที่การศึกษาได้"), ("memo", "จึงเรียน"), ("invitation", "ด้วย")],
)
def test_a_first_line_begins_25_mm_inside(render, kind, word):
    path, _ = render(make_example(kind))
    left = next(left for text, left, *_ in words_on(path) if text.startswith(word))

    assert left == pytest.approx(55, abs=0.5)


@pytest.mark.parametrize("kind", OFFICIAL)
def test_no_word_leaves_the_margins(render, kind):
    path, done = render(make_example(kind))
    for page in range(1, done.pages + 1):
        for text, left, top, right, bottom in words_on(path, page):
            assert left >= 29.5, text
            assert right <= 190.8, text
            assert top >= 5, text
            assert bottom <= 280, text


@pytest.mark.parametrize("kind", OFFICIAL)
def test_digits_on_paper_are_thai(render, words_of, kind):
    text = words_of(render(make_example(kind))[0])

    assert re.search("[๐-๙]", text)
    assert re.findall("[0-9]", text) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("memo", ("บันทึกข้อความ", "ดำเนินการ", "จึงเรียนมาเพื่อโปรดพิจารณา", "ความเห็นของรองผู้อำนวยการ")),
        ("invitation", ("ขอเชิญเข้าร่วมประชุม", "ระเบียบวาระที่๖", "สำนักงานเขตพื้นที่การศึกษา")),
        ("minutes", ("ผู้ไม่มาประชุม", "มติที่ประชุม", "เลิกประชุมเวลา๑๒.๐๐น.", "น้ำใจ")),
    ],
)
def test_words_are_found(render, words_of, kind, words):
    text = words_of(render(make_example(kind))[0])

    assert [word for word in words if word not in text] == []


# -- seal -----------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["announcement", "order", "memo"])
def test_the_seal_is_small_at_the_foot_and_touches_no_text(sealed, kind):
    boxes = shapes(sealed[kind], pypdfium2.raw.FPDF_PAGEOBJ_PATH)
    left, bottom, right, top = next(box for box in boxes if 12 < box[2] - box[0] < 17)
    words = words_on(sealed[kind])
    address = next(word for word in words if word[0].endswith(f"/verify/{SEAL.code}"))
    place = words.index(next(word for word in words if word[0].startswith("ตรวจสอบได้ที่")))

    assert top - bottom == pytest.approx(right - left, abs=0.5)
    assert bottom > 8
    assert top < 29
    assert address[1] > right
    assert max(word[4] for word in words if word[4] < 265) < 297 - top
    assert all(word[2] > 297 - 29 for word in words[place : place + 2])


def test_the_seal_stands_on_the_first_page_only(sealed, words_of):
    assert [
        page for page in range(1, pages_of(sealed["order"]) + 1)
        if SEAL.code in words_of(sealed["order"], first=page, last=page)
    ] == [1]  # fmt: skip


def test_the_seal_stands_on_the_cover_of_a_sar(render, words_of):
    sar = papers.make_sar(standards=papers.make_sar().standards[:1], seal=SEAL)
    path, done = render(sar)

    assert f"/verify/{SEAL.code}" in words_of(path, first=1, last=1)
    assert SEAL.code not in words_of(path, first=2, last=done.pages)


# -- pages ----------------------------------------------------------------------------
def body_lines_above(path, page, signed):
    """Lines of text on a page that stand above the word ``signed``."""
    words = words_on(path, page)
    (top,) = {round(word[2]) for word in words if word[0].startswith(signed)}
    return {round(word[4]) for word in words if 22 < word[2] < top}


@pytest.mark.parametrize("repeat", range(1, 4))
@pytest.mark.parametrize("extra", range(0, 6))
def test_an_announcements_signature_has_two_lines_with_it(render, repeat, extra):
    body = "\n".join((*papers.NARRATIVES * repeat, *["ให้ทุกคนทราบ"] * extra))
    path, done = render(papers.make_announcement(body=body))

    assert len(body_lines_above(path, done.pages, "(นายผู้อำนวยการ")) >= 3  # and the day


@pytest.mark.parametrize("lines", range(14, 30, 3))
def test_the_signatures_of_minutes_are_never_alone(render, lines):
    path, done = render(
        official.make_minutes(people=lines, agenda=(), summary="\n".join(papers.NARRATIVES))
    )
    for page in range(1, done.pages + 1):
        if any(word[0].startswith("(นางสาวประสาน") for word in words_on(path, page)):
            assert len(body_lines_above(path, page, "(นางสาวประสาน")) >= 2
            assert any("รับรองรายงาน" in word[0] for word in words_on(path, page))
            return
    pytest.fail("no signature")


@pytest.mark.parametrize("times", range(1, 5))
def test_the_opinions_of_a_memo_come_with_text(render, times):
    path, done = render(official.make_memo(facts="\n".join(papers.NARRATIVES * times)))

    assert len(body_lines_above(path, done.pages, "(นายรอง")) >= 2


def test_the_list_of_invited_people_repeats_its_head(render, words_of):
    path, done = render(official.make_invitation(people=60))
    lists = [words_of(path, first=page, last=page) for page in range(3, done.pages + 1)]

    assert len(lists) > 1
    assert all("ที่ชื่อ–สกุลตำแหน่ง" in page for page in lists)


def test_pages_after_the_first_are_numbered(render):
    path, done = render(official.make_minutes(people=60))
    heads = [
        [text for text, _left, top, *_ in words_on(path, page) if top < 14]
        for page in range(1, done.pages + 1)
    ]

    assert heads == [[], *(["-", to_thai_digits(page), "-"] for page in range(2, done.pages + 1))]


def test_a_name_is_not_torn_in_a_list(render, words_of):
    long = "ว่าที่ร้อยตรีหญิงศิริวรรณวิภา ศรีสุวรรณพงษ์ไพบูลย์วัฒนา"
    path, _ = render(
        official.make_minutes(present=(replace(official.make_attendant(1), name=long),), agenda=())
    )
    lines = words_of(path, keep_lines=True)

    assert [part for part in long.split() if part not in lines] == []


def test_a_name_wider_than_its_column_breaks_and_reaches_no_other(render):
    long = "ผอ.กลุ่มส่งเสริมการศึกษาทางไกลเทคโนโลยีสารสนเทศและการสื่อสาร"
    person = replace(official.make_attendant(1), name=long, position="ตำแหน่ง")
    path, _ = render(official.make_minutes(present=(person,), absent=(), guests=(), agenda=()))
    words = words_on(path)
    position = next(word for word in words if word[0].startswith("ตำแหน่ง"))
    name = [word for word in words if word[0] in long and len(word[0]) > 8]

    assert len(name) > 1
    assert all(word[3] <= position[1] for word in name)


def test_a_name_wider_than_its_column_breaks_in_the_tables_of_the_sar(render):
    long = "ผอ.กลุ่มส่งเสริมการศึกษาทางไกลเทคโนโลยีสารสนเทศและการสื่อสาร"
    member = replace(papers.make_groups()[0].members[0], name=long, position="นักทดสอบ")
    group = replace(papers.make_groups()[0], members=(member,))
    sar = papers.make_sar(committee=(group,), standards=papers.make_sar().standards[:1])
    path, done = render(sar)
    words = next(
        found
        for found in (words_on(path, page) for page in range(done.pages, 0, -1))
        if any(word[0] == "นักทดสอบ" for word in found)
    )
    position = next(word for word in words if word[0] == "นักทดสอบ")
    name = [word for word in words if word[0] in long and len(word[0]) > 8]

    assert len(name) > 1
    assert all(word[3] <= position[1] for word in name)


def test_pens_beside_each_other_stand_level_whatever_was_written_above(render):
    opinions = official.make_memo().opinions
    wordy = replace(opinions[0], opinion="ตรวจสอบแล้ว\nครบถ้วน\nเห็นควรอนุมัติ")
    path, _ = render(official.make_memo(opinions=(wordy, opinions[-1])))
    found = words_on(path)
    names = [
        next(word for word in reversed(found) if word[0].startswith(f"({name.split()[0]}"))
        for name in (wordy.signature.name, opinions[-1].signature.name)
    ]

    assert names[0][2] == pytest.approx(names[1][2], abs=0.2)
