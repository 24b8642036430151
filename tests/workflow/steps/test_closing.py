"""What an approved SAR closes, what it writes down of it, and how a reopening brings it back."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused
from indicators.models import AgreedScore, IndicatorReview, Item
from indicators.requests import requests
from notifications.models import Notification
from tests.factories.indicators import put_in_charge
from tests.factories.workflow import (
    get_step,
    load_cycle,
    load_proposal,
    make_draft,
    put_step,
)
from workflow.models import Reminder, Step, StepEvent
from workflow.papers import decisions, proposals
from workflow.reminders.planning import plan_due
from workflow.reminders.revalidation import Revalidation
from workflow.states import ProposalKind, StepKind, StepMove, StepState
from workflow.steps.moves import finish_step, open_step, reopen_step
from workflow.todo import TodoKind
from workflow.todos.todos import running, todos_of

pytestmark = pytest.mark.django_db
SAR = ProposalKind.SAR


def approve_sar(cycle, cast):
    """Every score agreed, the report made, proposed, endorsed and signed."""
    cycle = load_cycle(cycle.pk)
    for item in Item.objects.filter(assessment=cycle.assessment):
        AgreedScore.objects.get_or_create(
            item=item,
            defaults={
                "level": 4,
                "reason": "ครบ",
                "saved_at": clock.now(),
                "saved_by": cast.coordinator,
            },
        )
    draft = make_draft(cycle, SAR, by=cast.coordinator)
    proposals.record_rendering(draft, sha256="c" * 64, at=clock.now())
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    decisions.approve(draft, by=cast.director, gaps_reason="รอเอกสารจากโรงเรียน")
    return load_proposal(draft.pk)


def states(cycle):
    return list(Step.objects.filter(cycle=cycle).values_list("state", flat=True))


def last_event(cycle, kind):
    return StepEvent.objects.filter(step__cycle=cycle, step__kind=kind).last()


@pytest.fixture
def behind(cycle, cast):
    """Step 1 done; 2 never begun; 3, 4 and 5 open: then the SAR is approved."""
    put_step(cycle, StepKind.AGENDA, StepState.DONE)
    for kind in (StepKind.APPOINTMENT, StepKind.COMMITTEE_WORK, StepKind.SELF_ASSESSMENT):
        put_step(cycle, kind, StepState.OPEN)
    approve_sar(cycle, cast)
    return load_cycle(cycle.pk)


def test_approving_the_sar_closes_what_lies_before_the_summary(behind):
    assert states(behind) == ["done"] * 5 + ["open"]


def test_what_was_left_open_is_written_down_step_by_step(behind, cast):
    work = last_event(behind, StepKind.COMMITTEE_WORK)
    assert (work.move, work.before, work.actor) == (StepMove.CLOSE, "open", cast.director)
    said = [row["th"] for row in work.left_open]
    for item in Item.objects.filter(assessment=behind.assessment):
        assert any(item.consideration.code in text for text in said)
    assert "Write what was done for 1.1.1 ประเด็นที่ 1.1.1" in [r["en"] for r in work.left_open]
    waited = last_event(behind, StepKind.BRIEFING)
    assert (waited.before, [r["th"] for r in waited.left_open]) == (
        "waiting",
        ["ยังไม่ได้เริ่มขั้นตอนนี้"],
    )


def test_the_history_names_what_was_left_open(behind):
    event = Event.objects.get(verb="step.close", target_label__startswith="4.")
    assert len(event.after["left_open"]) == len(
        last_event(behind, StepKind.COMMITTEE_WORK).left_open
    )
    # The approval itself comes before what it closed.
    assert Event.objects.get(verb="proposal.approve").number < event.number


def test_who_had_it_stands_beside_what_was_left_open(cycle, cast):
    put_step(cycle, StepKind.BRIEFING, StepState.OPEN)
    approve_sar(cycle, cast)
    (row,) = [
        row for row in last_event(cycle, StepKind.BRIEFING).left_open if "ผู้รับผิดชอบ" in row["th"]
    ]
    assert row["people"] == cast.coordinator.full_name


def test_a_request_nobody_did_is_written_down_with_step_5(cycle, cast):
    for kind in range(1, 5):
        put_step(cycle, kind, StepState.DONE)
    put_step(cycle, StepKind.SELF_ASSESSMENT, StepState.OPEN)
    item = Item.objects.select_related("assessment__office").filter(assessment=cycle.assessment)
    requests.ask(item.first(), text="ที่ใด", by=cast.director)
    approve_sar(cycle, cast)
    assert any("ที่ใด" in r["th"] for r in last_event(cycle, StepKind.SELF_ASSESSMENT).left_open)
    kinds = {todo.kind for todo in todos_of(load_cycle(cycle.pk), clock.now())}
    assert TodoKind.DO_REQUEST not in kinds


def test_reopening_step_5_brings_each_step_back_to_where_it_was(behind, cast):
    reopen_step(get_step(behind, StepKind.SELF_ASSESSMENT), by=cast.coordinator, why="แก้คะแนน")
    assert states(behind) == ["done", "waiting", "open", "open", "open", "open"]
    waiting = todos_of(load_cycle(behind.pk), clock.now())
    assert TodoKind.WRITE_ITEM in {todo.kind for todo in waiting}


def test_reopening_step_5_of_a_finished_year_lets_it_run_again(behind, cast):
    put_step(behind, StepKind.SUMMARY, StepState.DONE)
    reopen_step(get_step(behind, StepKind.SELF_ASSESSMENT), by=cast.coordinator, why="แก้คะแนน")
    assert states(behind)[5] == "open"
    cycle = load_cycle(behind.pk)
    assert running().filter(pk=cycle.pk).exists()
    kinds = {todo.kind for todo in todos_of(cycle, clock.now()) if todo.users}
    assert TodoKind.DRAFT_SAR in kinds
    assert TodoKind.SUBMIT_SUMMARY not in kinds


def test_approved_again_it_closes_again(behind, cast):
    reopen_step(get_step(behind, StepKind.SELF_ASSESSMENT), by=cast.coordinator, why="แก้คะแนน")
    approve_sar(behind, cast)
    assert states(behind) == ["done"] * 5 + ["open"]


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_no_step_behind_the_lock_opens_whatever_state_it_is_in(behind, cast, kind):
    for state, move in (("done", reopen_step), ("waiting", open_step)):
        step = put_step(behind, kind, state)
        with pytest.raises(MoveRefused):
            move(step, by=cast.coordinator, why="เร่งด่วน")


def test_a_year_locked_by_an_older_version_is_finished_without_its_locked_work(behind, cast):
    step = put_step(behind, StepKind.COMMITTEE_WORK, StepState.OPEN)
    (todo,) = [t for t in todos_of(load_cycle(behind.pk), clock.now()) if t.step == 4]
    assert todo.kind == TodoKind.FINISH_STEP
    finish_step(step, by=cast.coordinator)


def test_the_planner_writes_nothing_for_a_locked_year_and_nothing_of_it_is_sent(cycle, cast):
    put_step(cycle, StepKind.COMMITTEE_WORK, StepState.OPEN)
    item = Item.objects.select_related(
        "assessment__office", "consideration__indicator__standard"
    ).filter(assessment=cycle.assessment)[0]
    put_in_charge(cycle.assessment, item.consideration, cast.staff)
    requests.ask(item, text="ที่ใด", by=cast.director)
    plan_due(clock.now())
    asked = Notification.objects.get(kind="request_asked")
    opened = Notification.objects.filter(kind="step_opened", url__endswith="/steps/1/").first()
    assert Revalidation()(asked, clock.now()) is not None
    approve_sar(cycle, cast)
    plan_due(clock.now() + timedelta(hours=2))
    assert not Reminder.objects.filter(step__lt=6, closed_at__isnull=True).exists()
    assert Revalidation()(asked, clock.now()) is None
    assert Revalidation()(opened, clock.now()) is None


def test_chart_and_step_say_that_it_was_closed_with_things_open(client_for, behind, cast):
    client = client_for(cast.staff)
    year = f"/o/{behind.office.code}/2560/"
    left = len(last_event(behind, StepKind.COMMITTEE_WORK).left_open)
    assert f"ปิดแล้ว ค้าง {left} เรื่อง" in client.get(year).content.decode()
    page = client.get(f"{year}steps/4/").content.decode()
    assert f"ปิดแล้ว ค้าง {left} เรื่อง" in page
    assert "1.1.1 ประเด็นที่ 1.1.1" in page


def test_a_locked_year_offers_no_step_to_open_but_the_fifth(client_for, behind, cast):
    client = client_for(cast.coordinator)
    year = f"/o/{behind.office.code}/2560/steps/"
    pages = {kind: client.get(f"{year}{kind}/").content.decode() for kind in range(1, 6)}
    offered = [kind for kind, page in pages.items() if f"{year}{kind}/reopen/" in page]
    assert offered == [5]


def test_a_step_in_which_nothing_was_left_is_simply_finished(cycle, cast):
    put_step(cycle, StepKind.SELF_ASSESSMENT, StepState.OPEN)
    IndicatorReview.objects.filter(assessment=cycle.assessment).update(
        strengths="เด่น", to_improve="พัฒนา"
    )
    approve_sar(cycle, cast)
    event = last_event(cycle, StepKind.SELF_ASSESSMENT)
    assert (event.move, event.left_open) == (StepMove.FINISH, [])
