"""What waits for whom, step by step."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from indicators.models import Item
from indicators.narratives.items import hand_in, save_item
from indicators.narratives.reviews import save_review
from indicators.scores.scores import hand_in_scores, save_score, verify_score
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.indicators import make_edition, put_in_charge
from tests.factories.people import act_for, grant, make_reviewer
from tests.factories.workflow import assign_all
from workflow.followup import recommendations, submissions
from workflow.meetings import attendance, calling, minutes
from workflow.papers import decisions, proposals
from workflow.states import MeetingKind, ProposalKind, StepKind
from workflow.steps import moves
from workflow.todo import TodoKind
from workflow.todos.todos import todos_by_cycle, todos_for, todos_of

pytestmark = pytest.mark.django_db


def committed(test):
    """On PostgreSQL too, with real commits: todos are kept there from one question to the next."""
    in_the_database = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
    return pytest.mark.postgres(in_the_database(test))


def kinds_for(user):
    """What waits for this person now, as kinds."""
    return {todo.kind for todo in todos_for(User.objects.get(pk=user.pk), clock.now())}


def blocking(cycle):
    """Kinds that keep the open steps open."""
    return {todo.kind for todo in todos_of(cycle, clock.now()) if todo.blocks}


def hold_meeting(year, kind):
    """Call, tick, minute and close a meeting of today."""
    meeting = calling.create_meeting(
        year.cycle,
        kind=kind,
        title="ประชุม",
        starts_at=clock.now(),
        place="ห้องประชุม",
        agenda=["เรื่องแจ้ง"],
        by=year.coordinator,
    )
    users = [year.coordinator.pk, year.director.pk, *(person.pk for person in year.staff)]
    attendance.mark_attendance(meeting, users=users, present=True, by=year.coordinator)
    meeting = minutes.save_minutes(
        meeting, minutes="ประชุมแล้ว", said={}, version=meeting.version, by=year.coordinator
    )
    return minutes.hold(meeting, by=year.coordinator)


# -- a whole year -------------------------------------------------------------------
@committed
def test_step_one_passes_from_hand_to_hand():
    year = make.make_year()
    assert kinds_for(year.coordinator) == {TodoKind.DRAFT_ANNOUNCEMENT}
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    assert kinds_for(year.coordinator) == {TodoKind.DRAFT_ANNOUNCEMENT}
    proposals.propose(paper, by=year.coordinator)
    assert kinds_for(year.coordinator) == set()
    assert kinds_for(year.deputy) == {TodoKind.ENDORSE}
    assert kinds_for(year.director) == set()
    decisions.endorse(paper, opinion="เห็นควรลงนาม", by=year.deputy)
    assert kinds_for(year.deputy) == set()
    assert kinds_for(year.director) == {TodoKind.APPROVE}
    decisions.approve(paper, by=year.director)
    assert kinds_for(year.coordinator) == {TodoKind.PUBLISH}
    proposals.publish(paper, by=year.coordinator)
    assert kinds_for(year.coordinator) == {TodoKind.ACKNOWLEDGE, TodoKind.FINISH_STEP}
    assert kinds_for(year.staff[0]) == {TodoKind.ACKNOWLEDGE}
    proposals.acknowledge(paper, by=year.staff[0])
    assert kinds_for(year.staff[0]) == set()


@committed
def test_returned_paper_waits_for_the_coordinator():
    year = make.make_year()
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.return_(paper, opinion="แก้ถ้อยคำ", by=year.deputy)
    (todo,) = todos_of(year.cycle, clock.now())
    assert todo.kind == TodoKind.ANSWER_RETURNED
    assert todo.users == (year.coordinator.pk,)
    assert todo.blocks


@committed
def test_acknowledgement_outlives_its_step_and_blocks_nothing():
    year = make.make_year()
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    decisions.approve(paper, by=year.director)
    proposals.publish(paper, by=year.coordinator)
    moves.finish_step(year.cycle.steps.get(kind=1), by=year.coordinator)
    assert TodoKind.ACKNOWLEDGE in kinds_for(year.staff[0])
    User.objects.filter(pk=year.staff[0].pk).update(is_active=False)
    (todo,) = [t for t in todos_of(year.cycle, clock.now()) if t.kind == TodoKind.ACKNOWLEDGE]
    assert year.staff[0].pk not in todo.users


@committed
def test_later_version_waits_for_its_decision_though_its_step_is_done():
    year = make.make_year()
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    decisions.approve(paper, by=year.director)
    proposals.publish(paper, by=year.coordinator)
    moves.finish_step(year.cycle.steps.get(kind=1), by=year.coordinator)
    later = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    assert TodoKind.DRAFT_ANNOUNCEMENT not in kinds_for(year.coordinator)
    proposals.propose(later, by=year.coordinator)
    assert TodoKind.ENDORSE in kinds_for(year.deputy)
    decisions.endorse(later, opinion="เห็นควร", by=year.deputy)
    (todo,) = [t for t in todos_of(year.cycle, clock.now()) if t.kind == TodoKind.APPROVE]
    assert todo.users == (year.director.pk,)
    assert todo.due == clock.today() + timedelta(days=7)
    assert not todo.blocks
    decisions.approve(later, by=year.director)
    assert TodoKind.APPROVE not in kinds_for(year.director)
    assert TodoKind.PUBLISH in kinds_for(year.coordinator)
    proposals.publish(later, by=year.coordinator)
    assert TodoKind.PUBLISH not in kinds_for(year.coordinator)


@committed
def test_step_two_wants_a_briefing_and_names():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.BRIEFING)
    assert blocking(year.cycle) == {TodoKind.HOLD_BRIEFING, TodoKind.ASSIGN}
    hold_meeting(year, MeetingKind.BRIEFING)
    assert blocking(year.cycle) == {TodoKind.ASSIGN}
    assign_all(year.cycle, year.staff[0])
    assert blocking(year.cycle) == set()
    assert kinds_for(year.coordinator) == {TodoKind.FINISH_STEP}


@committed
def test_named_person_who_left_counts_as_missing():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.BRIEFING)
    assign_all(year.cycle, year.staff[0])
    User.objects.filter(pk=year.staff[0].pk).update(is_active=False)
    (todo,) = [t for t in todos_of(year.cycle, clock.now()) if t.kind == TodoKind.ASSIGN]
    assert todo.params["n"] == 7
    assert "1.1.1" in todo.detail


@committed
def test_called_meeting_is_due_on_its_day():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.BRIEFING)
    later = clock.now() + timedelta(days=10)
    meeting = calling.create_meeting(
        year.cycle,
        kind=MeetingKind.BRIEFING,
        title="ประชุมชี้แจง",
        starts_at=later,
        place="ห้อง",
        agenda=[],
        by=year.coordinator,
    )
    (todo,) = [t for t in todos_of(year.cycle, clock.now()) if t.kind == TodoKind.HOLD_BRIEFING]
    assert todo.due == clock.today(later)
    (after,) = [t for t in todos_of(year.cycle, later) if t.kind == TodoKind.MINUTES]
    assert after.key == f"skn2:2560:minutes:{meeting.pk}"
    assert after.blocks


@committed
def test_step_three_ends_with_the_order():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.APPOINTMENT)
    assert blocking(year.cycle) == {TodoKind.DRAFT_ORDER}
    make.appoint(year, members=[year.director])
    assert blocking(year.cycle) == set()


@committed
def test_step_four_waits_for_each_collector():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    writer, member = year.staff
    assign_all(year.cycle, writer)
    make.appoint(year, members=[member, year.coordinator, year.director], writer=writer)
    assert kinds_for(writer) == {TodoKind.WRITE_ITEM}
    assert kinds_for(year.coordinator) == {TodoKind.HOLD_COMMITTEE_MEETING}
    hold_meeting(year, MeetingKind.COMMITTEE)
    items = Item.objects.filter(assessment=year.cycle.assessment)
    for item in items:
        save_item(
            item,
            narrative="ดำเนินการแล้ว",
            result="",
            no_evidence_reason="เป็นการสังเกต",
            version=item.version,
            by=writer,
        )
    assert blocking(year.cycle) == set()
    # Complete but not handed in: still the collector's, no longer in the way.
    assert kinds_for(writer) == {TodoKind.HAND_IN}
    keys = {todo.key for todo in todos_for(writer, clock.now())}
    assert keys == {f"skn2:2560:write_item:{item.consideration.code}" for item in items}
    for item in items:
        hand_in(item, by=writer)
    assert kinds_for(writer) == set()


@committed
def test_item_says_what_it_lacks():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    writer = year.staff[0]
    assign_all(year.cycle, writer)
    make.appoint(year, members=[], writer=writer)
    item = Item.objects.get(assessment=year.cycle.assessment, consideration__code="1.1.1")
    key = "skn2:2560:write_item:1.1.1"

    def title():
        return next(t.title for t in todos_of(year.cycle, clock.now()) if t.key == key)

    assert title() == "เขียนผลการดำเนินงาน 1.1.1 ประเด็นที่ 1.1.1"
    texts = {"result": "", "by": writer, "narrative": "ทำแล้ว"}
    item = save_item(item, no_evidence_reason="", version=0, **texts)
    assert title() == "แนบหลักฐาน 1.1.1 ประเด็นที่ 1.1.1"
    save_item(item, no_evidence_reason="ไม่มี", version=item.version, **texts)
    assert title() == "ส่งผลการดำเนินงาน 1.1.1 ประเด็นที่ 1.1.1"


@committed
def test_item_nobody_may_write_waits_for_the_order():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    assign_all(year.cycle, year.staff[0])
    assert kinds_for(year.staff[0]) == set()
    assert TodoKind.WRITE_ITEM in blocking(year.cycle)
    assert kinds_for(year.coordinator) == {TodoKind.DRAFT_ORDER}


@committed
def test_step_five_scores_then_the_sar():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    member = year.staff[0]
    assign_all(year.cycle, year.staff[1])
    make.appoint(year, members=[member], writer=year.staff[1])
    assert kinds_for(member) == {TodoKind.SCORE}
    assert kinds_for(year.staff[1]) == {TodoKind.REVIEW_INDICATOR}
    assert blocking(year.cycle) == {TodoKind.AGREE, TodoKind.DRAFT_SAR}
    items = Item.objects.filter(assessment=year.cycle.assessment)
    for item in items:
        save_score(item, level=4, reason="ครบ", version=0, by=member)
    assert kinds_for(member) == {TodoKind.SCORE}
    hand_in_scores(year.cycle.assessment, by=member)
    assert kinds_for(member) == set()
    for review in year.cycle.assessment.reviews.all():
        texts = {"strengths": "เด่น", "to_improve": "ควรพัฒนา", "problems": "", "measures": ""}
        save_review(review, version=0, by=year.staff[1], **texts)
    assert kinds_for(year.staff[1]) == set()
    make.agree_all(year)
    assert blocking(year.cycle) == {TodoKind.DRAFT_SAR}
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.SAR, by=year.coordinator)
    assert blocking(year.cycle) == {TodoKind.DRAFT_SAR, TodoKind.RENDER_SAR}
    proposals.record_rendering(paper, sha256="a" * 64, at=clock.now())
    assert blocking(year.cycle) == {TodoKind.DRAFT_SAR}


@committed
def test_step_six_goes_to_obec_and_back():
    year = make.make_year()
    reviewer = make_reviewer()
    make.jump_to(year.cycle, StepKind.SUMMARY)
    assert blocking(year.cycle) == {TodoKind.SUBMIT_SUMMARY}
    assert kinds_for(reviewer) == set()
    make.submit(year)
    assert kinds_for(year.coordinator) == set()
    assert kinds_for(reviewer) == {TodoKind.VERIFY}
    for item in Item.objects.filter(assessment=year.cycle.assessment):
        verify_score(item, level=4, reason="เห็นตาม", by=reviewer)
    assert kinds_for(reviewer) == set()
    finding = recommendations.add(
        year.cycle, indicator=None, problem="", recommendation="ควรทำเพิ่ม", by=reviewer
    )
    assert kinds_for(year.coordinator) == {TodoKind.ANSWER_RECOMMENDATION}
    recommendations.answer(finding, text="จะทำ", owner=year.staff[0], by=year.coordinator)
    assert kinds_for(year.coordinator) == {TodoKind.FINISH_STEP}
    moves.finish_step(year.cycle.steps.get(kind=6), by=year.coordinator)
    assert todos_of(year.cycle, clock.now()) == []
    assert kinds_for(year.coordinator) == set()


# -- who ------------------------------------------------------------------------------
def test_who_acts_for_the_director_is_asked():
    year = make.make_year()
    deputy = year.staff[0]
    today = clock.today()
    act_for(deputy, Role.DIRECTOR, since=today, until=today)
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    assert kinds_for(deputy) == {TodoKind.APPROVE}


def test_proposer_is_never_asked_to_decide():
    year = make.make_year()
    grant(year.coordinator, Role.DIRECTOR)
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    assert kinds_for(year.coordinator) == set()
    assert kinds_for(year.director) == {TodoKind.APPROVE}


def test_office_without_deputy_review_asks_the_director_at_once():
    year = make.make_year()
    year.office.deputy_reviews = False
    year.office.save()
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    assert kinds_for(year.director) == {TodoKind.APPROVE}


def test_a_reviewers_todos_are_those_of_the_cycles():
    reviewer, edition = make_reviewer(), make_edition(1, 1, 3)
    years = [make.make_year(f"skn{n}", edition=edition) for n in range(4)]
    for year in years[:3]:
        make.submit(year)
    begun, done = (
        Item.objects.filter(assessment=year.cycle.assessment).order_by("pk") for year in years[:2]
    )
    for item in (begun[0], *done):
        verify_score(item, level=4, reason="เห็นตาม", by=reviewer)
    at = clock.now()
    cycles = [year.cycle for year in years]
    waiting = [todo for todos in todos_by_cycle(cycles, at).values() for todo in todos]
    theirs = [todo for todo in waiting if reviewer.pk in todo.users]
    found = todos_for(User.objects.get(pk=reviewer.pk), at)
    assert {(todo, todo.title, todo.url) for todo in found} == {
        (todo, todo.title, todo.url) for todo in theirs
    }
    assert [todo.params["n"] for todo in found] == [2, 3]


def test_other_office_hears_nothing():
    make.make_year()
    other = make.make_year("skn1", edition=make_edition())
    keys = {todo.office_code for todo in todos_for(other.coordinator, clock.now())}
    assert keys == {"skn1"}


@pytest.mark.parametrize("step", StepKind)
def test_every_step_blocks_when_it_begins(step):
    year = make.make_year()
    make.jump_to(year.cycle, step)
    found = [todo for todo in todos_of(year.cycle, clock.now()) if todo.blocks]
    assert found
    assert {todo.step for todo in found} == {step}


def test_transfer_passes_the_item_on():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    first, second = year.staff
    assign_all(year.cycle, first)
    make.appoint(year, members=[], writer=first)
    row = year.cycle.assessment.assignments.get(consideration__code="1.1.1")
    row.until = clock.now()
    row.save()
    put_in_charge(year.cycle.assessment, row.consideration, second)
    make.let_write(year, second)
    (mine,) = todos_for(second, clock.now())
    assert mine.key == "skn2:2560:write_item:1.1.1"
    assert mine.key not in {todo.key for todo in todos_for(first, clock.now())}


def test_submission_lacks_what_the_gate_says():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SUMMARY)
    assert len(submissions.lacks(year.cycle)) == 1
