"""What keeps a step open, through the todos; the SAR's way to its lock and back."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, RuleBroken
from indicators.models import AgreedScore, Item
from tests.factories.workflow import (
    get_step,
    load_cycle,
    load_proposal,
    make_approved,
    make_draft,
    put_step,
)
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind, ProposalState, StepKind, StepState
from workflow.steps.moves import finish_step, missing_of, reopen_step

pytestmark = pytest.mark.django_db
SAR = ProposalKind.SAR


def _missing(cycle, kind):
    return [todo.kind.value for todo in missing_of(get_step(cycle, kind), clock.now())]


def _score_everything(cycle, by):
    AgreedScore.objects.bulk_create(
        AgreedScore(item=item, level=4, reason="ครบถ้วน", saved_at=clock.now(), saved_by=by)
        for item in Item.objects.filter(assessment=cycle.assessment)
    )


def _rendered_draft(cycle, cast):
    draft = make_draft(cycle, SAR, by=cast.coordinator)
    assert proposals.record_rendering(draft, sha256="b" * 64, at=clock.now())
    return draft


def _approved_sar(cycle, cast):
    _score_everything(cycle, cast.coordinator)
    draft = _rendered_draft(cycle, cast)
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    decisions.approve(draft, by=cast.director, gaps_reason="ครบกำหนดส่งแล้ว")
    return draft


# -- step 1 ------------------------------------------------------------------------------
def test_agenda_is_finished_only_after_publication(cycle, cast):
    assert _missing(cycle, StepKind.AGENDA) == ["draft_announcement"]
    announcement = make_approved(cycle, cast=cast)
    assert _missing(cycle, StepKind.AGENDA) == ["publish"]
    with pytest.raises(MoveRefused):
        finish_step(get_step(cycle, StepKind.AGENDA), by=cast.coordinator)
    proposals.publish(announcement, by=cast.coordinator)
    # Who has not acknowledged is shown and keeps nobody back.
    assert _missing(cycle, StepKind.AGENDA) == []
    finish_step(get_step(cycle, StepKind.AGENDA), by=cast.coordinator)
    assert get_step(cycle, StepKind.BRIEFING).state == StepState.OPEN


@pytest.mark.parametrize("kind", list(StepKind))
def test_every_open_step_of_an_empty_year_lacks_something(cycle, cast, kind):
    step = put_step(cycle, kind, StepState.OPEN)
    assert missing_of(step, clock.now())
    with pytest.raises(MoveRefused):
        finish_step(step, by=cast.coordinator)
    assert get_step(cycle, kind).state == StepState.OPEN


# -- step 5: the SAR ------------------------------------------------------------------------
def test_sar_is_proposed_only_scored_and_rendered(cycle, cast):
    draft = _rendered_draft(cycle, cast)
    with pytest.raises(RuleBroken):
        proposals.propose(draft, by=cast.coordinator)
    _score_everything(cycle, cast.coordinator)
    with pytest.raises(RuleBroken):  # scored after the rendering
        proposals.propose(draft, by=cast.coordinator)
    assert proposals.record_rendering(draft, sha256="c" * 64, at=clock.now())
    proposals.propose(draft, by=cast.coordinator)
    assert draft.state == ProposalState.PROPOSED


def test_sar_rendering_of_an_older_text_does_not_count(cycle, cast):
    draft = make_draft(cycle, SAR, by=cast.coordinator)
    taken = clock.now()
    proposals.save_draft(
        draft, subject=draft.subject, body=draft.body, edit=draft.edit, by=cast.coordinator
    )
    assert not proposals.record_rendering(draft, sha256="b" * 64, at=taken)
    assert load_proposal(draft.pk).rendered_sha256 == ""


def test_sar_saving_the_draft_drops_the_rendering(cycle, cast):
    draft = _rendered_draft(cycle, cast)
    proposals.save_draft(
        draft, subject="ใหม่", body=draft.body, edit=draft.edit, by=cast.coordinator
    )
    saved = load_proposal(draft.pk)
    assert (saved.rendered_sha256, saved.rendered_at) == ("", None)


def test_sar_rendering_after_the_proposal_changes_nothing(cycle, cast):
    _score_everything(cycle, cast.coordinator)
    draft = _rendered_draft(cycle, cast)
    proposals.propose(draft, by=cast.coordinator)
    assert not proposals.record_rendering(draft, sha256="f" * 64, at=clock.now())
    assert load_proposal(draft.pk).rendered_sha256 == "b" * 64


def test_sar_whose_scores_changed_after_the_proposal_is_not_approved(cycle, cast):
    _score_everything(cycle, cast.coordinator)
    draft = _rendered_draft(cycle, cast)
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    AgreedScore.objects.filter(item__assessment=cycle.assessment).update(
        saved_at=clock.now() + timedelta(seconds=1)
    )
    with pytest.raises(RuleBroken):
        decisions.approve(draft, by=cast.director)
    fresh = load_proposal(draft.pk)
    assert fresh.state == ProposalState.ENDORSED
    assert fresh.cycle.assessment.is_open
    assert not Event.objects.filter(verb="proposal.approve").exists()


def test_sar_approval_locks_the_assessment(cycle, cast):
    sar = _approved_sar(cycle, cast)
    assert load_proposal(sar.pk).state == ProposalState.APPROVED
    assert not load_cycle(cycle.pk).assessment.is_open


def test_reopening_step_5_supersedes_the_sar_and_unlocks(cycle, cast):
    sar = _approved_sar(cycle, cast)
    step = put_step(cycle, StepKind.SELF_ASSESSMENT, StepState.DONE)
    reopen_step(step, by=cast.coordinator, why="พบคะแนนคลาดเคลื่อน")
    assert load_proposal(sar.pk).state == ProposalState.SUPERSEDED
    assert load_cycle(cycle.pk).assessment.is_open
    assert Event.objects.get(verb="proposal.supersede").why == "พบคะแนนคลาดเคลื่อน"
    draft = make_draft(load_cycle(cycle.pk), SAR, by=cast.coordinator)
    assert draft.version == 2


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_no_other_step_behind_an_approved_sar_is_opened_again(cycle, cast, kind):
    sar = _approved_sar(cycle, cast)
    step = get_step(cycle, kind)
    assert step.state == StepState.DONE
    with pytest.raises(MoveRefused) as refused:
        reopen_step(step, by=cast.coordinator, why="เพิ่มผู้รับผิดชอบ")
    assert "ขั้นตอนที่ 5" in refused.value.message
    assert get_step(cycle, kind).state == StepState.DONE
    assert load_proposal(sar.pk).state == ProposalState.APPROVED
    assert not load_cycle(cycle.pk).assessment.is_open


def test_next_sar_of_a_locked_year_supersedes_without_unlocking(cycle, cast):
    first = _approved_sar(cycle, cast)
    draft = make_draft(load_cycle(cycle.pk), SAR, by=cast.coordinator)
    proposals.record_rendering(draft, sha256="d" * 64, at=clock.now())
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    decisions.approve(draft, by=cast.director, gaps_reason="แก้ไขคำผิด")
    assert load_proposal(first.pk).state == ProposalState.SUPERSEDED
    assert not load_cycle(cycle.pk).assessment.is_open
