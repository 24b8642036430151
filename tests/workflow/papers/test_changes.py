"""What a version says differently: texts give both versions back, people by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai
from tests.factories.people import make_person
from tests.factories.workflow import (
    assign_all,
    make_approved,
    make_draft,
)
from workflow.papers import proposals
from workflow.papers.diff import GONE, NEW, SAME, DiffPart, changes, parts_of, text_lines, tokens
from workflow.states import ProposalKind

THAI = st.text(alphabet="กขคงนมยรลวสหอเแโใไะาิีึืุูั่้๊๋์ำๆ๐๑๙ 12ab.", max_size=60)


def said(parts, *ops):
    return "".join(part.text for part in parts if part.op in ops)


# -- texts ------------------------------------------------------------------------------
@given(THAI)
def test_tokens_give_the_text_back_and_split_no_cluster(text):
    found = tokens(text)
    assert "".join(found) == text
    assert [cluster for token in found for cluster in thai.clusters(token)] == thai.clusters(text)


@given(THAI, THAI)
def test_parts_give_both_texts_back(was, now):
    parts = parts_of(was, now)
    assert said(parts, SAME, GONE) == was
    assert said(parts, SAME, NEW) == now
    assert all(part.text for part in parts)


@given(THAI, THAI)
def test_parts_begin_where_a_cluster_begins(was, now):
    ends = [0]
    for cluster in thai.clusters(was):
        ends.append(ends[-1] + len(cluster))
    at = 0
    for part in parts_of(was, now):
        if part.op != NEW:
            at += len(part.text)
            assert at in ends


def test_numbers_and_words_change_whole():
    assert parts_of("ปี 2560 plan", "ปี 2561 plan") == (
        DiffPart(SAME, "ปี "),
        DiffPart(GONE, "2560"),
        DiffPart(NEW, "2561"),
        DiffPart(SAME, " plan"),
    )


def test_text_lines_leave_out_what_stayed():
    lines = text_lines("หนึ่ง\nสอง\n\nสาม", "หนึ่ง\nสี่\nสาม\nห้า")
    assert [said(line, GONE) for line in lines] == ["สอง", ""]
    assert lines[1] == (DiffPart(NEW, "ห้า"),)
    assert text_lines("ก\nข", "ก\n\nข ") == ()


def test_a_paragraph_too_long_to_compare_counts_as_rewritten():
    was, now = "ก " * 2001, "ข " * 2001
    assert parts_of(was, now) == (DiffPart(GONE, was), DiffPart(NEW, now))


def test_a_sentence_that_shares_little_counts_as_rewritten():
    was = "ด้วยกระทรวงศึกษาธิการได้ประกาศใช้มาตรฐาน เพื่อพัฒนาคุณภาพการบริหารจัดการ"
    now = "เพื่อให้ทุกกลุ่มงานร่วมกันยกระดับคุณภาพการจัดการศึกษา"
    assert parts_of(was, now) == (DiffPart(GONE, was), DiffPart(NEW, now))
    longer = f"{was} และเป็นหลักในการประเมินตนเองของหน่วยงานตลอดปีงบประมาณและปีต่อ ๆ ไปทุกปี"
    assert said(parts_of(was, longer), SAME) == was


# -- versions ---------------------------------------------------------------------------
@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


def _next(cycle, cast, kind, **body):
    draft = make_draft(cycle, kind, by=cast.coordinator)
    return proposals.save_draft(
        draft,
        subject=body.pop("subject", draft.subject),
        body={**draft.body, **body},
        edit=0,
        by=cast.coordinator,
    )


def as_text(change):
    marks = {SAME: "", GONE: "-", NEW: "+"}
    return [
        " ".join(f"{marks[part.op]}{part.text}".strip() for part in line) for line in change.lines
    ]


def test_the_first_version_changes_nothing(cycle, cast):
    assert changes(make_draft(cycle, by=cast.coordinator)) == ()


def test_a_version_that_says_the_same_changes_nothing(cycle, cast):
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    assert changes(make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)) == ()


def test_texts_are_named_as_on_the_form(cycle, cast):
    make_approved(cycle, cast=cast)
    newer = _next(cycle, cast, ProposalKind.ANNOUNCEMENT, subject="เรื่องใหม่", effective="2560-01-01")
    assert [change.title for change in changes(newer)] == ["เรื่อง", "มีผลตั้งแต่วันที่"]


def test_people_who_came_went_and_moved(office, cycle, cast):
    first = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    newcomer = make_person(office)
    members = []
    for row in first.body["members"]:
        if row["user"] == cast.group_director.pk:
            continue
        seat = "member" if row["user"] == cast.deputy.pk else row["seat"]
        members.append({**row, "seat": seat})
    members.append({"user": newcomer.pk, "part": "adviser", "standard": None, "seat": "member"})
    newer = _next(cycle, cast, ProposalKind.ORDER, members=members)
    (people,) = changes(newer)
    lines = as_text(people)
    assert len(lines) == 3
    gone = next(line for line in lines if cast.group_director.full_name in line)
    moved = next(line for line in lines if cast.deputy.full_name in line)
    came = next(line for line in lines if newcomer.full_name in line)
    assert gone.startswith("-")
    assert came.startswith("+")
    assert "-คณะกรรมการอำนวยการ · รองประธานกรรมการ +คณะกรรมการอำนวยการ · กรรมการ" in moved


def test_changes_of_people_ask_a_fixed_number_of_queries(
    office, cycle, cast, django_assert_max_num_queries
):
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    rows = [
        {"user": make_person(office).pk, "part": "adviser", "standard": None, "seat": "member"}
        for _ in range(30)
    ]
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    draft.body["members"] += [{**row, "order": 99} for row in rows]
    with django_assert_max_num_queries(12):
        (people,) = changes(draft)
    assert len(people.lines) == 30
