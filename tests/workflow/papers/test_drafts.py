"""Versions, saving, proposing; publishing an announcement and acknowledging it."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from notifications.models import Notification
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    load_proposal,
    make_approved,
    make_draft,
    make_proposed,
)
from tests.workflow.papers.moving import bring_to
from workflow.models import Acknowledgement
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db


# -- drafts and versions --------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ProposalKind.values)
def test_start_draft_is_prefilled(cycle, cast, kind):
    draft = make_draft(cycle, kind, by=cast.coordinator)
    assert "2560" in draft.subject
    texts = [text for text in draft.body.values() if isinstance(text, str)]
    assert texts
    assert all(texts)


def test_start_draft_while_one_is_underway_is_refused(cycle, cast):
    make_draft(cycle, by=cast.coordinator)
    with pytest.raises(MoveRefused):
        make_draft(cycle, by=cast.coordinator)


def test_start_draft_of_an_unknown_kind_is_refused(cycle, cast):
    with pytest.raises(ValueError, match="memo"):
        proposals.start_draft(cycle, kind="memo", by=cast.coordinator)


@pytest.mark.parametrize("state", [ProposalState.RETURNED, ProposalState.APPROVED])
def test_start_draft_after_a_decision_makes_the_next_version(cycle, cast, state):
    before = bring_to(state, cycle, cast)
    draft = make_draft(cycle, by=cast.coordinator)
    assert (draft.version, draft.subject) == (2, before.subject)
    assert load_proposal(before.pk).state == state


def test_approve_supersedes_the_version_in_force(cycle, cast):
    first = make_approved(cycle, cast=cast)
    body = first.body
    second = make_approved(cycle, cast=cast)
    first = load_proposal(first.pk)
    assert (first.state, second.state) == (ProposalState.SUPERSEDED, ProposalState.APPROVED)
    assert first.body == body
    assert Event.objects.filter(verb="proposal.supersede", target_id=str(first.pk)).count() == 1


def test_save_draft_refuses_an_older_edit_and_shows_what_stands_there(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    stale = load_proposal(draft.pk)
    body = {**draft.body, "text": "ข้อความของเขา"}
    proposals.save_draft(draft, subject="เรื่อง ก", body=body, edit=0, by=cast.coordinator)
    with pytest.raises(StaleEdit) as refused:
        proposals.save_draft(stale, subject="ข", body=body, edit=0, by=cast.coordinator)
    assert {"เรื่อง ก", "ข้อความของเขา"} <= set(refused.value.theirs.values())
    assert load_proposal(draft.pk).edit == 1


@pytest.mark.parametrize("state", [s for s in ProposalState.values if s != ProposalState.DRAFT])
def test_save_draft_of_anything_else_is_refused(cycle, cast, state):
    proposal = bring_to(state, cycle, cast)
    subject = proposal.subject
    with pytest.raises(MoveRefused):
        proposals.save_draft(
            proposal, subject="แก้", body={}, edit=proposal.edit, by=cast.coordinator
        )
    assert load_proposal(proposal.pk).subject == subject


def test_propose_of_an_empty_text_is_refused(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    proposals.save_draft(
        draft, subject=" ", body={**draft.body, "text": " "}, edit=0, by=cast.coordinator
    )
    with pytest.raises(RuleBroken):
        proposals.propose(draft, by=cast.coordinator)
    assert load_proposal(draft.pk).state == ProposalState.DRAFT


def test_propose_notifies_the_deputy_then_the_director(cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    assert Notification.objects.get(kind="proposal_proposed").recipient == cast.deputy
    decisions.endorse(proposal, by=cast.deputy)
    assert Notification.objects.get(kind="proposal_endorsed").recipient == cast.director


def test_propose_after_withdrawal_is_news_again(cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    proposals.withdraw(proposal, by=cast.coordinator)
    assert (proposal.proposed_by, proposal.edit) == (None, 1)
    proposals.propose(proposal, by=cast.coordinator)
    assert Notification.objects.filter(kind="proposal_proposed").count() == 2


# -- announcement: publish and acknowledge ----------------------------------------------
def test_publish_asks_every_active_person_once(office, cycle, cast):
    make_person(office, is_active=False)
    make_person(make_office("skn1"))
    proposal = make_approved(cycle, cast=cast)
    proposals.publish(proposal, by=cast.coordinator)
    asked = Acknowledgement.objects.filter(proposal=proposal)
    assert {row.user for row in asked} == set(vars(cast).values())
    assert Notification.objects.filter(kind="acknowledge").count() == 5
    with pytest.raises(MoveRefused):
        proposals.publish(load_proposal(proposal.pk), by=cast.coordinator)
    assert Notification.objects.filter(kind="acknowledge").count() == 5


@pytest.mark.parametrize("state", [s for s in ProposalState.values if s != ProposalState.APPROVED])
def test_publish_of_what_is_not_approved_is_refused(cycle, cast, state):
    proposal = bring_to(state, cycle, cast)
    with pytest.raises(MoveRefused):
        proposals.publish(proposal, by=cast.coordinator)
    assert not Acknowledgement.objects.filter(proposal=proposal).exists()


def test_publish_by_staff_is_refused(cycle, cast):
    with pytest.raises(NotAllowed):
        proposals.publish(make_approved(cycle, cast=cast), by=cast.staff)


def test_acknowledge_counts_once_and_works_for_newcomers(office, cycle, cast):
    proposal = make_approved(cycle, cast=cast)
    with pytest.raises(MoveRefused):
        proposals.acknowledge(proposal, by=cast.staff)
    proposals.publish(proposal, by=cast.coordinator)
    assert proposals.acknowledge(proposal, by=cast.staff)
    at = Acknowledgement.objects.get(proposal=proposal, user=cast.staff).acknowledged_at
    assert not proposals.acknowledge(proposal, by=cast.staff)
    assert Acknowledgement.objects.get(proposal=proposal, user=cast.staff).acknowledged_at == at
    assert proposals.acknowledge(proposal, by=make_person(office))
    assert Event.objects.filter(verb="proposal.acknowledge").count() == 2
    with pytest.raises(NotAllowed):
        proposals.acknowledge(proposal, by=make_person(make_office("skn1")))
