"""A todo is for somebody who can do it now, on the page it leads to; else it waits for nobody."""

from datetime import date, timedelta

import pytest

from core import clock
from indicators.assignments import assignments
from indicators.models import Consideration, Item
from indicators.requests import requests
from indicators.scores.scores import agree
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.indicators import put_in_charge
from tests.factories.meetings import make_meeting
from tests.factories.people import act_for, grant, make_person, make_reviewer
from tests.factories.workflow import assign_all, load_cycle
from workflow.followup import recommendations, submissions
from workflow.models import Proposal, Step
from workflow.papers import decisions, proposals, revoking
from workflow.states import MeetingState, ProposalKind, StepKind
from workflow.steps import moves
from workflow.steps.chart import chart_of
from workflow.steps.overview import overview_of
from workflow.todo import TodoKind
from workflow.todos.queries import home_of
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
ANNOUNCEMENT, ORDER, SAR = ProposalKind


@pytest.fixture
def year():
    return make.make_year()


def waiting(year, kind):
    """The todos of a kind, computed from what is stored."""
    return [t for t in todos_of(load_cycle(year.cycle.pk), clock.now()) if t.kind == kind]


def one(year, kind):
    (todo,) = waiting(year, kind)
    return todo


def leave(*people):
    User.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)


def announce(year):
    """A published announcement."""
    paper = proposals.start_draft(year.cycle, kind=ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, by=year.deputy)
    decisions.approve(paper, by=year.director)
    return paper


# -- nobody is left ---------------------------------------------------------------------
def test_without_a_director_a_decision_waits_for_nobody_and_the_administrator_is_asked(year):
    admin = make_person(year.office, Role.ADMIN)
    paper = proposals.start_draft(year.cycle, kind=ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, by=year.deputy)
    leave(year.director)
    assert one(year, TodoKind.APPROVE).users == ()
    asked = one(year, TodoKind.FILL_ROLE)
    assert (asked.users, asked.key) == ((admin.pk,), "skn2:2560:fill_role:director")
    act_for(year.staff[0], Role.DIRECTOR, since=clock.today(), until=clock.today())
    assert one(year, TodoKind.APPROVE).users == (year.staff[0].pk,)
    assert waiting(year, TodoKind.FILL_ROLE) == []


def test_without_a_coordinator_the_administrator_is_asked(year):
    admin = make_person(year.office, Role.ADMIN)
    leave(year.coordinator)
    asked = one(year, TodoKind.FILL_ROLE)
    assert (asked.users, asked.url) == ((admin.pk,), "/people/")


def test_of_a_director_who_proposed_somebody_else_is_asked_for(year):
    admin = make_person(year.office, Role.ADMIN)
    grant(year.coordinator, Role.DIRECTOR)
    leave(year.director, year.deputy)
    paper = proposals.start_draft(year.cycle, kind=ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    assert one(year, TodoKind.APPROVE).users == ()
    assert one(year, TodoKind.FILL_ROLE).users == (admin.pk,)


# -- papers whose step is done ------------------------------------------------------------
@pytest.mark.parametrize("step", [StepKind.BRIEFING, StepKind.COMMITTEE_WORK])
def test_a_revoked_announcement_waits_for_another_though_its_step_is_done(year, step):
    paper = announce(year)
    make.jump_to(year.cycle, step)
    revoking.revoke(paper, by=year.director, why="ผิดปี")
    todo = one(year, TodoKind.DRAFT_ANNOUNCEMENT)
    assert todo.users == (year.coordinator.pk,)
    assert not todo.blocks
    assert todo.due >= clock.today()


def test_beside_a_newer_draft_the_announcement_in_force_is_published_and_acknowledged(
    year, client_for
):
    paper = announce(year)
    proposals.start_draft(load_cycle(year.cycle.pk), kind=ANNOUNCEMENT, by=year.coordinator)
    todo = one(year, TodoKind.PUBLISH)
    page = client_for(year.coordinator).get(todo.url).content.decode()
    assert "/proposals/announcement/publish/" in page
    proposals.publish(Proposal.objects.get(pk=paper.pk), by=year.coordinator)
    todo = one(year, TodoKind.ACKNOWLEDGE)
    page = client_for(year.staff[0]).get(todo.url).content.decode()
    assert "/proposals/announcement/acknowledge/" in page


def test_a_second_announcement_makes_nobody_late_on_its_day(year):
    Step.objects.filter(cycle=year.cycle, kind=1).update(
        planned_start=date(2010, 1, 1), planned_end=date(2010, 1, 31)
    )
    proposals.publish(announce(year), by=year.coordinator)
    assert one(year, TodoKind.ACKNOWLEDGE).due == clock.today() + timedelta(days=7)
    moves.finish_step(year.cycle.steps.get(kind=1), by=year.coordinator)
    later = announce(year)
    proposals.publish(later, by=year.coordinator)
    assert one(year, TodoKind.ACKNOWLEDGE).due == clock.today() + timedelta(days=7)


def test_obec_is_asked_and_answered_in_due_time_though_the_year_is_over(year):
    reviewer = make_reviewer()
    make.jump_to(year.cycle, StepKind.SUMMARY, due=date(2010, 9, 30))
    make.lock_with_sar(year)
    make.submit_summary(year.cycle, by=year.coordinator)
    assert one(year, TodoKind.VERIFY).due == clock.today() + timedelta(days=30)
    cycle = load_cycle(year.cycle.pk)
    submissions.open_submission(cycle, by=reviewer)
    recommendations.add(cycle, indicator=None, problem="", recommendation="ควรทำ", by=reviewer)
    assert one(year, TodoKind.ANSWER_RECOMMENDATION).due == clock.today() + timedelta(days=14)


# -- who writes -----------------------------------------------------------------------------
@pytest.fixture
def working(year):
    """Step 4 with an order in force: the first of the staff writes everything."""
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[year.director, year.staff[1]], writer=year.staff[0])
    return year


