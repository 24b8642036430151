"""What the builders of todos need to know of a cycle, read with a fixed number of queries.

Several cycles are read at once for the price of one: reminders look at every office.
Only what the open steps need is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from esa_standards import thai
from indicators.models import Question
from people.models import Acting, RoleGrant
from people.states import Role
from workflow.domain.todos.model import Todo, TodoKind, key_of
from workflow.models import (
    Acknowledgement,
    Attendance,
    Cycle,
    Meeting,
    Proposal,
    Step,
)
from workflow.states import MeetingState, ProposalState, StepKind, StepState

OFFICE_ROLES = (Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY)


@dataclass
class Facts:
    """One cycle as it stands. ``day`` is the Bangkok date for which roles were read."""

    cycle: Cycle
    at: datetime
    day: date
    steps: Mapping[int, Step]
    coordinators: tuple[int, ...] = ()
    directors: tuple[int, ...] = ()
    deputies: tuple[int, ...] = ()
    obec: tuple[int, ...] = ()
    proposals: dict[str, list[Proposal]] = field(default_factory=dict)
    # Active people asked to acknowledge the announcement in force, who have not.
    unacknowledged: list[tuple[int, datetime]] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    # What waits whichever step is open; see aftermath.py.
    tasks: list = field(default_factory=list)
    unconfirmed: list[Meeting] = field(default_factory=list)
    expected: list[Attendance] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    # Content of the assessment; see contents.py.
    content: object | None = None

    @cached_property
    def office(self):
        return self.cycle.assessment.office

    @cached_property
    def address(self) -> tuple[str, int]:
        """The arguments of every URL of this year."""
        return self.office.code, self.cycle.assessment.fiscal_year

    def is_open(self, kind: int) -> bool:
        """Whether the step is in progress."""
        step = self.steps.get(kind)
        return step is not None and step.state == StepState.OPEN

    def todo(
        self,
        kind: TodoKind,
        suffix: str = "",
        *,
        step: int,
        users,
        says,
        place,
        adds="",
        words=None,
        due=None,
        since=None,
        blocks=True,
        duty=None,
    ) -> Todo:
        """A todo of this cycle: due with its step, waiting since it opened, unless told.

        ``duty`` is the kind that names the duty when ``kind`` is only how far it is: writing,
        evidencing and handing in one consideration stay one duty under one key.
        """
        row = self.steps[step]
        code, year = self.address
        return Todo(
            key=key_of(code, year, duty or kind, suffix),
            kind=kind,
            step=int(step),
            users=tuple(users),
            due=due or row.planned_end,
            since=_latest(since, row.opened_at),
            blocks=blocks,
            office_code=code,
            year=year,
            says=says,
            adds=adds,
            words={"year": year, **(words or {})},
            place=place,
        )


def _latest(*moments) -> date | None:
    """The Bangkok date of the last of these moments."""
    given = [moment for moment in moments if moment is not None]
    return thai.local_date(max(given)) if given else None


def load(cycles: Iterable[Cycle], *, at: datetime, day: date) -> list[Facts]:
    """Facts of each cycle; the cycles come with their assessment and office."""
    facts = {cycle.pk: Facts(cycle=cycle, at=at, day=day, steps={}) for cycle in cycles}
    if not facts:
        return []
    steps = defaultdict(dict)
    for row in Step.objects.filter(cycle__in=facts).order_by("cycle_id", "kind"):
        steps[row.cycle_id][row.kind] = row
    for pk, one in facts.items():
        one.steps = steps[pk]
    _read_roles(facts.values(), day)
    _read_proposals(facts)
    _read_acknowledgements(facts)
    _read_meetings(facts)
    return list(facts.values())


def those_open(facts: Iterable[Facts], *kinds: StepKind) -> list[Facts]:
    """The cycles in which one of these steps is in progress."""
    return [one for one in facts if any(one.is_open(kind) for kind in kinds)]


def is_running(one: Facts) -> bool:
    """Whether the cycle still has something to do."""
    return any(step.state != StepState.DONE for step in one.steps.values())


def _read_roles(facts, day):
    held = defaultdict(set)
    offices = {one.office.pk for one in facts}
    grants = RoleGrant.objects.on(day).filter(user__is_active=True)
    acting = Acting.objects.on(day).filter(user__is_active=True)
    own = grants.filter(office__in=offices, role__in=OFFICE_ROLES).order_by()
    others = acting.filter(office__in=offices, for_role__in=OFFICE_ROLES).order_by()
    rows = own.values_list("office_id", "role", "user_id").union(
        others.values_list("office_id", "for_role", "user_id")
    )
    for office, role, user in rows:
        held[office, role].add(user)
    # A reviewer's role counts for the whole country, whatever office the grant names.
    reviewers = ()
    if those_open(facts, StepKind.SUMMARY):
        reviewers = tuple(
            sorted(set(grants.filter(role=Role.OBEC).values_list("user_id", flat=True)))
        )
    for one in facts:
        one.coordinators, one.directors, one.deputies = (
            tuple(sorted(held[one.office.pk, role])) for role in OFFICE_ROLES
        )
        one.obec = reviewers


def _read_proposals(facts):
    rows = Proposal.objects.filter(cycle__in=facts).exclude(state=ProposalState.SUPERSEDED)
    for row in rows.defer("body", "signed_as").order_by("cycle_id", "kind", "-version"):
        facts[row.cycle_id].proposals.setdefault(row.kind, []).append(row)


def _read_acknowledgements(facts):
    rows = Acknowledgement.objects.filter(
        proposal__cycle__in=[one.cycle.pk for one in facts.values() if is_running(one)],
        proposal__state=ProposalState.APPROVED,
        acknowledged_at__isnull=True,
        user__is_active=True,
    ).order_by("user_id")
    for cycle, user, asked_at in rows.values_list("proposal__cycle", "user", "asked_at"):
        facts[cycle].unacknowledged.append((user, asked_at))


def _read_meetings(facts):
    wanted = those_open(facts.values(), StepKind.BRIEFING, StepKind.COMMITTEE_WORK)
    if not wanted:
        return
    rows = (
        Meeting.objects.filter(cycle__in=[one.cycle.pk for one in wanted])
        .exclude(state=MeetingState.CANCELLED)
        .defer("minutes")
        .order_by("starts_at", "pk")
    )
    for row in rows:
        facts[row.cycle_id].meetings.append(row)
