"""Twenty people press at once: one wins, one event, one decision, one set of news."""

import pytest
from django.db import connection

from core.history import first_broken
from core.models import Event
from core.refusals import MoveRefused, Refused
from notifications.models import Notification
from tests.factories.crowd import all_at_once
from tests.factories.loading import load_again
from tests.factories.workflow import (
    assign_all,
    get_step,
    load_cycle,
    load_proposal,
    make_approved,
    make_draft,
    make_proposed,
)
from workflow.models import Acknowledgement, Committee, Cycle, Decision, Proposal, StepEvent
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind, ProposalState, StepState
from workflow.steps import cycles, moves

CROWD = 20
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_locks():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


def rush(act):
    """Run ``act(n)`` twenty times at the same moment; what each returned or was refused with."""

    def pressed(number):
        try:
            return act(number)
        except Refused as refusal:
            return refusal

    return all_at_once(pressed, range(CROWD))


def winners(results):
    refused = [result for result in results if isinstance(result, MoveRefused)]
    assert len(refused) == CROWD - 1
    return [result for result in results if not isinstance(result, Refused)]


def _endorsed(cycle, cast, kind):
    proposal = make_proposed(cycle, kind, by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    return [load_proposal(proposal.pk) for _ in range(CROWD)]


def test_approve_announcement(cycle, cast, office):
    copies = _endorsed(cycle, cast, ProposalKind.ANNOUNCEMENT)
    director = cast.director
    assert len(winners(rush(lambda n: decisions.approve(copies[n], by=load_again(director))))) == 1
    assert Decision.objects.filter(move="approve").count() == 1
    assert Event.objects.filter(verb="proposal.approve").count() == 1
    assert Notification.objects.filter(kind="proposal_approved").count() == 2
    assert first_broken(office) is None


def test_approve_order_over_one_in_force(cycle, cast, office):
    assign_all(cycle, cast.staff)
    make_approved(cycle, ProposalKind.ORDER, cast=cast)
    copies = _endorsed(cycle, cast, ProposalKind.ORDER)
    Notification.objects.all().delete()
    results = rush(lambda n: decisions.approve(copies[n], by=load_again(cast.director), number="2"))
    assert len(winners(results)) == 1
    assert Committee.objects.filter(until__isnull=True).count() == 1
    assert Committee.objects.count() == 2
    states = Proposal.objects.order_by("version").values_list("state", flat=True)
    assert list(states) == [ProposalState.SUPERSEDED, ProposalState.APPROVED]
    assert Notification.objects.filter(kind="appointed").count() == 5
    assert first_broken(office) is None


def test_approve_against_return_and_withdraw(cycle, cast, office):
    copies = _endorsed(cycle, cast, ProposalKind.ANNOUNCEMENT)
    acts = (
        lambda p: decisions.approve(p, by=load_again(cast.director)),
        lambda p: decisions.return_(p, by=load_again(cast.director), opinion="แก้ไข"),
        lambda p: proposals.withdraw(p, by=load_again(cast.coordinator)),
    )
    assert len(winners(rush(lambda n: acts[n % 3](copies[n])))) == 1
    assert Decision.objects.exclude(move="endorse").count() <= 1
    ends = ("proposal.approve", "proposal.return", "proposal.withdraw")
    assert Event.objects.filter(verb__in=ends).count() == 1
    assert first_broken(office) is None


def test_start_draft(cycle, cast):
    results = rush(
        lambda n: proposals.start_draft(
            load_cycle(cycle.pk), kind="announcement", by=load_again(cast.coordinator)
        )
    )
    assert len(winners(results)) == 1
    assert Proposal.objects.count() == 1


def test_save_draft(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    copies = [load_proposal(draft.pk) for _ in range(CROWD)]
    results = rush(
        lambda n: proposals.save_draft(
            copies[n], subject=f"เรื่อง {n}", body=draft.body, edit=0, by=load_again(cast.coordinator)
        )
    )
    (winner,) = [result for result in results if not isinstance(result, Refused)]
    saved = load_proposal(draft.pk)
    assert (saved.subject, saved.edit) == (winner.subject, 1)


def test_publish_and_acknowledge(cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    copies = [load_proposal(announcement.pk) for _ in range(CROWD)]
    assert len(winners(rush(lambda n: proposals.publish(copies[n], by=cast.coordinator)))) == 1
    assert Acknowledgement.objects.count() == 5
    assert Notification.objects.filter(kind="acknowledge").count() == 5
    published = load_proposal(announcement.pk)
    firsts = rush(lambda n: proposals.acknowledge(published, by=load_again(cast.staff)))
    assert sorted(firsts) == [False] * (CROWD - 1) + [True]
    assert Event.objects.filter(verb="proposal.acknowledge").count() == 1


def test_finish_step(cycle, cast, office):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    copies = [get_step(cycle, 1) for _ in range(CROWD)]
    results = rush(lambda n: moves.finish_step(copies[n], by=load_again(cast.coordinator)))
    assert len(winners(results)) == 1
    assert StepEvent.objects.filter(move="finish").count() == 1
    assert StepEvent.objects.filter(step__kind=2).count() == 1
    assert get_step(cycle, 2).state == StepState.OPEN
    assert first_broken(office) is None


def test_open_cycle(cycle, cast, office):
    edition = cycle.assessment.edition
    results = rush(
        lambda n: cycles.open_cycle(
            office, fiscal_year=2561, edition=edition, by=load_again(cast.coordinator)
        )
    )
    assert sum(isinstance(result, Cycle) for result in results) == 1
    assert Cycle.objects.filter(assessment__fiscal_year=2561).count() == 1
    assert Event.objects.filter(verb="cycle.open", fiscal_year=2561).count() == 1
