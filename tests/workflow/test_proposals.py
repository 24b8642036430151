"""Every state × every move of a proposal, who may, and what each move leaves behind."""

from datetime import UTC, date, datetime, timedelta

import pytest

from indicators.models import Blob
from people import clock
from people.models import Event, Notification, RoleGrant
from people.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from people.states import Role
from tests.factories.people import act_for, grant, make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_cast,
    make_cycle,
    make_draft,
    make_proposed,
)
from workflow.domain import proposals
from workflow.models import Acknowledgement, Decision, Proposal
from workflow.states import ProposalKind, ProposalMove, ProposalState

pytestmark = pytest.mark.django_db
OPINION = "โปรดแก้ไขถ้อยคำ"


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def cast(office):
    return make_cast(office)


@pytest.fixture
def cycle(office, cast):
    return make_cycle(office, by=cast.coordinator)


def _supersede(proposal, cast):
    newer = make_proposed(proposal.cycle, proposal.kind, by=cast.coordinator)
    proposals.endorse(newer, by=cast.deputy)
    return proposals.approve(newer, by=cast.director)


ACTS = {
    ProposalMove.PROPOSE: lambda p, cast: proposals.propose(p, by=cast.coordinator),
    ProposalMove.WITHDRAW: lambda p, cast: proposals.withdraw(p, by=cast.coordinator),
    ProposalMove.ENDORSE: lambda p, cast: proposals.endorse(p, by=cast.deputy, opinion="เห็นชอบ"),
    ProposalMove.APPROVE: lambda p, cast: proposals.approve(p, by=cast.director),
    ProposalMove.RETURN: lambda p, cast: proposals.return_(p, by=cast.director, opinion=OPINION),
    ProposalMove.REVOKE: lambda p, cast: proposals.revoke(p, by=cast.director, why=OPINION),
}
DECISIONS = (
    ProposalMove.ENDORSE,
    ProposalMove.APPROVE,
    ProposalMove.RETURN,
    ProposalMove.REVOKE,
)
IN_FORCE_ONCE = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)


def bring_to(state, cycle, cast):
    """An announcement in ``state``, as the office would bring it there."""
    if state == ProposalState.DRAFT:
        return make_draft(cycle, by=cast.coordinator)
    if state in IN_FORCE_ONCE:
        proposal = make_approved(cycle, cast=cast)
        if state == ProposalState.SUPERSEDED:
            _supersede(proposal, cast)
        elif state == ProposalState.REVOKED:
            proposals.revoke(proposal, by=cast.director, why=OPINION)
        return load_proposal(proposal.pk)
    proposal = make_proposed(cycle, by=cast.coordinator)
    if state == ProposalState.ENDORSED:
        proposals.endorse(proposal, by=cast.deputy)
    elif state == ProposalState.RETURNED:
        proposals.return_(proposal, by=cast.director, opinion=OPINION)
    return load_proposal(proposal.pk)


# -- states and moves -----------------------------------------------------------------
@pytest.mark.parametrize("deputy_reviews", [True, False])
@pytest.mark.parametrize("state", ProposalState.values)
@pytest.mark.parametrize("move", list(ACTS))
def test_move_from_every_state(office, cycle, cast, state, move, deputy_reviews):
    proposal = bring_to(state, cycle, cast)
    office.deputy_reviews = proposal.cycle.assessment.office.deputy_reviews = deputy_reviews
    office.save()
    events, decisions = Event.objects.count(), Decision.objects.count()
    rule = proposals.MOVES[move]
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
    state = proposals.MOVES[move].sources[0]
    proposal = bring_to(state, cycle, cast)
    first, second = load_proposal(proposal.pk), load_proposal(proposal.pk)
    ACTS[move](first, cast)
    told, decisions = Notification.objects.count(), Decision.objects.count()
    with pytest.raises(MoveRefused):
        ACTS[move](second, cast)
    assert (Notification.objects.count(), Decision.objects.count()) == (told, decisions)


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
        proposals.endorse(seen, by=cast.deputy)
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
        proposals.approve(proposal, by=getattr(cast, role))


@pytest.mark.parametrize("role", ["director", "coordinator", "group_director", "staff"])
def test_endorse_by_others_than_a_deputy_is_refused(cycle, cast, role):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(NotAllowed):
        proposals.endorse(proposal, by=getattr(cast, role))


def test_approve_by_the_director_of_another_office_is_refused(cycle, cast):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    with pytest.raises(NotAllowed):
        proposals.approve(proposal, by=make_person(make_office("skn1"), Role.DIRECTOR))


def test_who_proposed_never_approves_or_endorses(cycle, cast, office):
    both = make_person(office, Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY)
    proposal = make_proposed(cycle, by=both)
    for act in (proposals.endorse, proposals.approve):
        with pytest.raises(NotAllowed):
            act(proposal, by=both)
    proposals.endorse(proposal, by=cast.deputy)
    with pytest.raises(NotAllowed):
        proposals.approve(proposal, by=both)
    proposals.approve(proposal, by=cast.director)


def test_withdraw_by_another_coordinator_is_refused(cycle, cast, office):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(NotAllowed):
        proposals.withdraw(proposal, by=make_person(office, Role.COORDINATOR))


