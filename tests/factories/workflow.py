"""Cycles for tests, made through the domain; the people are plain rows.

``make_cycle(office)`` opens a year with a small edition. ``Cast`` names the people around it.
"""

from dataclasses import dataclass

from core import clock
from indicators.models import Consideration, Indicator, Standard
from people.models import User
from people.rules import is_coordinator
from people.states import Role
from tests.database.recorded import recorded
from tests.factories.indicators import make_edition, put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_person
from workflow.models import Cycle, Proposal, Step
from workflow.papers import decisions, proposals
from workflow.papers.numbering import next_number
from workflow.states import ProposalKind, StepState
from workflow.steps.cycles import open_cycle


@dataclass(frozen=True)
class Cast:
    """The people of one office who play a part."""

    director: User
    deputy: User
    coordinator: User
    group_director: User
    staff: User


def make_cast(office):
    """One person per role."""
    return Cast(
        director=make_person(office, Role.DIRECTOR, position=f"ผู้อำนวยการ{office.name}"),
        deputy=make_person(office, Role.DEPUTY, position="รองผู้อำนวยการ"),
        coordinator=make_person(office, Role.COORDINATOR, position="นักจัดการงานทั่วไป"),
        group_director=make_person(office, Role.GROUP_DIRECTOR, position="ผู้อำนวยการกลุ่มอำนวยการ"),
        staff=make_person(office),
    )


def make_cycle(office, year=2560, *, by=None, edition=None):
    """An opened cycle, step 1 open; ``by`` defaults to the office's coordinator."""
    by = by or _coordinator(office)
    edition = edition or make_edition()
    cycle = open_cycle(office, fiscal_year=year, edition=edition, by=by)
    return load_cycle(cycle.pk)


def load_cycle(pk):
    """The cycle as a request loads it."""
    return Cycle.objects.select_related("assessment__office", "assessment__edition").get(pk=pk)


def _coordinator(office):
    day = clock.today()
    for person in User.objects.filter(office=office):
        if is_coordinator(person, office.pk, day):
            return load_again(person)
    return make_person(office, Role.COORDINATOR)


def get_step(cycle, kind):
    """A step with its cycle at hand."""
    return Step.objects.select_related("cycle__assessment__office").get(cycle=cycle, kind=kind)


def put_step(cycle, kind, state):
    """Set a step's state as a plain row, past the door: only to arrange a test."""
    at = clock.now()
    Step.objects.filter(cycle=cycle, kind=kind).update(
        state=state,
        opened_at=None if state == StepState.WAITING else at,
        done_at=at if state == StepState.DONE else None,
    )
    return get_step(cycle, kind)


def assign_all(cycle, user):
    """``user`` supervises and collects everything."""
    edition = cycle.assessment.edition_id
    for model, path in (
        (Standard, "edition"),
        (Indicator, "standard__edition"),
        (Consideration, "indicator__standard__edition"),
    ):
        for target in model.objects.filter(**{path: edition}):
            put_in_charge(cycle.assessment, target, user)


def load_proposal(pk):
    """The proposal as a request loads it."""
    return Proposal.objects.select_related("cycle__assessment__office", "proposed_by").get(pk=pk)


def make_proposal(cycle, kind=ProposalKind.ANNOUNCEMENT, *, by, **fields):
    """A proposal as a plain row, whatever its state."""
    fields.setdefault("version", cycle.proposals.filter(kind=kind).count() + 1)
    fields.setdefault("subject", str(ProposalKind(kind).label))
    fields.setdefault("created_at", clock.now())
    return Proposal.objects.create(cycle=cycle, kind=kind, created_by=by, **fields)


@recorded
def make_draft(cycle, kind=ProposalKind.ANNOUNCEMENT, *, by):
    """A prefilled draft."""
    return load_proposal(proposals.start_draft(cycle, kind=kind, by=by).pk)


@recorded
def make_proposed(cycle, kind=ProposalKind.ANNOUNCEMENT, *, by):
    """A draft that was proposed."""
    proposal = make_draft(cycle, kind, by=by)
    proposals.propose(proposal, by=by)
    return load_proposal(proposal.pk)


@recorded
def make_approved(cycle, kind=ProposalKind.ANNOUNCEMENT, *, cast):
    """Proposed by the coordinator, endorsed by the deputy, approved by the director."""
    proposal = make_proposed(cycle, kind, by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy, opinion="เห็นควรอนุมัติ")
    number = next_number(cycle.assessment.office, clock.today())
    decisions.approve(
        proposal, by=cast.director, number=number if kind == ProposalKind.ORDER else ""
    )
    return load_proposal(proposal.pk)
