"""Snapshot to official paper. No `django_db` mark here: any query fails."""

import re
from dataclasses import replace

import pytest

from reports.blocks import (
    Emblem,
    Fields,
    Numbered,
    Pair,
    SealMark,
    SignaturePlace,
    Table,
    Text,
    Title,
)
from reports.official import is_official, paper_of
from reports.official.flow import placed
from reports.official.meetings import meeting_name
from reports.official.order import LONGEST_LIST
from reports.render.seal import seal_svg
from reports.snapshot import AgendaPoint
from tests.factories import official, papers
from tests.factories.official import SEAL, make_example

OFFICIAL = ("announcement", "order", "memo", "invitation", "minutes")
SHOWN = {SignaturePlace: ("words", "lines"), Table: ("head", "rows"), Emblem: ()}


def strings(value):
    """Every text in a block, in reading order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif hasattr(value, "lead"):
        yield f"{value.lead} {value.text}".strip()
    elif hasattr(value, "__dataclass_fields__"):
        names = SHOWN.get(type(value), value.__dict__)
        for name in names:
            yield from strings(getattr(value, name))


def text_of(snapshot):
    return "\n".join(strings(paper_of(snapshot).blocks))


def stand_in_order(text, parts):
    start = 0
    for part in parts:
        start = text.find(part, start)
        assert start >= 0, part


def of_type(snapshot, kind):
    return [block for block in paper_of(snapshot).blocks if isinstance(block, kind)]


# -- all five -------------------------------------------------------------------------
def test_five_papers_are_official():
    assert [kind for kind in OFFICIAL if not is_official(make_example(kind))] == []
    assert not is_official(papers.make_sar())


@pytest.mark.parametrize("kind", OFFICIAL)
def test_digits_are_thai_only(kind):
    text = text_of(make_example(kind))

    assert re.search("[๐-๙]", text)
    assert re.findall("[0-9]", text) == []


@pytest.mark.parametrize("kind", OFFICIAL)
def test_digits_are_arabic_where_the_office_wants_them(kind):
    paper = paper_of(replace(make_example(kind), office=replace(papers.OFFICE, digits="arabic")))

    text = "\n".join(strings(paper.blocks))
    assert re.search("[0-9]", text)
    assert re.findall("[๐-๙]", text) == []
    lists = [block.thai for block in paper.blocks if isinstance(block, Numbered)]
    assert not any((paper.thai, *lists))
    assert bool(lists) is (kind == "order")


@pytest.mark.parametrize("kind", OFFICIAL)
def test_no_text_holds_a_line_break(kind):
    texts = list(strings(paper_of(make_example(kind)).blocks))
    assert len(texts) > 5
    assert [text for text in texts if "\n" in text] == []


@pytest.mark.parametrize("kind", ["announcement", "order", "memo"])
def test_the_seal_stands_only_on_papers_that_bear_one(kind):
    plain = make_example(kind)

    assert of_type(plain, SealMark) == []
    assert of_type(replace(plain, seal=SEAL), SealMark) == [SealMark(code=SEAL.code, url=SEAL.url)]


@pytest.mark.parametrize("kind", OFFICIAL)
def test_two_lines_of_text_are_held_to_every_signature(kind):
    parts = placed(paper_of(make_example(kind)))
    signed = [n for n, part in enumerate(parts) if part.kind in ("signatureplace", "pair")]
    assert signed
    for number in signed:
        held = 0
        for before in reversed(parts[:number]):
            if not before.kept:
                break
            block = before.block
            if isinstance(block, Text) and block.align != "centre":
                held += 2 if len(block.lead + block.text) > 90 else 1
            elif isinstance(block, Table):
                held += len(block.rows)
        assert held >= 2


# -- order ----------------------------------------------------------------------------
def with_members(count):
    group = papers.make_groups()[1]
    member = group.members[2]
    members = tuple(replace(member, name=f"นายคน ที่{n}") for n in range(count))
    return papers.make_order(groups=(replace(group, members=members),), annex=())


def test_a_list_of_fifteen_stands_in_the_order_itself():
    text = text_of(with_members(LONGEST_LIST))

    assert "บัญชีแนบท้าย" not in text
    assert text.index("นายคน ที่๐") < text.index("มีหน้าที่") < text.index("สั่ง ณ วันที่")


def test_a_longer_list_follows_as_annex_with_everybody_in_it():
    text = text_of(with_members(LONGEST_LIST + 1))

    stand_in_order(
        text,
        [
            "๑. คณะกรรมการอำนวยการ", "ตามรายชื่อในบัญชีแนบท้ายคำสั่งนี้ จำนวน ๑๖ คน", "มีหน้าที่",
            "สั่ง ณ วันที่", "บัญชีแนบท้ายคำสั่งสำนักงาน", "ลงวันที่ ๑ ธันวาคม ๒๕๕๙",
            "๑. คณะกรรมการอำนวยการ", "ชื่อ–สกุล", "นายคน ที่๐", "นายคน ที่๑๕",
        ],
    )  # fmt: skip
    assert text.count("นายคน") == 16


def test_several_duties_are_a_list_and_one_is_a_sentence():
    group = papers.make_groups()[0]
    one = papers.make_order(groups=(replace(group, duties=("ให้คำปรึกษา",)),))

    assert "มีหน้าที่ ให้คำปรึกษา" in text_of(one)
    assert "มีหน้าที่ ดังนี้" in text_of(papers.make_order(groups=(group,)))


@pytest.mark.parametrize("words", ["ตั้งแต่บัดนี้เป็นต้นไป", "ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป"])
def test_one_sentence_of_an_order_begins_with_that(words):
    text = text_of(papers.make_order(effective=words))

    assert re.findall("^ทั้งนี้.*", text, re.MULTILINE) == ["ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป"]
    assert text.index("ให้เป็นไปตามบัญชีแนบท้าย") < text.index("ทั้งนี้")


# -- memo -----------------------------------------------------------------------------
def test_memo_parts_stand_in_order():
    stand_in_order(
        text_of(official.make_memo()),
        [
            "บันทึกข้อความ", "ส่วนราชการ", "สพป.สกลนคร เขต ๒ กลุ่มอำนวยการ", "ที่", "๗/๒๕๕๙", "วันที่",
            "๒๘ พฤศจิกายน ๒๕๕๙", "เรื่อง", "ขออนุมัติแต่งตั้ง", "เรียน ผู้อำนวยการ", "ได้ดำเนินการวิเคราะห์",
            "มีการแต่งตั้งคณะทำงาน", "จึงเรียนมา", "(นางสาวประสาน งานดี)", "ความเห็นของรองผู้อำนวยการ",
            "เห็นควรอนุมัติ", "ตรวจสอบรายชื่อแล้ว", "(นายรอง รักษาการ)", "๒๙ พฤศจิกายน ๒๕๕๙",
            "คำสั่งของผู้อำนวยการ", "อนุมัติ และลงนาม", "(นายผู้อำนวยการ ทดสอบ)", "๑ ธันวาคม ๒๕๕๙",
        ],
    )  # fmt: skip


def test_before_anybody_decided_there_is_room_for_pens():
    waiting = tuple(
        replace(opinion, words="", opinion="", signature=None, dated=None)
        for opinion in official.make_opinions()
    )
    (pair,) = of_type(official.make_memo(opinions=waiting, number="", dated=None), Pair)

    for place, position in ((pair.left, "รองผู้อำนวยการ"), (pair.right, "ผู้อำนวยการ")):
        assert re.fullmatch(r"\.{30,}", place.words[1])
        assert place.lines[0].startswith("(....")
        assert place.lines[1] == f"{position}สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต ๒"
        assert place.lines[2].startswith("....")
    (fields,) = of_type(official.make_memo(number="", dated=None), Fields)
    assert [field.text[:4] for field in fields.fields] == ["....", "...."]


def test_a_long_opinion_stands_across_the_page_and_none_is_asked_where_none_is_needed():
    long = official.make_memo(opinions=official.make_opinions(papers.NARRATIVES[0]))
    alone = official.make_memo(opinions=official.make_opinions()[1:])

    assert of_type(long, Pair) == of_type(alone, Pair) == []
    assert len(of_type(long, SignaturePlace)) == 3
    assert "ความเห็นของรองผู้อำนวยการ" not in text_of(alone)
    assert "คำสั่งของผู้อำนวยการ" in text_of(alone)


# -- meetings -------------------------------------------------------------------------
def test_invitation_parts_stand_in_order():
    stand_in_order(
        text_of(official.make_invitation()),
        [
            "บันทึกข้อความ", "ส่วนราชการ", "เรื่อง", "ขอเชิญเข้าร่วมประชุม", "เรียน ผู้มีรายชื่อ", "ด้วยสำนักงาน",
            "จึงเรียนมา", "(นายผู้อำนวยการ ทดสอบ)", "กำหนดการและระเบียบวาระการประชุม", "๒๐ มกราคม ๒๕๖๐",
            "๐๙.๓๐ น.", "ห้องประชุม", "https://meet.example.go.th/esa", "ระเบียบวาระที่ ๑",
            "ระเบียบวาระที่ ๓", "๓.๑ การมอบหมาย", "ระเบียบวาระที่ ๖", "บัญชีรายชื่อผู้ได้รับเชิญ",
            "นางสาวบุคลากร คนที่๒๔",
        ],
    )  # fmt: skip


def test_minutes_parts_stand_in_order():
    stand_in_order(
        text_of(official.make_minutes()),
        [
            "รายงานการประชุมคณะกรรมการ", "ครั้งที่ ๑/๒๕๖๐", "เมื่อวันที่ ๒๐ มกราคม ๒๕๖๐", "ณ ห้องประชุม",
            "ผู้มาประชุม", "ประธานที่ประชุม", "ผู้ไม่มาประชุม", "กรรมการ (ไปราชการ)", "ผู้เข้าร่วมประชุม",
            "นายแขก",
            "เริ่มประชุมเวลา ๐๙.๓๐ น.", "ประธานกล่าวเปิดประชุม", "ระเบียบวาระที่ ๑ ประธานแจ้ง",
            "มติที่ประชุม รับทราบ",
            "ระเบียบวาระที่ ๒ รับรอง", "ระเบียบวาระที่ ๓", "๓.๑ การมอบหมาย", "มติที่ประชุม เห็นชอบ",
            "ระเบียบวาระที่ ๔", "ระเบียบวาระที่ ๕", "ผู้รับผิดชอบ", "จัดทำแบบเก็บข้อมูล",
            "นางสาวประสาน งานดี", "๑๕ กุมภาพันธ์ ๒๕๖๐",
            "ระเบียบวาระที่ ๖", "- ไม่มี -", "กล่าวปิดประชุม", "เลิกประชุมเวลา ๑๒.๐๐ น.", "ผู้จดรายงานการประชุม",
            "ผู้ตรวจรายงานการประชุม", "รับรองรายงานการประชุมนี้แล้ว", "ครั้งที่ ๒/๒๕๖๐", "๑๐ มีนาคม ๒๕๖๐",
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ", True),
        ("ประธานแจ้งให้ทราบ", True),
        ("เรื่องรับรองรายงานการประชุม", True),
        ("เรื่องสืบเนื่อง", True),
        ("เรื่องที่เสนอให้ที่ประชุมทราบ", True),
        ("เรื่องเสนอเพื่อพิจารณา", True),
        ("เรื่องอื่น ๆ", True),
        ("พิจารณาแต่งตั้งคณะกรรมการ", False),
        ("รับรองรายงานการประชุมคณะกรรมการ ครั้งที่ 1/2560", False),
    ],
)
def test_nothing_is_said_to_be_none_but_what_only_collects(title, says):
    text = text_of(official.make_minutes(agenda=(AgendaPoint(number="1", title=title),)))

    assert ("- ไม่มี -" in text) is says


def test_minutes_name_the_office_once():
    def heads(**changes):
        blocks = paper_of(official.make_minutes(**changes)).blocks
        return [block.text for block in blocks if isinstance(block, Title)]

    name = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต ๒"
    assert heads()[1] == name
    assert name not in heads(meeting="ประชุมบุคลากรสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2")


def test_open_minutes_do_not_claim_that_nothing_was_said():
    text = text_of(
        official.make_minutes(draft=True, confirmed_on=None, confirmed_in="", ended_at=None)
    )

    assert "ไม่มี -" not in text
    assert "รับรองรายงานการประชุมนี้" not in text
    assert "เลิกประชุมเวลา ............ น." in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("ประชุมคณะกรรมการ ครั้งที่ 1/2560", "การประชุมคณะกรรมการ"),
        ("การประชุมชี้แจง", "การประชุมชี้แจง"),
        ("ชี้แจงมาตรฐาน ปี 2560", "การประชุมชี้แจงมาตรฐาน ปี ๒๕๖๐"),
    ],
)
def test_a_meeting_is_called_as_minutes_call_it(title, name):
    assert meeting_name(title) == name


# -- seal -----------------------------------------------------------------------------
def test_the_seal_is_plain_filled_svg_with_its_words():
    svg = seal_svg(SEAL.url)

    assert f"<title>คิวอาร์โค้ดตรวจสอบเอกสาร {SEAL.url}</title>" in svg
    assert "stroke" not in svg
    assert svg == seal_svg(SEAL.url)
    assert svg != seal_svg(SEAL.url + "X")
