"""A paper that the director takes out of force: who may, who is notified, what ends with it."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.models import AssessmentUserPermission, ItemUserPermission
from notifications.models import Notification
from people.states import Role
from tests.factories.people import act_for, make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_draft,
    put_step,
)
from tests.workflow.papers.pages import url
from workflow.models import Committee, Decision, IssuedNumber
from workflow.papers import decisions, proposals, revoking
from workflow.states import ProposalKind, ProposalMove, ProposalState, StepState
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
WHY = "รายชื่อคลาดเคลื่อน"


@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


def test_revoked_order_ends_its_committee_and_rights(cycle, cast):
    order = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    assert AssessmentUserPermission.objects.exists()
    assert ItemUserPermission.objects.exists()
    revoking.revoke(order, by=cast.director, why=WHY)
    assert load_proposal(order.pk).state == ProposalState.REVOKED
    assert Committee.objects.get().until is not None
    assert not AssessmentUserPermission.objects.exists()
    assert not ItemUserPermission.objects.exists()
    assert IssuedNumber.objects.filter(proposal=order).count() == 2, "numbers are never taken back"
    notifications = Notification.objects.filter(kind="proposal_revoked")
    assert {row.recipient for row in notifications} == set(vars(cast).values())
    assert {row.body for row in notifications} == {WHY}
    event = Event.objects.get(verb="proposal.revoke")
    assert (event.actor, event.why) == (cast.director, WHY)


def test_revoked_order_is_missing_again_and_a_new_version_may_begin(cycle, cast):
    put_step(cycle, 1, StepState.DONE)
    put_step(cycle, 2, StepState.DONE)
    put_step(cycle, 3, StepState.OPEN)
    order = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    at = clock.now()
    assert "draft_order" not in {todo.kind.value for todo in todos_of(cycle, at)}
    revoking.revoke(order, by=cast.director, why=WHY)
    (todo,) = [todo for todo in todos_of(cycle, at) if todo.kind.value == "draft_order"]
    assert todo.blocks
    newer = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    assert (newer.version, newer.subject) == (2, order.subject)
    proposals.propose(newer, by=cast.coordinator)
    decisions.endorse(newer, by=cast.deputy)
    decisions.approve(newer, by=cast.director)
    assert load_proposal(newer.pk).number == "2"
    assert Committee.objects.get(until__isnull=True).order_id == newer.pk


def test_revoked_announcement_reaches_who_was_asked_to_acknowledge(cycle, cast, office):
    announcement = make_approved(cycle, cast=cast)
    proposals.publish(announcement, by=cast.coordinator)
    outsider = make_person(make_office("skn1"))
    revoking.revoke(announcement, by=cast.director, why=WHY)
    notified = {row.recipient for row in Notification.objects.filter(kind="proposal_revoked")}
    assert notified == set(vars(cast).values())
    assert outsider not in notified
    with pytest.raises(MoveRefused):
        proposals.publish(load_proposal(announcement.pk), by=cast.coordinator)


@pytest.mark.parametrize("role", ["deputy", "coordinator", "group_director", "staff"])
def test_revoke_by_others_than_the_director_is_refused(cycle, cast, role):
    announcement = make_approved(cycle, cast=cast)
    with pytest.raises(NotAllowed):
        revoking.revoke(announcement, by=getattr(cast, role), why=WHY)
    with pytest.raises(NotAllowed):
        revoking.revoke(announcement, by=make_person(make_office("skn1"), Role.DIRECTOR), why=WHY)
    assert load_proposal(announcement.pk).state == ProposalState.APPROVED


@pytest.mark.parametrize("days", [0, 1])
def test_revoke_by_who_acts_for_the_director_within_the_period_only(cycle, cast, days):
    until = clock.today() - timedelta(days=days)
    act_for(cast.staff, Role.DIRECTOR, since=until - timedelta(days=9), until=until)
    announcement = make_approved(cycle, cast=cast)
    if days:
        with pytest.raises(NotAllowed):
            revoking.revoke(announcement, by=cast.staff, why=WHY)
        return
    decision = revoking.revoke(announcement, by=cast.staff, why=WHY)
    assert (decision.move, decision.acting) == (ProposalMove.REVOKE, True)
    assert Event.objects.get(verb="proposal.revoke").acting_for == Role.DIRECTOR


def test_revoke_needs_a_reason(cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    with pytest.raises(RuleBroken) as refused:
        revoking.revoke(announcement, by=cast.director, why="  ")
    assert refused.value.field == "why"
    assert not Decision.objects.filter(move="revoke").exists()


def test_revoke_twice_reads_who_did_it(cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    stale = load_proposal(announcement.pk)
    revoking.revoke(announcement, by=cast.director, why=WHY)
    with pytest.raises(MoveRefused) as refused:
        revoking.revoke(stale, by=cast.director, why=WHY)
    assert cast.director.full_name in refused.value.message


@pytest.mark.parametrize("kind", [ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER])
@pytest.mark.parametrize("later", ["draft", "proposed", "returned"])
def test_no_later_version_keeps_the_director_from_revoking_what_is_in_force(
    client_for, cycle, cast, kind, later
):
    """Whoever began another draft took the way from the director."""
    paper = make_approved(cycle, kind, cast=cast)
    newer = make_draft(cycle, kind, by=cast.coordinator)
    if later != "draft":
        proposals.propose(newer, by=cast.coordinator)
    if later == "returned":
        decisions.return_(load_proposal(newer.pk), by=cast.director, opinion="แก้รายชื่อ")
    client, page = client_for(cast.director), url("proposal_version", kind, 1)
    assert page in client.get(url(kind=kind)).content.decode()
    assert url("proposal_revoke", kind) in client.get(page).content.decode()
    sent = {"version": 1, "seen": paper.edit, "why": ""}
    refused = client.post(url("proposal_revoke", kind), sent)
    assert refused.status_code == 400
    assert refused.context["proposal"] == paper
    assert list(refused.context["revoke_form"].errors) == ["why"]
    assert client.post(url("proposal_revoke", kind), sent | {"why": WHY}).status_code == 302
    assert load_proposal(paper.pk).state == ProposalState.REVOKED
    assert load_proposal(newer.pk).state == later
    for person in (cast.coordinator, cast.deputy, cast.staff):
        assert url("proposal_revoke", kind) not in client_for(person).get(page).content.decode()
