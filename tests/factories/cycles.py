"""A year of an office for tests of what waits in it: people, a cycle, shortcuts past a step.

``make_year()`` opens the cycle through the domain. The shortcuts write rows: they put the cycle
where a test begins, the domain functions under test do the rest.
"""

from dataclasses import dataclass, field
from datetime import date

from guardian.shortcuts import assign_perm

from core import clock
from indicators.assignments import rights
from indicators.models import (
    AgreedScore,
    Assessment,
    IndicatorReview,
    Item,
    Score,
)
from indicators.states import AssessmentState, ItemState
from people.models import User
from people.states import Role
from tests.database.recorded import recorded
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person
from tests.factories.workflow import make_proposal
from workflow.followup.submissions import submit_summary
from workflow.models import Committee, CommitteeMember, Cycle, Step
from workflow.states import CommitteePart, ProposalKind, ProposalState, Seat, StepKind, StepState
from workflow.steps.cycles import open_cycle


@dataclass
class Year:
    """An open cycle with one person per role."""

    cycle: Cycle
    coordinator: User
    director: User
    deputy: User
    staff: list[User] = field(default_factory=list)

    @property
    def office(self):
        return self.cycle.assessment.office

    @property
    def address(self):
        return [self.office.code, self.cycle.assessment.fiscal_year]


@recorded
def make_year(code="skn2", year=2560, *, edition=None, staff=2):
    """An opened cycle: step 1 is open."""
    office = make_office(code)
    coordinator = make_person(office, Role.COORDINATOR, given_name="ประสาน")
    director = make_person(office, Role.DIRECTOR, given_name="อำนวย")
    deputy = make_person(office, Role.DEPUTY, given_name="รอง")
    people = [make_person(office, given_name=f"บุคลากร{n}") for n in range(1, staff + 1)]
    edition = edition or make_edition()
    cycle = open_cycle(office, fiscal_year=year, edition=edition, by=coordinator)
    return Year(cycle, coordinator, director, deputy, people)


def jump_to(cycle, kind, *, due=None):
    """Put the cycle at this step: earlier ones done, later ones waiting."""
    steps = Step.objects.filter(cycle=cycle)
    at = clock.now()
    steps.filter(kind__lt=kind).update(state=StepState.DONE, opened_at=at, done_at=at)
    steps.filter(kind=kind).update(state=StepState.OPEN, opened_at=at, done_at=None)
    steps.filter(kind__gt=kind).update(state=StepState.WAITING, opened_at=None)
    if due is not None:
        steps.filter(kind=kind).update(planned_end=due, planned_start=min(due, date(2010, 1, 1)))
    return steps.get(kind=kind)


def open_since(cycle, kind, moment):
    """Say that the step has been open since then."""
    Step.objects.filter(cycle=cycle, kind=kind).update(opened_at=moment)


def approve(year, kind, **fields):
    """An approved paper, as a plain row."""
    at = clock.now()
    return make_proposal(
        year.cycle,
        kind,
        by=year.coordinator,
        state=ProposalState.APPROVED,
        proposed_at=at,
        proposed_by=year.coordinator,
        approved_at=at,
        approved_by=year.director,
        **fields,
    )


def appoint(year, *, members, writer=None, secretary=None):
    """A committee in force with its rights: members score, ``writer`` writes everything."""
    order = approve(year, ProposalKind.ORDER, number="1", dated=date(2017, 1, 5))
    committee = Committee.objects.create(cycle=year.cycle, order=order, since=clock.now())
    for number, user in enumerate(members):
        seat = Seat.SECRETARY if user == secretary else Seat.MEMBER
        CommitteeMember.objects.create(
            committee=committee, user=user, part=CommitteePart.STEERING, seat=seat, order=number
        )
    items = Item.objects.filter(assessment=year.cycle.assessment)
    rights.set_rights(
        year.cycle.assessment,
        scorers={user.pk for user in members},
        writers={item.pk: {writer.pk} if writer else set() for item in items},
        by=year.director,
    )
    return committee


def agree_all(year, level=4):
    """Every consideration has an agreed score."""
    for item in Item.objects.filter(assessment=year.cycle.assessment):
        AgreedScore.objects.create(
            item=item,
            level=level,
            reason="ครบถ้วน",
            saved_at=clock.now(),
            saved_by=year.coordinator,
        )


@recorded
def make_complete_year(**options):
    """A year at step 5 in which nothing is missing."""
    year = make_year(**options)
    jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    appoint(year, members=year.staff[:1], writer=year.staff[0])
    items, at = Item.objects.filter(assessment=year.cycle.assessment), clock.now()
    items.update(
        narrative="จัดทำแล้ว",
        no_evidence_reason="ไม่มีเอกสาร",
        state=ItemState.HANDED_IN,
        handed_in_at=at,
    )
    Score.objects.bulk_create(
        Score(
            item=item, assessor=year.staff[0], level=4, reason="ครบ", saved_at=at, handed_in_at=at
        )
        for item in items
    )
    agree_all(year)
    IndicatorReview.objects.filter(assessment=year.cycle.assessment).update(
        strengths="มีแผนชัดเจน", to_improve="ติดตามให้ทั่วถึง"
    )
    return year


def make_sar(year, state=ProposalState.ENDORSED):
    """A SAR that was proposed, as a plain row, with the PDF to decide on."""
    at = clock.now()
    return make_proposal(
        year.cycle,
        ProposalKind.SAR,
        by=year.coordinator,
        state=state,
        saved_at=at,
        proposed_at=at,
        proposed_by=year.coordinator,
        rendered_at=at,
        rendered_sha256="c" * 64,
        body={"preface": "คำนำ", "basic_info": "ข้อมูล", "conclusion": "สรุป", "development": "พัฒนา"},
    )


def let_write(year, user):
    """One more person with the right to write every item."""
    for item in Item.objects.filter(assessment=year.cycle.assessment):
        assign_perm("write_item", user, item)


def lock_with_sar(year):
    """The SAR is approved and the assessment locked, as plain rows."""
    approve(year, ProposalKind.SAR)
    Assessment.objects.filter(pk=year.cycle.assessment_id).update(
        state=AssessmentState.LOCKED, locked_at=clock.now()
    )
    year.cycle.assessment.refresh_from_db()


def submit(year, *, opened=True):
    """Step 6 with the summary handed to OBEC through the domain, and opened there."""
    jump_to(year.cycle, StepKind.SUMMARY)
    lock_with_sar(year)
    submit_summary(year.cycle, by=year.coordinator)
    if opened:
        take_up(year.cycle.assessment)
    year.cycle.assessment.refresh_from_db()


def take_up(assessment):
    """A reviewer opened what was submitted, as a plain row."""
    Assessment.objects.filter(pk=assessment.pk).update(taken_up_at=clock.now())
    assessment.submissions.filter(withdrawn_at__isnull=True).update(opened_at=clock.now())
