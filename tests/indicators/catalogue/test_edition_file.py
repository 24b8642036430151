"""Judging an edition's file: every mistake by its line, nothing that could bite."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from esa_standards.management.commands.prepare import EARLIER_CATALOGUES
from indicators.catalogue.edition_file import read_edition
from indicators.catalogue.edition_yaml import EditionInvalid

SHIPPED = Path(settings.BASE_DIR) / "indicators" / "data" / "esa-2560.yaml"

GOOD = """edition:
  code: t
  title: ฉบับทดสอบ
  note: หมายเหตุ
  verified: false
  pass_level: 3
  levels:
    - {score: 5, name: ดีเยี่ยม, at_least: 4.50}
    - {score: 4, name: ดีมาก, at_least: 3.50}
    - {score: 3, name: ดี, at_least: 2.50}
    - {score: 2, name: พอใช้, at_least: 1.50}
    - {score: 1, name: ปรับปรุง, at_least: 1.00}
  default_rubric: {5: ก, 4: ข, 3: ค, 2: ง, 1: จ}
standards:
  - code: '1'
    title: มาตรฐาน
    source: public
    weight: 30
    indicators:
      - code: '1.1'
        title: ตัวบ่งชี้
        source: draft
        weight: 2.5
        considerations:
          - {code: '1.1.1', title: หนึ่ง, source: draft, weight: 1}
          - code: '1.1.2'
            title: สอง
            source: draft
            weight: 0.125
            rubric: {5: ก, 4: ข, 3: ค, 2: ง, 1: จ}
