"""Every state × every move of a proposal, who may, and what each move leaves behind."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.models import Blob
from notifications.models import Notification
from people.models import RoleGrant
from people.states import Role
from tests.factories.people import act_for, grant, make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_cycle,
    load_proposal,
    make_approved,
    make_draft,
    make_proposed,
)
from tests.workflow.papers.moving import ACTS, DECISIONS, OPINION, bring_to
from workflow.models import Decision, Proposal
from workflow.papers import decisions, moves, proposals
from workflow.states import ProposalKind, ProposalMove, ProposalState

pytestmark = pytest.mark.django_db


# -- states and moves -----------------------------------------------------------------
@pytest.mark.parametrize("deputy_reviews", [True, False])
@pytest.mark.parametrize("state", ProposalState.values)
@pytest.mark.parametrize("move", list(ACTS))
def test_move_from_every_state(office, cycle, cast, state, move, deputy_reviews):
    proposal = bring_to(state, cycle, cast)
    office.deputy_reviews = proposal.cycle.assessment.office.deputy_reviews = deputy_reviews
    office.save()
    events, decisions = Event.objects.count(), Decision.objects.count()
    rule = moves.MOVES[move]
    waits_for_deputy = (
        move == ProposalMove.APPROVE and state == ProposalState.PROPOSED and deputy_reviews
    )
    if state in rule.sources and not waits_for_deputy:
        ACTS[move](proposal, cast)
        assert load_proposal(proposal.pk).state == rule.target == proposal.state
        assert Event.objects.count() == events + 1
        assert Decision.objects.count() == decisions + (move in DECISIONS)
    else:
        with pytest.raises(RuleBroken if waits_for_deputy else MoveRefused):
            ACTS[move](proposal, cast)
        assert load_proposal(proposal.pk).state == state
        assert (Event.objects.count(), Decision.objects.count()) == (events, decisions)


@pytest.mark.parametrize("move", list(ACTS))
def test_move_of_two_stale_copies_one_wins(office, cycle, cast, move):
    office.deputy_reviews = False
    office.save()
    state = moves.MOVES[move].sources[0]
    proposal = bring_to(state, cycle, cast)
    first, second = load_proposal(proposal.pk), load_proposal(proposal.pk)
    ACTS[move](first, cast)
    notified, decided = Notification.objects.count(), Decision.objects.count()
    with pytest.raises(MoveRefused):
        ACTS[move](second, cast)
    assert (Notification.objects.count(), Decision.objects.count()) == (notified, decided)


@pytest.mark.parametrize("late", [ProposalMove.APPROVE, ProposalMove.RETURN, ProposalMove.WITHDRAW])
@pytest.mark.parametrize("first", [ProposalMove.APPROVE, ProposalMove.RETURN])
def test_late_decision_reads_who_decided_and_when(cycle, cast, first, late):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    stale = load_proposal(proposal.pk)
    ACTS[first](proposal, cast)
    with pytest.raises(MoveRefused) as refused:
        ACTS[late](stale, cast)
    assert cast.director.full_name in refused.value.message
    assert "น." in refused.value.message


def test_approve_of_a_text_that_changed_meanwhile_is_refused(cycle, cast):
    seen = bring_to(ProposalState.PROPOSED, cycle, cast)
    again = load_proposal(seen.pk)
    proposals.withdraw(again, by=cast.coordinator)
    proposals.save_draft(
        again, subject="เรื่องอื่น", body=again.body, edit=again.edit, by=cast.coordinator
    )
    proposals.propose(again, by=cast.coordinator)
    with pytest.raises(MoveRefused):
        decisions.endorse(seen, by=cast.deputy)
    assert load_proposal(seen.pk).state == ProposalState.PROPOSED


# -- who may ------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["director", "deputy", "group_director", "staff"])
def test_start_and_propose_by_others_than_the_coordinator_is_refused(cycle, cast, role):
    with pytest.raises(NotAllowed):
        proposals.start_draft(cycle, kind="announcement", by=getattr(cast, role))
    draft = make_draft(cycle, by=cast.coordinator)
    with pytest.raises(NotAllowed):
        proposals.propose(draft, by=getattr(cast, role))
    with pytest.raises(NotAllowed):
        proposals.save_draft(draft, subject="ก", body={}, edit=0, by=getattr(cast, role))


@pytest.mark.parametrize("role", ["deputy", "coordinator", "group_director", "staff"])
def test_approve_by_others_than_the_director_is_refused(cycle, cast, role):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=getattr(cast, role))


@pytest.mark.parametrize("role", ["director", "coordinator", "group_director", "staff"])
def test_endorse_by_others_than_a_deputy_is_refused(cycle, cast, role):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(NotAllowed):
        decisions.endorse(proposal, by=getattr(cast, role))


def test_approve_by_the_director_of_another_office_is_refused(cycle, cast):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=make_person(make_office("skn1"), Role.DIRECTOR))


def test_who_proposed_never_approves_or_endorses(cycle, cast, office):
    both = make_person(office, Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY)
    proposal = make_proposed(cycle, by=both)
    for act in (decisions.endorse, decisions.approve):
        with pytest.raises(NotAllowed):
            act(proposal, by=both)
    decisions.endorse(proposal, by=cast.deputy)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=both)
    decisions.approve(proposal, by=cast.director)


def test_withdraw_by_another_coordinator_is_refused(cycle, cast, office):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(NotAllowed):
        proposals.withdraw(proposal, by=make_person(office, Role.COORDINATOR))


def test_return_needs_a_reason_and_the_deputy_may(cycle, cast):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(RuleBroken):
        decisions.return_(proposal, by=cast.deputy, opinion="  ")
    decision = decisions.return_(proposal, by=cast.deputy, opinion=OPINION)
    assert (decision.role, decision.opinion) == (Role.DEPUTY, OPINION)
    notification = Notification.objects.get(kind="proposal_returned")
    assert (notification.recipient, notification.body) == (cast.coordinator, OPINION)


# -- the deputy ------------------------------------------------------------------------------
def test_needs_no_endorsement_without_a_deputy(office, cycle, cast):
    RoleGrant.objects.filter(user=cast.deputy).delete()
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    decisions.approve(proposal, by=cast.director)
    assert proposal.state == ProposalState.APPROVED


def test_needs_no_endorsement_when_the_only_deputy_acts_for_the_director(cycle, cast):
    day = clock.today()
    act_for(cast.deputy, Role.DIRECTOR, since=day, until=day)
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    assert not decisions.needs_endorsement(proposal)


# -- acting ------------------------------------------------------------------------------------
def test_acting_director_signs_as_such_within_the_period_only(office, cycle, cast):
    day = clock.today()
    act_for(cast.group_director, Role.DIRECTOR, since=day - timedelta(days=3), until=day)
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    long_ago = proposal.proposed_at - timedelta(days=9)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=long_ago)
    proposal.proposed_at = long_ago
    with pytest.raises(RuleBroken):
        decisions.approve(proposal, by=cast.group_director, dated=day - timedelta(days=4))
    decision = decisions.approve(proposal, by=cast.group_director, dated=day - timedelta(days=3))
    assert decision.acting
    assert load_proposal(proposal.pk).signed_as == {
        "name": cast.group_director.full_name,
        "position": cast.group_director.position,
        "acting": f"ผู้อำนวยการ{office.name}",
    }
    assert Event.objects.get(verb="proposal.approve").acting_for == Role.DIRECTOR


def test_acting_period_that_is_over_gives_nothing(cycle, cast):
    day = clock.today()
    act_for(cast.staff, Role.DIRECTOR, since=day - timedelta(days=9), until=day - timedelta(days=1))
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=cast.staff)


def test_director_signs_as_the_position_says(cycle, cast):
    proposal = make_approved(cycle, cast=cast)
    assert proposal.signed_as["acting"] == ""
    assert not proposal.decisions.get(move="approve").acting


@pytest.mark.parametrize("days", [-1, 1])
def test_approve_dated_in_the_future_or_before_the_proposal_is_refused(cycle, cast, days):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    day = clock.today() + timedelta(days=days)
    with pytest.raises(RuleBroken) as refused:
        decisions.approve(proposal, by=cast.director, dated=day)
    assert refused.value.field == "dated"
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED


def test_approve_before_the_proposal_counts_days_of_bangkok(cycle, cast):
    """Half past midnight in Bangkok is still the day before in UTC."""
    with clock.pretend(datetime(2017, 1, 9, 17, 30, tzinfo=UTC)):  # 10 January, 00:30
        proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
        with pytest.raises(RuleBroken):
            decisions.approve(proposal, by=cast.director, dated=date(2017, 1, 9))
        decisions.approve(proposal, by=cast.director, dated=date(2017, 1, 10))
    assert load_proposal(proposal.pk).dated == date(2017, 1, 10)


# -- on paper -----------------------------------------------------------------------------------
def _scan(office):
    return Blob.objects.create(
        office=office, sha256="a" * 64, size=1, media_type="application/pdf", created_at=clock.now()
    )


def test_a_signed_scan_is_entered_by_somebody_else_and_bears_the_director_s_signature(
    office, cycle, cast
):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    scan = decisions.SignedScan(_scan(office), "ประกาศลงนาม.pdf")
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=cast.coordinator, scan=scan)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=cast.deputy)
    decision = decisions.approve(proposal, by=cast.deputy, scan=scan)
    approved = load_proposal(proposal.pk)
    assert (decision.by, decision.on_paper) == (cast.deputy, True)
    assert (decision.scan, decision.scan_name) == (scan.blob, "ประกาศลงนาม.pdf")
    assert approved.approved_by == cast.director
    assert approved.signed_as["name"] == cast.director.full_name


def test_a_signed_scan_of_another_office_is_refused(office, cycle, cast):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    scan = decisions.SignedScan(_scan(make_office("skn1")), "ประกาศลงนาม.pdf")
    with pytest.raises(RuleBroken) as refused:
        decisions.approve(proposal, by=cast.deputy, scan=scan)
    assert refused.value.field == "scan"
    assert load_proposal(proposal.pk).state == ProposalState.PROPOSED


# -- news is never doubled ----------------------------------------------------------------
def test_approved_order_notifies_each_person_once(cycle, cast):
    assign_all(cycle, cast.staff)
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    notified = Notification.objects.filter(kind="appointed").values_list("recipient", flat=True)
    assert sorted(notified) == sorted(person.pk for person in vars(cast).values())
    assert not Notification.objects.filter(
        kind="proposal_approved", recipient__in=list(notified)
    ).exists()


def test_extra_role_ends_with_its_grant(office, cycle, cast):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    day = clock.today()
    former = make_person(office)
    grant(former, Role.DIRECTOR, until=day - timedelta(days=1))
    with pytest.raises(NotAllowed):
        decisions.approve(proposal, by=former)
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.ENDORSED


def _asked(kind):
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_nobody_is_asked_to_decide_on_what_they_proposed(office, cycle, cast):
    """The coordinator is director as well, one deputy acts for the director."""
    grant(cast.coordinator, Role.DIRECTOR)
    grant(cast.coordinator, Role.DEPUTY)
    second = make_person(office, Role.DEPUTY)
    act_for(cast.deputy, Role.DIRECTOR, since=clock.today(), until=clock.today())
    proposal = make_proposed(cycle, by=cast.coordinator)
    assert _asked("proposal_proposed") == {second.pk}
    decisions.endorse(proposal, by=second)
    assert _asked("proposal_endorsed") == {cast.director.pk, cast.deputy.pk}


def test_nor_where_no_deputy_reviews(office, cycle, cast):
    type(office).objects.update(deputy_reviews=False)
    grant(cast.coordinator, Role.DIRECTOR)
    make_proposed(load_cycle(cycle.pk), by=cast.coordinator)
    assert _asked("proposal_proposed") == {cast.director.pk}
