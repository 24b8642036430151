"""Memo, invitation, minutes and what an office's letterhead adds, read from the database."""

from copy import copy
from datetime import date, timedelta

import pytest
from django.conf import settings
from PIL import Image

from people.states import Role
from reports.collect import blob_files, unsaved_snapshot
from reports.render.html import to_html
from reports.snapshot import SealCard, from_json, to_json
from reports.states import DocumentKind
from tests.factories.files import make_image
from tests.factories.meetings import (
    make_agenda_item,
    make_attendance,
    make_meeting,
    make_task,
)
from tests.factories.people import make_office, make_person
from tests.factories.reports import AT, make_blob, make_snapshot
from tests.factories.workflow import (
    assign_all,
    make_approved,
    make_draft,
    make_proposed,
)
from workflow.models import (
    AgendaItem,
    CommitteeMember,
    Letterhead,
    Meeting,
    Proposal,
)
from workflow.papers import decisions
from workflow.states import MeetingState, ProposalKind

pytestmark = pytest.mark.django_db
SEAL = SealCard(code="K7QX2M9T", url="https://esa.example.go.th/verify/K7QX2M9T")


@pytest.fixture
def office():
    return make_office(name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2")


def put_letterhead(office, **fields):
    return Letterhead.objects.update_or_create(office=office, defaults=fields)[0]


# -- letterhead and seal ------------------------------------------------------------
def test_the_emblem_and_lines_of_the_letterhead_stand_on_papers(office, cycle, cast):
    blob = make_blob(office, make_image("PNG", size=(300, 330)), "image/png")
    put_letterhead(office, emblem=blob, department="กลุ่มอำนวยการ โทร. 1", director_position="ผอ.")
    draft = make_draft(cycle, by=cast.coordinator)
    paper = make_snapshot(cycle, DocumentKind.ANNOUNCEMENT, proposal=draft)
    assert paper.office.emblem == blob.sha256
    assert paper.signature.position == "ผอ."
    (path,) = blob_files(cycle, paper).values()
    with Image.open(path) as image:
        assert image.size == (300, 330)
    assert path.is_relative_to(settings.DATA_DIR)


@pytest.mark.parametrize("kind", ["announcement", "order", "memo", "sar"])
def test_the_seal_is_put_on_the_papers_that_bear_one(cycle, cast, kind):
    assign_all(cycle, cast.staff)
    of = ProposalKind.ORDER if kind == "memo" else ProposalKind(kind)
    proposal = make_draft(cycle, of, by=cast.coordinator)
    assert make_snapshot(cycle, DocumentKind(kind), proposal=proposal).seal is None
    assert make_snapshot(cycle, DocumentKind(kind), proposal=proposal, seal=SEAL).seal == SEAL


def test_a_paper_before_the_director_is_no_draft_any_more(cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    states = {}
    for state in ("draft", "proposed", "endorsed", "returned"):
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
        states[state] = make_snapshot(cycle, DocumentKind.ANNOUNCEMENT, proposal=proposal).draft
    assert states == {"draft": True, "proposed": False, "endorsed": False, "returned": True}


# -- memo ---------------------------------------------------------------------------
def test_memo_of_a_draft_leaves_room_for_everybody(office, cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    memo = make_snapshot(cycle, DocumentKind.MEMO, proposal=draft)
    assert (memo.number, memo.dated, memo.draft) == ("", None, True)
    assert memo.department == office.name
    assert memo.signature.name == cast.coordinator.full_name
    assert memo.request
    assert [o.words for o in memo.opinions] == [""] * len(memo.opinions)
    assert memo.opinions[-1].signature.name == cast.director.full_name
    assert from_json("memo", to_json(memo)) == memo


def test_memo_says_what_deputy_and_director_decided(office, cycle, cast):
    put_letterhead(office, deputy_position="รองผู้อำนวยการ ปฏิบัติราชการ")
    assign_all(cycle, cast.staff)
    order = make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator)
    decisions.endorse(order, by=cast.deputy, opinion="ครบถ้วน")
    before = make_snapshot(cycle, DocumentKind.MEMO, proposal=order)
    decisions.approve(order, by=cast.director, opinion="ดำเนินการ")
    after = make_snapshot(cycle, DocumentKind.MEMO, proposal=order)

    deputy, director = after.opinions
    assert deputy.words.startswith("เห็นควร")
    assert (deputy.opinion, deputy.signature.name) == ("ครบถ้วน", cast.deputy.full_name)
    assert deputy.signature.position == "รองผู้อำนวยการ ปฏิบัติราชการ"
    assert deputy.dated is not None
    assert before.opinions[0] == deputy
    assert (before.opinions[1].words, before.opinions[1].dated) == ("", None)
    assert director.words.startswith("อนุมัติ")
    assert (director.opinion, director.signature.name) == ("ดำเนินการ", cast.director.full_name)
    order.refresh_from_db()
    assert after.number == order.memo_number != ""
    assert (after.dated is not None, after.draft) == (True, False)


def test_memo_that_came_back_says_why(cycle, cast):
    assign_all(cycle, cast.staff)
    order = make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator)
    decisions.return_(order, by=cast.director, opinion="ขาดรายชื่อ")
    opinion = make_snapshot(cycle, DocumentKind.MEMO, proposal=order).opinions[-1]
    assert (opinion.words, opinion.opinion) == ("ส่งคืนเพื่อแก้ไข", "ขาดรายชื่อ")


def test_what_is_typed_is_shown_and_not_saved(cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    typed = copy(draft)
    typed.body = {**draft.body, "memo": {**draft.body["memo"], "to": "ท่านผู้อำนวยการ"}}
    memo = unsaved_snapshot(cycle, DocumentKind.MEMO, proposal=typed, at=AT)
    assert memo.to == "ท่านผู้อำนวยการ"
    assert make_snapshot(cycle, DocumentKind.MEMO, proposal=draft).to != "ท่านผู้อำนวยการ"


# -- meetings -----------------------------------------------------------------------
@pytest.fixture
def meeting(cycle, cast):
    return make_meeting(cycle, agenda=(), starts_at=AT, created_at=AT - timedelta(days=7))


def test_invitation_is_the_offices_words_with_the_meeting_in_them(cycle, cast, meeting):
    make_attendance(meeting, user=cast.staff)
    letter = make_snapshot(cycle, DocumentKind.INVITATION, meeting=meeting)
    assert letter.subject == "ขอเชิญเข้าร่วมประชุมคณะกรรมการ ครั้งที่ 1/2560"
    assert "15 สิงหาคม 2560" in letter.opening
    assert "ห้องประชุม 1" in letter.opening
    assert (letter.dated, letter.draft) == (date(2017, 8, 8), False)
    assert [person.name for person in letter.invited] == [cast.staff.full_name]
    assert letter.signature.name == cast.director.full_name


def test_words_typed_for_one_invitation_take_the_place_of_the_usual(cycle, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(invitation={"to": "ทุกท่าน", "closing": ""})
    letter = make_snapshot(cycle, DocumentKind.INVITATION, meeting=meeting)
    assert letter.to == "ทุกท่าน"
    assert letter.closing.startswith("จึงเรียนมา")


def test_agenda_points_stand_under_their_item_and_tasks_by_theirs(cycle, cast, meeting):
    rows = [("แจ้งให้ทราบ", None), ("สืบเนื่อง", None), ("มอบหมาย", 1), ("หลักฐาน", 1), ("อื่น ๆ", None)]
    made = []
    for title, under in rows:
        parent = None if under is None else made[under]
        made.append(make_agenda_item(meeting, title=title, under=parent))
    make_task(meeting, agenda_item=made[3], text="รวบรวม", owner=cast.staff, due=date(2017, 9, 1))
    items = make_snapshot(cycle, DocumentKind.MINUTES, meeting=meeting).agenda
    assert [item.number for item in items] == ["1", "2", "3"]
    assert [(p.number, p.title) for p in items[1].points] == [("2.1", "มอบหมาย"), ("2.2", "หลักฐาน")]
    (task,) = items[1].points[1].tasks
    assert (task.text, task.owner, task.due) == ("รวบรวม", cast.staff.full_name, date(2017, 9, 1))


def test_who_came_stands_by_seat_after_the_chair_and_who_did_not_with_why(cycle, cast, meeting):
    assign_all(cycle, cast.staff)
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    guest = make_person(cycle.office, Role.GROUP_DIRECTOR)
    for user in (cast.staff, cast.coordinator, cast.director, cast.deputy):
        make_attendance(meeting, user=user, present=True, excuse="ไปราชการ")  # and yet came
    make_attendance(meeting, user=guest, present=False, excuse="ลาป่วย")
    Meeting.objects.filter(pk=meeting.pk).update(chair=cast.deputy, state=MeetingState.HELD)
    paper = make_snapshot(cycle, DocumentKind.MINUTES, meeting=meeting)
    assert [(p.name, p.seat) for p in paper.present[:2]] == [
        (cast.deputy.full_name, "ประธานที่ประชุม"),
        (cast.director.full_name, "ประธานกรรมการ"),
    ]
    seats = {p.name: p.seat for p in paper.present}
    secretary = paper.present[-1]
    assert (secretary.name, secretary.seat) == (cast.coordinator.full_name, "กรรมการและเลขานุการ")
    assert CommitteeMember.objects.filter(user=cast.staff, seat="chair").exists()
    assert seats[cast.staff.full_name] == "ประธานคณะกรรมการดำเนินงาน มาตรฐานที่ 1"
    assert [(p.name, p.excuse) for p in paper.absent] == [(guest.full_name, "ลาป่วย")]
    assert {p.excuse for p in paper.present} == {""}
    assert not paper.draft
    Meeting.objects.filter(pk=meeting.pk).update(kind="briefing")
    paper = make_snapshot(cycle, DocumentKind.MINUTES, meeting=meeting)
    assert [p.seat for p in paper.present] == ["ประธานที่ประชุม", "", "", ""]


def test_minutes_are_a_draft_until_closed_and_tell_who_confirmed_them(cycle, cast, meeting):
    later = make_meeting(
        cycle, title="ประชุมคณะกรรมการ ครั้งที่ 2/2560", starts_at=AT + timedelta(days=30)
    )
    Meeting.objects.filter(pk=meeting.pk).update(
        note_taker=cast.coordinator, guests="นายแขก\n\nนางแขก", confirmed_in=later
    )
    paper = make_snapshot(cycle, DocumentKind.MINUTES, meeting=meeting)
    assert paper.draft
    assert paper.guests == ("นายแขก", "นางแขก")
    assert (paper.note_taker.name, paper.checker) == (cast.coordinator.full_name, None)
    assert (paper.confirmed_on, paper.confirmed_in) == (date(2017, 9, 14), later.title)
    assert paper.opening
    assert "ยังไม่ได้รับ" not in to_html(paper)
    assert from_json("minutes", to_json(paper)) == paper


def test_typed_rows_of_a_meeting_are_shown_from_memory(cycle, meeting):
    typed = copy(meeting)
    parent = AgendaItem(meeting=typed, order=1, title="พิมพ์อยู่")
    point = AgendaItem(meeting=typed, order=2, title="ข้อย่อย", under=parent)
    typed._prefetched_objects_cache = {"agenda": [parent, point]}
    (item,) = unsaved_snapshot(cycle, DocumentKind.INVITATION, meeting=typed, at=AT).agenda
    assert (item.title, item.points[0].title) == ("พิมพ์อยู่", "ข้อย่อย")