"""
RUBRIC = "            rubric: {5: ก, 4: ข, 3: ค, 2: ง, 1: จ}\n"


def errors_of(text):
    with pytest.raises(EditionInvalid) as refusal:
        read_edition(text)
    return refusal.value.errors


def test_the_good_file_is_good():
    plan = read_edition(GOOD)
    assert [row.code for row in plan.considerations] == ["1.1.1", "1.1.2"]
    assert plan.considerations[1].weight == Decimal("0.125")
    assert plan.drafts == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("  code: t\n", "  code: t: u\n", 2, "เครื่องหมาย :"),
        ("  code: t\n", "\tcode: t\n", 2, "แท็บ"),
        ("  code: t\n", '  code: "t\n', 2, "ไม่มีเครื่องหมายปิด"),
        ("  code: t\n", "  code: t\n nonsense: 1\n", 3, "ย่อหน้า"),
        ("  code: t\n", "  code: t\n  nonsense\n", 4, "เครื่องหมาย :"),
        ("{score: 5, name: ดีเยี่ยม, at_least: 4.50}", "{score: 5", 9, "}"),
        ("    weight: 30\n", "    weight: [30\n", 19, "]"),
        ("  title: ฉบับทดสอบ\n", '  title: "ฉบับ\\ทดสอบ"\n', 3, "ต้องเขียนสองตัว"),
    ],
)
def test_broken_yaml_is_reported_in_thai_with_its_line(old, new, line, reason):
    ((at, said),) = errors_of(GOOD.replace(old, new, 1))
    assert (at, reason in said) == (line, True), (at, said)
    assert not re.search("[a-z]{3}", said)


# -- mistakes -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("  code: t\n", "", 2, "ขาดหัวข้อ “code”"),
        ("  code: t\n", "  code: Ü\n", 2, "ขีดกลางเดี่ยว"),
        ("  title: ฉบับทดสอบ\n", "  title: ''\n", 3, "“title” ว่างเปล่า"),
        ("  title: ฉบับทดสอบ\n", "  title:\n", 3, "“title” ว่างเปล่า"),
        ("  title: ฉบับทดสอบ\n", f"  title: {'ก' * 301}\n", 3, "ยาวเกิน 300"),
        ("  title: ฉบับทดสอบ\n", "  title: [1]\n", 3, "ต้องเป็นข้อความ"),
        ("  title: ฉบับทดสอบ\n", '  title: "ก\\0ข"\n', 3, "อักขระควบคุม"),
        ("  note: หมายเหตุ\n", "  remark: หมายเหตุ\n", 4, "ไม่รู้จักหัวข้อ “remark”"),
        ("  verified: false\n", "  note: ซ้ำ\n", 5, "หัวข้อ “note” ซ้ำกัน"),
        ("  pass_level: 3\n", "  pass_level: 6\n", 6, "ต้องเป็น 1, 2, 3, 4 หรือ 5"),
        ("    - {score: 4, name: ดีมาก, at_least: 3.50}\n", "", 8, "ขาดระดับ 4"),
        ("score: 4, name", "score: 5, name", 9, "ระดับ 5 ซ้ำกัน"),
        ("at_least: 3.50", "at_least: 2.50", 9, "ของระดับ 4 ต้องสูงกว่าของระดับ 3"),
        ("at_least: 1.00", "at_least: 1.25", 12, "ระดับ 1 ต้องไม่เกิน 1"),
        ("at_least: 2.50", "at_least: 2.505", 10, "ทศนิยมเกิน 2"),
        ("name: ดี,", "name: '',", 10, "“name” ว่างเปล่า"),
        ("{5: ก, 4: ข, 3: ค, 2: ง, 1: จ}\nstand", "{5: ก, 4: ข}\nstand", 13, "ขาดระดับ 1, 2, 3"),
        ("    weight: 30\n", "    weight: 0\n", 18, "“weight” ต้องมากกว่า 0"),
        ("    weight: 30\n", "    weight: -1\n", 18, "“weight” ต้องมากกว่า 0"),
        ("    weight: 30\n", "    weight: มาก\n", 18, "“weight” ต้องเป็นตัวเลข"),
        ("    weight: 30\n", "    weight: .nan\n", 18, "“weight” ต้องเป็นตัวเลข"),
        ("    weight: 30\n", "    weight: 1e3\n", 18, "“weight” ต้องเป็นตัวเลข"),
        ("    weight: 30\n", "    weight: 10000\n", 18, "ต้องน้อยกว่า 10000"),
        ("    weight: 30\n", "    weight: 0.0001\n", 18, "ทศนิยมเกิน 3"),
        ("    weight: 30\n", "    weight: {a: 1}\n", 18, "“weight” ต้องเป็นตัวเลข"),
        ("    source: public\n", "    source: secret\n", 17, "ต้องเป็น public หรือ draft"),
        ("    source: public\n", "", 15, "ขาดหัวข้อ “source”"),
        ("code: '1.1.2'", "code: '1.1.1'", 26, "รหัส “1.1.1” ซ้ำกัน"),
        ("code: '1.1.2'", "code: '1.2.2'", 26, "ต้องขึ้นต้นด้วย “1.1.”"),
        ("code: '1.1.2'", "code: '1.1'", 26, "รหัส “1.1” ซ้ำกัน"),
        ("code: '1.1.2'", "code: '1.1.2/x'", 26, "คั่นด้วยจุด"),
        ("code: '1.1.2'", "code: '1.1..2'", 26, "คั่นด้วยจุด"),
        ("            rubric: {5: ก,", "            rubric: {6: ก,", 30, "ต้องเป็น 1, 2, 3, 4 หรือ 5"),
        ("            rubric: {5: ก, 4", "            rubric: {5: ก, 5: ก, 4", 30, "ระดับ 5 ซ้ำกัน"),
        (RUBRIC, "            rubric: [5]\n", 30, "ครบทุกระดับ 1–5"),
        ("            rubric: {5: ก,", "            rubric: {5: '',", 30, "“5” ว่างเปล่า"),
        ("  default_rubric: {5: ก, 4: ข, 3: ค, 2: ง, 1: จ}\n", "", 24, "ไม่มี default_rubric"),
    ],
)
def test_each_mistake_is_named_with_its_line(old, new, line, reason):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = errors_of(text)
    assert any(at == line and reason in said for at, said in found), found


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "ไฟล์ว่างเปล่า"),
        ("# อย่างเดียว\n", 1, "ไฟล์ว่างเปล่า"),
        ("- 1\n", 1, "ต้องเป็นข้อมูลที่มีหัวข้อ edition, standards"),
        ("edition: 5\nstandards: []\n", 1, "ต้องเป็นข้อมูลที่มีหัวข้อ code"),
        ("edition: 5\nstandards: []\n", 2, "ต้องเป็นรายการที่มีอย่างน้อยหนึ่งข้อ"),
        ("a: 1\nb: c: d\n", 2, "เครื่องหมาย :"),
        ("a: 1\nb: [1\n", 3, "วงเล็บปิด ]"),
        ("a: 1\n\tb: 2\n", 2, "อ่าน YAML ตรงนี้ไม่ได้"),
        ("a: 1\nb: \x07\n", 2, "อักขระที่ YAML ไม่อนุญาต"),
        ("a: 1\nb: \ud800\n", 2, "ไม่ใช่รหัส UTF-8"),
        ("a: 1\nข: 2\n".encode("cp874"), 2, "ไม่ใช่รหัส UTF-8"),
        ("a: 1\n---\nb: 2\n", 2, "มากกว่าหนึ่งชุด"),
        ("a: &x [1]\nb: *x\n", 2, "การอ้างอิง"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "ไม่อนุญาตให้ใช้แท็ก"),
        ("a: 1\nb: !secret x\n", 2, "ไม่อนุญาตให้ใช้แท็ก"),
        ("a: 1\nb: " + "[" * 40 + "]" * 40 + "\n", 2, "ซ้อนกันหลายชั้น"),
        ("#" * (1024 * 1024 + 1), 1, "ใหญ่เกิน 1 MB"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(text, line, reason):
    found = errors_of(text)
    assert any(at == line and reason in said for at, said in found), found


def test_all_mistakes_are_named_at_once():
    text = GOOD.replace("weight: 30", "weight: x").replace("source: public", "source: y")
    assert [line for line, _reason in errors_of(text)] == [17, 18]


def test_references_that_unfold_to_gigabytes_are_refused_at_once():
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    assert errors_of(bomb)[0][0] == 2


def test_a_code_without_quotes_keeps_its_last_zero():
    text = GOOD.replace("'1.1'", "1.10").replace("'1.1.1'", "1.10.1").replace("'1.1.2'", "1.10.2")
    plan = read_edition(text)
    assert plan.indicators[0].code == "1.10"


def test_thai_digits_count_as_digits():
    plan = read_edition(GOOD.replace("'1.1.1'", "๑.๑.๑").replace("weight: 30", "weight: ๓๐"))
    assert plan.considerations[0].code == "1.1.1"
    assert plan.standards[0].weight == 30


# -- required evidence --------------------------------------------------------------------
MANY = ", ".join(f"{{title: {n}, source: draft}}" for n in range(21))
PIECE = "evidence: [{title: แผน, source: draft}, {title: คำสั่ง, source: public}]"
REQUIRING = GOOD.replace("source: draft, weight: 1}", f"source: draft, weight: 1, {PIECE}}}")


def test_a_consideration_may_require_evidence():
    first, second = read_edition(REQUIRING).considerations
    assert [(piece.title, piece.source) for piece in first.evidence] == [
        ("แผน", "draft"),
        ("คำสั่ง", "public"),
    ]
    assert second.evidence == ()
    assert read_edition(REQUIRING).drafts == 4


def test_a_file_says_the_same_as_before_exactly_when_it_requires_nothing():
    """The digest of a file from before there was required evidence."""
    before = "6a123d945140cbe90e8badc547192b50c66af9efe3b07b3d76518f4693370890"
    assert before in EARLIER_CATALOGUES
    starter = read_edition(SHIPPED.read_bytes())
    assert all(2 <= len(row.evidence) <= 4 for row in starter.considerations)
    assert {piece.source for piece in starter.required} == {"draft"}
    assert starter.content_hash != before
    assert without_evidence(starter).content_hash == before


def without_evidence(plan):
    return replace(
        plan,
        standards=tuple(
            replace(
                standard,
                indicators=tuple(
                    replace(
                        part,
                        considerations=tuple(
                            replace(row, evidence=()) for row in part.considerations
                        ),
                    )
                    for part in standard.indicators
                ),
            )
            for standard in plan.standards
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (PIECE, "evidence: []", "“evidence” ต้องเป็นรายการ"),
        (PIECE, "evidence: แผน", "“evidence” ต้องเป็นรายการ"),
        (PIECE, "evidence: [แผน]", "title, source"),
        ("title: แผน", "title: ''", "“title” ว่าง"),
        ("source: public}]", "source: ประกาศ}]", "public หรือ draft"),
        ("title: คำสั่ง, ", "title: 'แผน ', ", "“แผน” ซ้ำกัน"),
        ("title: แผน", "name: แผน", "name"),
        (PIECE, f"evidence: [{MANY}]", "เกิน 20 รายการ"),
    ],
)
def test_mistakes_in_required_evidence_are_named(old, new, reason):
    assert old in REQUIRING
    assert reason in " ".join(said for _line, said in errors_of(REQUIRING.replace(old, new, 1)))
