from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from indicators.evidence.codes import code_of
from indicators.models import AgreedScore, Citation, IndicatorReview, SupportingProject
from people.models import User
from people.states import Role
from reports.collect import OF_A_MEETING
from reports.render.html import to_html
from reports.snapshot import Person, SignatureCard, from_json, to_json
from reports.states import DocumentKind
from tests.factories.files import make_image
from tests.factories.indicators import make_edition
from tests.factories.meetings import make_agenda_item, make_attendance, make_meeting
from tests.factories.people import LONG_AGO, act_for, make_office, make_person
from tests.factories.reports import (
    AT,
    agree,
    cite,
    get_item,
    make_blob,
    make_revision,
    make_snapshot,
    write,
)
from tests.factories.workflow import (
    assign_all,
    make_approved,
    make_cast,
    make_cycle,
    make_draft,
    put_step,
)
from workflow.models import Proposal
from workflow.states import MeetingState, ProposalKind, StepState

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office(name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2")


def considerations(snapshot):
    return {c.code: c for s in snapshot.standards for i in s.indicators for c in i.considerations}


# -- the SAR --------------------------------------------------------------------
def test_empty_year_is_missing_not_zero(cycle):
    snapshot = make_snapshot(cycle)
    assert snapshot.score is None
    assert snapshot.unscored == 4
    assert [line.score for line in snapshot.arithmetic] == [None] * 4
    first = considerations(snapshot)["1.1.1"]
    assert (first.level, first.level_name, first.reason) == (None, "", "")
    assert "ยังไม่มีข้อมูล" in to_html(snapshot)


def test_texts_scores_and_reasons_are_taken(cycle, cast):
    for code, level in {"1.1.1": 4, "1.1.2": 5, "1.2.1": 3, "1.2.2": 3}.items():
        item = get_item(cycle, code)
        write(item, narrative=f"เล่า {code}", result=f"ผล {code}", no_evidence_reason="")
        agree(item, level, by=cast.coordinator, reason=f"เพราะ {code}")
    IndicatorReview.objects.filter(indicator__code="1.1").update(
        strengths="เด่น", to_improve="ควรพัฒนา", problems="ปัญหา", measures="มาตรการ"
    )
    snapshot = make_snapshot(cycle)
    row = considerations(snapshot)["1.1.2"]
    assert (row.level, row.level_name, row.reason) == (5, "ดีเยี่ยม", "เพราะ 1.1.2")
    assert (row.narrative, row.result) == ("เล่า 1.1.2", "ผล 1.1.2")
    first, second = snapshot.standards[0].indicators
    assert (first.score, second.score) == (Decimal("4.67"), Decimal("3.00"))
    assert (first.strengths, first.measures) == ("เด่น", "มาตรการ")
    assert snapshot.score == Decimal("3.56")  # (1 × 14/3 + 2 × 3) ÷ 3
    assert snapshot.arithmetic[0].working == "(1 × 4 + 2 × 5) ÷ 3"
    assert snapshot.arithmetic[-1].working == "(10 × 32/9) ÷ 10"
    assert snapshot.level_name == "ดีมาก"


def test_one_unscored_leaves_no_score_above_it(cycle, cast):
    agree(get_item(cycle, "1.1.1"), 4, by=cast.coordinator)
    snapshot = make_snapshot(cycle)
    assert snapshot.standards[0].indicators[0].score is None
    assert snapshot.arithmetic[0].working == "ยังไม่มีคะแนน 1 ประเด็น"


def test_people_named_now_only(cycle, cast):
    assign_all(cycle, cast.staff)
    cycle.assessment.assignments.filter(indicator__code="1.2").update(until=AT + timedelta(9999))
    standard = make_snapshot(cycle).standards[0]
    named = (Person(name=cast.staff.full_name, position=cast.staff.position),)
    assert standard.supervisors == named
    assert [i.supervisors for i in standard.indicators] == [named, ()]
    assert considerations(make_snapshot(cycle))["1.2.1"].collectors == named


def test_removed_projects_are_left_out(cycle, cast):
    indicator = cycle.assessment.edition.standards.get().indicators.first()
    for removed in (None, AT):
        project = SupportingProject.objects.create(
            assessment=cycle.assessment,
            kind="project",
            title=f"โครงการ {removed}",
            budget=None,
            removed_at=removed,
            created_at=AT,
            created_by=cast.coordinator,
        )
        project.indicators.add(indicator)
    with translation.override("en"):
        (found,) = make_snapshot(cycle).standards[0].indicators[0].projects
    assert (found.name, found.kind, found.budget) == ("โครงการ None", "โครงการ", None)


def test_evidence_gets_one_code_and_knows_who_cites_it(office, cycle, cast):
    by = cast.staff
    first = make_revision(office, title="คำสั่ง", by=by, link="https://example.go.th/1")
    second = make_revision(office, title="รายงาน", by=by, blobs=[make_blob(office, make_image())])
    cite(get_item(cycle, "1.1.1"), first, by=by, pages="3-5")
    cite(get_item(cycle, "1.1.1"), second, by=by)
    cite(get_item(cycle, "1.2.1"), second, by=by)
    snapshot = make_snapshot(cycle)
    rows = considerations(snapshot)
    assert [line.code for line in rows["1.1.1"].evidence] == ["1.1.1-01", "1.1.1-02"]
    assert rows["1.1.1"].evidence[0].pages == "3-5"
    assert rows["1.1.1"].evidence[0].names == ("https://example.go.th/1",)
    assert [line.code for line in rows["1.2.1"].evidence] == ["1.1.1-02"]
    assert [(line.code, line.cited_by) for line in snapshot.evidence_index] == [
        ("1.1.1-01", ("1.1.1",)),
        ("1.1.1-02", ("1.1.1", "1.2.1")),
    ]
    assert snapshot.evidence_index[1].names == ("รายงาน 1.jpg",)


def test_each_citation_leads_to_its_own_revision(office, cycle, cast, settings):
    settings.SITE_URL = "https://esa.example.go.th"
    by = cast.staff
    revision = make_revision(office, title="รายงาน", by=by)
    cite(get_item(cycle, "1.1.1"), revision, by=by)
    cite(get_item(cycle, "1.2.1"), revision, by=by)
    snapshot = make_snapshot(cycle)
    rows = considerations(snapshot)
    first, second = (code_of(row.pk) for row in Citation.objects.order_by("pk"))
    assert rows["1.1.1"].evidence[0].link == f"https://esa.example.go.th/e/{first}/"
    assert rows["1.2.1"].evidence[0].link == f"https://esa.example.go.th/e/{second}/"
    assert snapshot.evidence_index[0].link == rows["1.1.1"].evidence[0].link


def test_withdrawn_and_removed_evidence_is_left_out(office, cycle, cast):
    by = cast.staff
    for title in ("ถอน", "ลบ", "อยู่"):
        cite(get_item(cycle, "1.1.1"), make_revision(office, title=title, by=by), by=by)
    Citation.objects.filter(evidence__title="ถอน").update(removed_at=AT)
    removed = Citation.objects.get(evidence__title="ลบ").evidence
    type(removed).objects.filter(pk=removed.pk).update(removed_at=AT)
    assert [line.title for line in make_snapshot(cycle).evidence_index] == ["อยู่"]


def test_committee_and_order_come_from_the_order_in_force(cycle, cast):
    assign_all(cycle, cast.staff)
    approved = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    User.objects.filter(pk=cast.director.pk).update(given_name="ชื่อใหม่")
    make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    snapshot = make_snapshot(cycle)
    assert snapshot.order.number == f"{approved.number}/{approved.dated.year + 543}"
    steering = snapshot.committee[0]
    assert steering.title == "คณะกรรมการอำนวยการ"
    assert (steering.members[0].name, steering.members[0].role) == (
        cast.director.full_name,
        "ประธานกรรมการ",
    )
    assert "กรรมการและเลขานุการ" in [m.role for m in steering.members]


def test_only_held_meetings_with_who_came(cycle, cast):
    values = {"agenda": (), "starts_at": AT}
    held = make_meeting(cycle, state=MeetingState.HELD, minutes="เลิกประชุม", **values)
    make_meeting(cycle, state=MeetingState.PLANNED, **values)
    make_meeting(cycle, state=MeetingState.HELD, **values)
    make_agenda_item(held, title="แจ้งให้ทราบ", text="แจ้งแล้ว", resolution="รับทราบ")
    for user, present in ((cast.director, True), (cast.staff, False), (cast.deputy, None)):
        make_attendance(held, user=user, present=present)
    first, third = make_snapshot(cycle).meetings
    assert (first.present, first.absent, first.held_on) == (1, 1, date(2017, 8, 15))
    assert first.summary == ("ระเบียบวาระที่ 1 แจ้งให้ทราบ\nแจ้งแล้ว\nมติที่ประชุม รับทราบ\nเลิกประชุม")
    assert (third.present, third.absent) == (None, None)


def test_draft_until_approved_with_the_text_of_its_proposal(cycle, cast):
    draft = make_draft(cycle, ProposalKind.SAR, by=cast.coordinator)
    body = {
        "preface": "คำนำของเรา",
        "basic_info": "ข้อมูล",
        "conclusion": "สรุป",
        "development": "พัฒนา",
    }
    Proposal.objects.filter(pk=draft.pk).update(body=body)
    snapshot = make_snapshot(cycle, proposal=draft)
    assert (snapshot.draft, snapshot.version, snapshot.approved_on) == (True, 1, None)
    assert (snapshot.preface, snapshot.conclusion) == ("คำนำของเรา", "สรุป\nพัฒนา")
    Proposal.objects.filter(pk=draft.pk).update(
        state="approved",
        approved_at=AT,
        approved_by=cast.director,
        signed_as={"name": "นายก", "position": "รอง", "acting": "ผู้อำนวยการ"},
    )
    snapshot = make_snapshot(cycle, proposal=draft)
    assert (snapshot.draft, snapshot.approved_on) == (False, date(2017, 8, 15))
    assert snapshot.director == SignatureCard(name="นายก", position="รอง", acting_for="ผู้อำนวยการ")


def test_a_vacant_chair_is_signed_for_by_who_acts(office):
    deputy = make_person(office, Role.DEPUTY, position="รองผู้อำนวยการ")
    cycle = make_cycle(office)
    assert make_snapshot(cycle).director is None
    act_for(deputy, Role.DIRECTOR, since=LONG_AGO, until=date(2017, 12, 31))
    assert make_snapshot(cycle).director == SignatureCard(
        name=deputy.full_name,
        position="รองผู้อำนวยการ",
        acting_for=f"ผู้อำนวยการ{office.name}",
    )


def test_snapshot_survives_json(office, cycle, cast):
    revision = make_revision(
        office, title="ภาพ", by=cast.staff, blobs=[make_blob(office, make_image())]
    )
    cite(get_item(cycle, "1.1.1"), revision, by=cast.staff)
    agree(get_item(cycle, "1.1.1"), 4, by=cast.coordinator)
    snapshot = make_snapshot(cycle)
    assert from_json("sar", to_json(snapshot)) == snapshot


def test_other_offices_stay_out(cycle, cast):
    other = make_office("skn1")
    theirs = make_cycle(other)
    write(get_item(theirs, "1.1.1"), narrative="ความลับของเขตอื่น")
    agree(get_item(theirs, "1.1.1"), 5, by=make_person(other), reason="ความลับ")
    assert "ความลับ" not in str(to_json(make_snapshot(cycle)))


# -- the other papers -----------------------------------------------------------
def test_order_reads_names_live_until_it_is_proposed(cycle, cast):
    assign_all(cycle, cast.staff)
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    User.objects.filter(pk=cast.staff.pk).update(given_name="สมชาย", family_name="")
    paper = make_snapshot(cycle, DocumentKind.ORDER, proposal=draft)
    assert paper.draft
    assert paper.number == ""
    assert [group.title for group in paper.groups] == [
        "คณะกรรมการอำนวยการ",
        "คณะกรรมการดำเนินงาน มาตรฐานที่ 1 มาตรฐานที่ 1",
        "ผู้กำกับดูแลมาตรฐานและตัวบ่งชี้",
        "ผู้จัดเก็บข้อมูลประเด็นการพิจารณา",
    ]
    assert [member.name for member in paper.groups[1].members] == ["สมชาย"]
    assert all(group.duties for group in paper.groups)
    assert [(line.kind, line.code) for line in paper.annex[:3]] == [
        ("standard", "1"),
        ("indicator", "1.1"),
        ("consideration", "1.1.1"),
    ]
    assert all(line.people[0].name == "สมชาย" for line in paper.annex)


def test_approved_order_keeps_its_names_number_and_signature(cycle, cast):
    assign_all(cycle, cast.staff)
    before = cast.staff.full_name
    order = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    User.objects.filter(pk=cast.staff.pk).update(given_name="สมชาย")
    paper = make_snapshot(cycle, DocumentKind.ORDER, proposal=order)
    assert not paper.draft
    assert (paper.number, paper.signed_on) == (order.number, order.dated)
    assert paper.signature.name == cast.director.full_name
    assert paper.annex[0].people[0].name == before
    assert paper.effective == "ตั้งแต่บัดนี้เป็นต้นไป"


def test_announcement_says_reason_text_and_day(cycle, cast):
    proposal = make_approved(cycle, cast=cast)
    body = {"reason": "ด้วยเหตุ", "text": "ข้อหนึ่ง\nข้อสอง", "effective": "2016-10-03"}
    Proposal.objects.filter(pk=proposal.pk).update(body=body)
    with translation.override("en"):
        paper = make_snapshot(cycle, DocumentKind.ANNOUNCEMENT, proposal=proposal)
    assert paper.body == ("ด้วยเหตุ\nข้อหนึ่ง\nข้อสอง\nทั้งนี้ ตั้งแต่วันที่ 3 ตุลาคม 2559 เป็นต้นไป")
    assert not paper.draft


def test_flowchart_draws_the_six_steps_as_of_the_day(cycle, cast):
    put_step(cycle, 1, StepState.DONE)
    cycle.steps.get(kind=2).responsible.set([cast.staff])
    paper = make_snapshot(cycle, DocumentKind.FLOWCHART)
    assert [step.number for step in paper.steps] == [1, 2, 3, 4, 5, 6]
    assert [step.shape for step in paper.steps] == [
        *("start", "process", "decision"),
        *("process", "document", "end"),
    ]
    assert paper.steps[0].done_on is not None
    assert paper.steps[1].people == (cast.staff.full_name,)
    assert [step.responsible for step in paper.steps] == [
        ("นักจัดการงานทั่วไป", "บุคลากรในสังกัด"),
        ("นักจัดการงานทั่วไป", "บุคลากรในสังกัด"),
        ("ผอ.สพป.", "รอง ผอ.สพป.", "ผอ.กลุ่ม", "นักจัดการงานทั่วไป"),
        ("นักจัดการงานทั่วไป", "คณะกรรมการ"),
        ("นักจัดการงานทั่วไป", "คณะกรรมการ"),
        ("นักจัดการงานทั่วไป",),
    ]
    assert paper.steps[1].late
    assert paper.steps[0].late is False
    assert "วาระร่วม" in paper.steps[0].description


def test_flowchart_names_the_first_few_and_counts_the_rest(cycle, cast, office):
    for count in (4, 13):
        people = [make_person(office, given_name=f"คนที่{n:02}") for n in range(count)]
        cycle.steps.get(kind=2).responsible.set(people)
        shown = make_snapshot(cycle, DocumentKind.FLOWCHART).steps[1].people
        names = tuple(person.full_name for person in people)
        if count == 4:  # one more line says either a name or how many there are
            assert shown == names
        else:
            assert shown == (*names[:3], "และอีก 10 คน")


def test_summary_is_a_draft_until_submitted(cycle, cast):
    for code in ("1.1.1", "1.1.2", "1.2.1", "1.2.2"):
        agree(get_item(cycle, code), 4, by=cast.coordinator)
    paper = make_snapshot(cycle, DocumentKind.SUMMARY)
    assert (paper.draft, paper.submitted_on, paper.score) == (True, None, Decimal("4.00"))
    type(cycle.assessment).objects.filter(pk=cycle.assessment_id).update(submitted_at=AT)
    paper = make_snapshot(cycle, DocumentKind.SUMMARY)
    assert (paper.draft, paper.submitted_on) == (False, date(2017, 8, 15))


# -- queries --------------------------------------------------------------------
def fill(cycle, cast, count):
    """A year in which every item has everything."""
    office = cycle.office
    assign_all(cycle, cast.staff)
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    for number, item in enumerate(cycle.assessment.items.all()):
        agree(item, 4, by=cast.coordinator)
        blob = make_blob(office, make_image(colour=(number * 8, 99, 9)))
        revision = make_revision(
            office,
            title=f"ภาพ {number}",
            by=cast.staff,
            blobs=[blob],
            link="https://example.go.th/",
        )
        cite(item, revision, by=cast.staff)
    for _number in range(count):
        meeting = make_meeting(cycle, agenda=["วาระ"], state=MeetingState.HELD, starts_at=AT)
        make_attendance(meeting, user=cast.staff, present=True)
        project = SupportingProject.objects.create(
            assessment=cycle.assessment,
            kind="project",
            title="โครงการ",
            created_at=AT,
            created_by=cast.coordinator,
        )
        project.indicators.set(cycle.assessment.edition.standards.get().indicators.all())


@pytest.mark.parametrize("kind", [*DocumentKind])
def test_same_number_of_queries_with_1_and_30_items(kind):
    counts = []
    for code, size in (("skn2", (1, 1)), ("skn1", (5, 6))):
        office = make_office(code)
        cast = make_cast(office)
        edition = make_edition(1, *size, code=code)
        cycle = make_cycle(office, by=cast.coordinator, edition=edition)
        fill(cycle, cast, size[1])
        proposal = cycle.proposals.filter(kind="order").first()
        if kind == DocumentKind.ANNOUNCEMENT:
            proposal = make_approved(cycle, cast=cast)
        if kind not in (DocumentKind.ORDER, DocumentKind.MEMO, DocumentKind.ANNOUNCEMENT):
            proposal = None
        meeting = cycle.meetings.first() if kind in OF_A_MEETING else None
        assert AgreedScore.objects.filter(item__assessment=cycle.assessment).count() in (1, 30)
        with CaptureQueriesContext(connection) as queries:
            snapshot = make_snapshot(cycle, kind, proposal=proposal, meeting=meeting)
        assert to_html(snapshot)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 32