def test_return_needs_a_reason_and_the_deputy_may(cycle, cast):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(RuleBroken):
        proposals.return_(proposal, by=cast.deputy, opinion="  ")
    decision = proposals.return_(proposal, by=cast.deputy, opinion=OPINION)
    assert (decision.role, decision.opinion) == (Role.DEPUTY, OPINION)
    told = Notification.objects.get(kind="proposal_returned")
    assert (told.recipient, told.body) == (cast.coordinator, OPINION)


# -- the deputy ------------------------------------------------------------------------------
def test_needs_no_endorsement_without_a_deputy(office, cycle, cast):
    RoleGrant.objects.filter(user=cast.deputy).delete()
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    proposals.approve(proposal, by=cast.director)
    assert proposal.state == ProposalState.APPROVED


def test_needs_no_endorsement_when_the_only_deputy_acts_for_the_director(cycle, cast):
    day = clock.today()
    act_for(cast.deputy, Role.DIRECTOR, since=day, until=day)
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    assert not proposals.needs_endorsement(proposal)


# -- acting ------------------------------------------------------------------------------------
def test_acting_director_signs_as_such_within_the_period_only(office, cycle, cast):
    day = clock.today()
    act_for(cast.group_director, Role.DIRECTOR, since=day - timedelta(days=3), until=day)
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    long_ago = proposal.proposed_at - timedelta(days=9)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=long_ago)
    proposal.proposed_at = long_ago
    with pytest.raises(RuleBroken):
        proposals.approve(proposal, by=cast.group_director, dated=day - timedelta(days=4))
    decision = proposals.approve(proposal, by=cast.group_director, dated=day - timedelta(days=3))
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
        proposals.approve(proposal, by=cast.staff)


def test_director_signs_as_the_position_says(cycle, cast):
    proposal = make_approved(cycle, cast=cast)
    assert proposal.signed_as["acting"] == ""
    assert not proposal.decisions.get(move="approve").acting


@pytest.mark.parametrize("days", [-1, 1])
def test_approve_dated_in_the_future_or_before_the_proposal_is_refused(cycle, cast, days):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    day = clock.today() + timedelta(days=days)
    with pytest.raises(RuleBroken) as refused:
        proposals.approve(proposal, by=cast.director, dated=day)
    assert refused.value.field == "dated"
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED


def test_approve_before_the_proposal_counts_days_of_bangkok(cycle, cast):
    """Half past midnight in Bangkok is still the day before in UTC."""
    with clock.pretend(datetime(2017, 1, 9, 17, 30, tzinfo=UTC)):  # 10 January, 00:30
        proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
        with pytest.raises(RuleBroken):
            proposals.approve(proposal, by=cast.director, dated=date(2017, 1, 9))
        proposals.approve(proposal, by=cast.director, dated=date(2017, 1, 10))
    assert load_proposal(proposal.pk).dated == date(2017, 1, 10)


# -- on paper -----------------------------------------------------------------------------------
def _scan(office):
    return Blob.objects.create(
        office=office, sha256="a" * 64, size=1, media_type="application/pdf", created_at=clock.now()
    )


def test_approve_on_paper_is_entered_by_somebody_else_and_signed_by_the_director(
    office, cycle, cast
):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    paper = {"on_paper": True, "scan": _scan(office), "scan_name": "ประกาศลงนาม.pdf"}
    with pytest.raises(NotAllowed):
        proposals.approve(proposal, by=cast.coordinator, **paper)
    with pytest.raises(RuleBroken):
        proposals.approve(proposal, by=cast.deputy, on_paper=True)
    decision = proposals.approve(proposal, by=cast.deputy, **paper)
    approved = load_proposal(proposal.pk)
    assert (decision.by, decision.on_paper) == (cast.deputy, True)
    assert approved.approved_by == cast.director
    assert approved.signed_as["name"] == cast.director.full_name


def test_approve_on_paper_refuses_another_office_s_scan(office, cycle, cast):
    proposal = bring_to(ProposalState.PROPOSED, cycle, cast)
    with pytest.raises(RuleBroken):
        proposals.approve(proposal, by=cast.deputy, on_paper=True, scan=_scan(make_office("skn1")))


# -- drafts and versions --------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ProposalKind.values)
def test_start_draft_is_prefilled(cycle, cast, kind):
    draft = make_draft(cycle, kind, by=cast.coordinator)
    assert "2560" in draft.subject
    assert all(text for text in draft.body.values() if isinstance(text, str))


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


def test_propose_tells_the_deputy_then_the_director(cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    assert Notification.objects.get(kind="proposal_proposed").recipient == cast.deputy
    proposals.endorse(proposal, by=cast.deputy)
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


# -- news is never doubled ----------------------------------------------------------------
def test_approved_order_tells_each_person_once(cycle, cast):
    assign_all(cycle, cast.staff)
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    told = Notification.objects.filter(kind="appointed").values_list("recipient", flat=True)
    assert sorted(told) == sorted(person.pk for person in vars(cast).values())
    assert not Notification.objects.filter(
        kind="proposal_approved", recipient__in=list(told)
    ).exists()


def test_extra_role_ends_with_its_grant(office, cycle, cast):
    proposal = bring_to(ProposalState.ENDORSED, cycle, cast)
    day = clock.today()
    former = make_person(office)
    grant(former, Role.DIRECTOR, until=day - timedelta(days=1))
    with pytest.raises(NotAllowed):
        proposals.approve(proposal, by=former)
    assert Proposal.objects.get(pk=proposal.pk).state == ProposalState.ENDORSED