def test_what_a_collector_who_left_should_write_is_handed_on_by_the_coordinator(
    working, client_for
):
    leave(working.staff[0])
    todos = waiting(working, TodoKind.HAND_ON)
    assert len(todos) == Item.objects.filter(assessment=working.cycle.assessment).count()
    assert {todo.users for todo in todos} == {(working.coordinator.pk,)}
    assert all(todo.blocks for todo in todos)
    assert client_for(working.coordinator).get(todos[0].url).status_code == 200
    assignments.assign(
        working.cycle.assessment,
        target=Consideration.objects.get(code="1.1.1"),
        user=working.staff[1],
        by=working.coordinator,
        reason="ผู้เดิมย้าย",
    )
    (todo,) = [t for t in waiting(working, TodoKind.WRITE_ITEM) if t.key.endswith("1.1.1")]
    assert todo.users == (working.staff[1].pk,)


def test_what_no_order_lets_anybody_write_asks_for_another_order(working):
    row = working.cycle.assessment.assignments.get(consideration__code="1.1.1")
    for one_of_them in working.cycle.assessment.assignments.exclude(pk=row.pk):
        assignments.end_assignment(one_of_them, by=working.coordinator, reason="ยกเลิก")
    assignments.end_assignment(row, by=working.coordinator, reason="ยกเลิก")
    put_in_charge(working.cycle.assessment, row.consideration, working.staff[1])
    (item,) = [t for t in waiting(working, TodoKind.WRITE_ITEM) if t.key.endswith("1.1.1")]
    assert item.users == ()
    order = one(working, TodoKind.DRAFT_ORDER)
    assert order.users == (working.coordinator.pk,)
    assert "4" in order.detail


def test_another_writer_of_the_order_writes_what_has_no_collector(working):
    make.let_write(working, working.staff[1])
    row = working.cycle.assessment.assignments.get(consideration__code="1.1.1")
    row.until = clock.now()
    row.save()
    (item,) = [t for t in waiting(working, TodoKind.WRITE_ITEM) if t.key.endswith("1.1.1")]
    assert set(item.users) == {person.pk for person in working.staff}


def test_a_revoked_order_leaves_nobody_to_write_and_asks_for_another(working):
    nobody = {"members": [], "supervisors": [], "collectors": []}
    Proposal.objects.filter(kind=ORDER).update(body=nobody)
    revoking.revoke(
        Proposal.objects.select_related("cycle__assessment__office").get(kind=ORDER),
        by=working.director,
        why="แต่งตั้งใหม่",
    )
    assert {t.users for t in waiting(working, TodoKind.WRITE_ITEM)} == {()}
    assert one(working, TodoKind.DRAFT_ORDER).users == (working.coordinator.pk,)
    meeting = one(working, TodoKind.HOLD_COMMITTEE_MEETING)
    assert meeting.users == ()
    assert meeting.blocks


def test_a_request_waits_for_who_may_do_it(working):
    item = Item.objects.select_related("assessment__office").get(consideration__code="1.1.1")
    requests.ask(item, text="ที่ใด", by=working.director)
    assert one(working, TodoKind.DO_REQUEST).users == (working.staff[0].pk,)
    row = working.cycle.assessment.assignments.get(consideration__code="1.1.1")
    row.until = clock.now()
    row.save()
    put_in_charge(working.cycle.assessment, row.consideration, working.staff[1])
    assert one(working, TodoKind.DO_REQUEST).users == (working.staff[0].pk,)
    item.user_permissions.all().delete()
    assert one(working, TodoKind.DO_REQUEST).users == (working.coordinator.pk,)


