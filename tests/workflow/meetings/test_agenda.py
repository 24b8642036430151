"""What should be on an agenda, and how it gets into the text without losing what was typed."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

import thai
from core import clock
from indicators.models import AgreedScore, Item, Score
from people.models import User
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.meetings import make_agenda_item, make_meeting, make_task
from tests.factories.people import make_person
from tests.factories.workflow import assign_all
from workflow.meetings import agenda
from workflow.meetings.agenda import OpenPoint, Why, open_points, with_points
from workflow.models import Meeting, ResolutionTask
from workflow.states import MeetingKind, MeetingState

PARTS = ["แจ้ง", "รับรอง", "สืบเนื่อง", "ทราบ", "พิจารณา", "อื่น ๆ"]
COMMITTEE, BRIEFING = MeetingKind.COMMITTEE, MeetingKind.BRIEFING


@pytest.fixture
def year(db):
    return make.make_year(edition=make_edition(2, 2, 2))


def meet(year, number=1, *, state=MeetingState.HELD, kind=COMMITTEE, **fields):
    starts_at = datetime(2017, 1, 20 + number, 2, tzinfo=UTC)
    plan = {"kind": kind, "number": number, "state": state, "starts_at": starts_at, **fields}
    return make_meeting(year.cycle, agenda=(), **plan)


def give_task(meeting, owner, **fields):
    make_agenda_item(meeting, title="พิจารณา")
    return make_task(meeting, owner=owner, due=date(2017, 2, 5), **fields)


def titles(year, kind=COMMITTEE, why=None, **more):
    points = open_points(year.cycle, kind, **more)
    return [point.title for point in points if why is None or point.why == why]


# -- what is open ---------------------------------------------------------------------
def test_counts_and_codes_of_what_is_assigned_to_nobody(year):
    assert titles(year, why=Why.UNASSIGNED) == [
        "มาตรฐานที่ยังไม่มีผู้กำกับดูแล 2 มาตรฐาน (1, 2)",
        "ตัวบ่งชี้ที่ยังไม่มีผู้กำกับดูแล 4 ตัวบ่งชี้ (1.1, 1.2, 2.1, 2.2)",
        "ประเด็นการพิจารณาที่ยังไม่มีผู้จัดเก็บข้อมูล 8 ประเด็น "
        "(1.1.1, 1.1.2, 1.2.1, 1.2.2, 2.1.1, 2.1.2, 2.2.1, 2.2.2)",
    ]
    assign_all(year.cycle, year.deputy)
    assert titles(year, why=Why.UNASSIGNED) == []


def test_who_left_counts_as_nobody(year):
    leaver = year.staff[0]
    assign_all(year.cycle, leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert len(titles(year, why=Why.UNASSIGNED)) == 3


def test_many_codes_are_cut_and_counted():
    line = agenda.UNWRITTEN.line([f"1.1.{n}" for n in range(1, 12)])
    assert line.endswith(
        "11 ประเด็น (1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.1.6, 1.1.7, 1.1.8 และอีก 3 ประเด็น)"
    )
    assert agenda.UNWRITTEN.wrote(line)


def test_what_is_not_written_and_what_has_no_evidence(year):
    Item.objects.exclude(consideration__code="2.1.1").update(
        narrative="ทำแล้ว", no_evidence_reason="ไม่มีเอกสาร"
    )
    assert titles(year, why=Why.UNWRITTEN) == [
        "ประเด็นการพิจารณาที่ยังไม่ได้เขียนการดำเนินงาน 1 ประเด็น (2.1.1)"
    ]
    assert titles(year, why=Why.WITHOUT_EVIDENCE) == [
        "ประเด็นการพิจารณาที่ยังไม่มีหลักฐาน 1 ประเด็น (2.1.1)"
    ]
    assert titles(year, BRIEFING, why=Why.UNWRITTEN) == []


def score(item, user, level, *, handed_in=True):
    at = clock.now()
    Score.objects.create(
        item=item, assessor=user, level=level, saved_at=at, handed_in_at=at if handed_in else None
    )


def test_levels_that_differ_are_named_until_the_committee_agrees(year):
    first, second, third, *_more = Item.objects.in_order()
    for user, levels in ((year.director, (3, 4, 2)), (year.deputy, (4, 4, 5))):
        for item, level in zip((first, second, third), levels, strict=True):
            score(item, user, level, handed_in=item != third or user == year.director)
    line = "ประเด็นการพิจารณาที่กรรมการให้คะแนนไม่ตรงกัน 1 ประเด็น (1.1.1)"
    assert titles(year, why=Why.DISAGREEMENT) == [line]
    AgreedScore.objects.create(
        item=first, level=4, reason="ครบ", saved_at=clock.now(), saved_by=year.coordinator
    )
    assert titles(year, why=Why.DISAGREEMENT) == []


def test_held_minutes_are_to_be_confirmed_once_and_by_the_same_body(year):
    first = meet(year, 1)
    meet(year, 2, state=MeetingState.CANCELLED)
    meet(year, 1, kind=BRIEFING, title="ชี้แจงงาน")
    line = "รับรองรายงานการประชุมคณะกรรมการ ครั้งที่ 1/2560 เมื่อวันที่ 21 มกราคม 2560"
    assert titles(year, why=Why.MINUTES) == [line]
    assert titles(year, BRIEFING, why=Why.MINUTES) == [
        "รับรองรายงานการประชุม ชี้แจงงาน เมื่อวันที่ 21 มกราคม 2560"
    ]
    assert titles(year, why=Why.MINUTES, before=first) == []
    Meeting.objects.filter(pk=first.pk).update(confirmed_in=meet(year, 3))
    assert titles(year, why=Why.MINUTES) == [line.replace("1/2560", "3/2560").replace("21", "23")]


def test_open_tasks_of_earlier_meetings_are_matters_arising(year):
    meeting = meet(year)
    task = give_task(meeting, year.deputy)
    (point,) = [p for p in open_points(year.cycle, COMMITTEE) if p.why == Why.TASK]
    assert point.part == 3
    assert point.title == f"จัดทำแผน ({year.deputy.full_name} กำหนดวันที่ 5 กุมภาพันธ์ 2560)"
    assert titles(year, why=Why.TASK, before=meeting) == []
    ResolutionTask.objects.filter(pk=task.pk).update(done_at=clock.now())
    assert titles(year, why=Why.TASK) == []


def test_a_long_task_is_cut_before_who_does_it(year):
    give_task(meet(year), year.deputy, text="ผู้รับผิดชอบที่ดี" * 29)
    (title,) = titles(year, why=Why.TASK)
    assert len(title) <= 300
    assert title.endswith(f"… ({year.deputy.full_name} กำหนดวันที่ 5 กุมภาพันธ์ 2560)")


def test_briefing_has_its_purpose_and_the_assignments(year):
    points = open_points(year.cycle, BRIEFING)
    assert [(p.part, p.why) for p in points[:3]] == [
        (1, Why.PURPOSE),
        (4, Why.CALENDAR),
        (5, Why.ASSIGNMENTS),
    ]
    assert "ปีงบประมาณ พ.ศ. 2560" in points[0].title


def test_points_come_in_the_order_of_the_agenda(year):
    give_task(meet(year), year.deputy)
    parts = [point.part for point in open_points(year.cycle, COMMITTEE)]
    assert parts == sorted(parts)
    assert {2, 3, 5} <= set(parts)


def test_queries_are_fixed(db):
    counts = []
    for code, size, number in (("skn1", (1, 1, 1), 1), ("skn2", (3, 4, 4), 9)):
        year = make.make_year(code, edition=make_edition(*size, code=code))
        for n in range(number):
            give_task(meet(year, n + 1), year.deputy)
            for item in Item.objects.filter(assessment=year.cycle.assessment):
                score(item, make_person(year.office), n % 5 + 1)
        with CaptureQueriesContext(connection) as queries:
            open_points(year.cycle, COMMITTEE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


# -- text -----------------------------------------------------------------------------------
def point(title, part=5):
    return OpenPoint(part, title, Why.TASK)


def refreshed(text, *points, kept=()):
    return with_points(text, points, parts=PARTS, kept=kept).splitlines()


def test_points_go_under_their_heading():
    text = "แจ้ง\nสืบเนื่อง\n- งานเดิม\nพิจารณา"
    assert refreshed(text, point("งานค้าง", 3), point("ให้คะแนน")) == [
        "แจ้ง",
        "สืบเนื่อง",
        "- งานเดิม",
        "- งานค้าง",
        "พิจารณา",
        "- ให้คะแนน",
    ]


def test_heading_that_is_missing_is_added():
    assert refreshed("เรื่องของเรา", point("ให้คะแนน")) == [
        "เรื่องของเรา",
        "พิจารณา",
        "- ให้คะแนน",
    ]


def test_counts_are_brought_up_to_date_and_nothing_is_counted_twice():
    old, new = agenda.UNWRITTEN.line(["1.1.1", "1.1.2"]), agenda.UNWRITTEN.line(["1.1.2"])
    text = f"พิจารณา\n- {old}\n- อื่น"
    assert refreshed(text, point(new)) == ["พิจารณา", f"- {new}", "- อื่น"]
    assert refreshed(text) == ["พิจารณา", "- อื่น"]


def test_a_line_that_somebody_changed_stays():
    line = agenda.UNWRITTEN.line(["1.1.1"]) + " ให้กลุ่มนโยบายชี้แจง"
    assert f"- {line}" in refreshed(f"พิจารณา\n- {line}")


def test_a_line_with_minutes_stays_word_for_word():
    old, new = agenda.UNWRITTEN.line(["1.1.1", "1.1.2"]), agenda.UNWRITTEN.line(["1.1.2"])
    assert refreshed(f"พิจารณา\n- {old}", point(new), kept=[old]) == ["พิจารณา", f"- {old}"]


@pytest.mark.parametrize("between", ["\t", "\u00a0", " \t ", "\u2003", "\uf020"])
def test_a_bullet_list_from_word_is_read_without_bullets_and_tabs(between):
    pasted = thai.clean_entries(f"\uf0b7{between}ก\r\n\uf0b7{between}ข\r\n|{between}สอง")
    (heading,) = agenda.read(pasted.splitlines())
    assert (heading.title, heading.points) == ("ก", ["ข\nสอง"])


@pytest.mark.parametrize("dash", ["-", "- ", "–", "• ", "  -  "])
def test_any_dash_makes_a_point(dash):
    (heading,) = agenda.read(["พิจารณา", f"{dash}ให้คะแนน", "-", "", "- ให้คะแนน"])
    assert heading.points == ["ให้คะแนน"]


LINES = st.lists(st.text(alphabet="กขค -–", max_size=6), max_size=12)
POINTS = st.lists(
    st.builds(point, st.sampled_from(["งาน ก", "งาน ข", "งาน ค"]), st.integers(1, 6)), max_size=4
)


@given(LINES)
def test_text_reads_back_as_it_was_written(lines):
    headings = agenda.read(lines)
    assert agenda.read(agenda.text_of(headings).splitlines()) == headings


@given(LINES, POINTS)
def test_refreshing_loses_nothing_and_twice_is_once(lines, points):
    text = "\n".join(lines)
    updated = with_points(text, points, parts=PARTS)
    assert with_points(updated, points, parts=PARTS) == updated
    typed = {line for h in agenda.read(lines) for line in (h.title, *h.points)}
    found = {line for h in agenda.read(updated.splitlines()) for line in (h.title, *h.points)}
    assert typed | {p.title for p in points} == found - (set(PARTS) - typed)