# -- the SAR and the summary ------------------------------------------------------------------
@pytest.fixture
def proposed(year):
    """A SAR before the director; then an agreed score changes."""
    make.jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    make.agree_all(year)
    paper = proposals.start_draft(year.cycle, kind=SAR, by=year.coordinator)
    proposals.record_rendering(paper, sha256="a" * 64, at=clock.now())
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, by=year.deputy)
    item = Item.objects.select_related("assessment__office").first()
    agree(item, level=2, reason="แก้ไข", version=item.agreed_score.version, by=year.coordinator)
    return year


def test_a_proposed_sar_that_grew_old_is_taken_back_by_its_proposer(proposed, client_for):
    assert waiting(proposed, TodoKind.RENDER_SAR) == []
    todo = one(proposed, TodoKind.TAKE_BACK_SAR)
    assert todo.users == (proposed.coordinator.pk,)
    page = client_for(proposed.coordinator).get(todo.url).content.decode()
    assert "/proposals/sar/withdraw/" in page


def test_the_director_sees_that_it_grew_old_and_returns_it(proposed, client_for):
    todo = one(proposed, TodoKind.APPROVE_SAR)
    page = client_for(proposed.director).get(todo.url)
    (old,) = page.context["panel"].blocks
    assert old.messages[0] in page.content.decode()
    assert "/proposals/sar/return/" in page.content.decode()


def test_the_summary_waits_for_nobody_before_the_sar_is_approved(year):
    make.jump_to(year.cycle, StepKind.SUMMARY)
    todo = one(year, TodoKind.SUBMIT_SUMMARY)
    assert (todo.users, todo.blocks) == ((), True)
    make.lock_with_sar(year)
    assert one(year, TodoKind.SUBMIT_SUMMARY).users == (year.coordinator.pk,)


# -- meetings -----------------------------------------------------------------------------------
def test_minutes_are_confirmed_on_the_page_of_the_later_meeting(year, client_for):
    first, last = (
        make_meeting(
            year.cycle,
            state=MeetingState.HELD,
            held_at=clock.now(),
            starts_at=clock.now() - timedelta(days=days),
        )
        for days in (9, 2)
    )
    todo = one(year, TodoKind.CONFIRM_MINUTES)
    assert todo.key.endswith(f":{first.pk}")
    page = client_for(year.coordinator).get(todo.url).content.decode()
    assert f"/meetings/{last.pk}/confirm/" in page


@pytest.mark.parametrize("at", [StepKind.SELF_ASSESSMENT, StepKind.SUMMARY, StepKind.AGENDA])
@pytest.mark.parametrize("kind", ["briefing", "committee"])
def test_minutes_are_owed_whichever_step_is_open(year, client_for, kind, at):
    """A meeting called for a later day takes place after its step was done, or before it began."""
    make.jump_to(year.cycle, at)
    if at == StepKind.SUMMARY:
        make.lock_with_sar(year)
    held = make_meeting(year.cycle, kind=kind, starts_at=clock.now() - timedelta(days=1))
    make_meeting(year.cycle, kind=kind, starts_at=clock.now() + timedelta(days=1))
    todo = one(year, TodoKind.MINUTES)
    assert todo.key.endswith(f":{held.pk}")
    assert (todo.users, todo.blocks) == ((year.coordinator.pk,), False)
    page = client_for(year.coordinator).get(todo.url).content.decode()
    assert f"/meetings/{held.pk}/minutes/" in page


# -- the same numbers ---------------------------------------------------------------------------
@pytest.mark.parametrize("done", [0, 1, 2, 3, 4])
def test_first_page_and_cycle_page_show_one_number(year, done):
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    items = Item.objects.filter(assessment=year.cycle.assessment).order_by("pk")
    items.filter(pk__in=[item.pk for item in items[:done]]).update(state="handed_in")
    make_meeting(year.cycle, state=MeetingState.HELD, held_at=clock.now())
    at, cycle = clock.now(), load_cycle(year.cycle.pk)
    chart = chart_of(
        cycle,
        todos=[],
        overview=overview_of(cycle, None),
        user=year.coordinator,
        day=clock.today(),
    )
    (glance,) = home_of(year.coordinator, at).glances
    assert chart[3].share.percent == glance.percent == done * 25


def test_who_left_counts_as_named_neither_in_the_chart_nor_in_the_gate(year):
    make.jump_to(year.cycle, StepKind.BRIEFING)
    assign_all(year.cycle, year.staff[0])
    leave(year.staff[0])
    overview = overview_of(load_cycle(year.cycle.pk), None)
    assert (overview.named, one(year, TodoKind.ASSIGN).params["n"]) == (0, overview.targets)
