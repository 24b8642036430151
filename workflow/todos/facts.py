"""What the builders of todos need to know of a cycle, read with a fixed number of queries.

Several cycles are read at once for the price of one: reminders look at every office.
Only what the open steps need is read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

import thai
from indicators.requests.queries import Unsettled
from people.models import Acting, Office, RoleGrant
from people.states import Role
from workflow.models import (
    Acknowledgement,
    CommitteeMember,
    Cycle,
    Meeting,
    Proposal,
    Step,
)
from workflow.states import MeetingState, ProposalState, StepKind, StepState
from workflow.todo import Address, Text, Todo, TodoKind, key_of

PREFETCHED = "_prefetched_objects_cache"  # where Django keeps them
OFFICE_ROLES = (Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY, Role.ADMIN)


class Target(NamedTuple):
    """A standard, indicator or consideration."""

    pk: int
    code: str
    title: str


class ItemFact(NamedTuple):
    """One consideration's item: what is there."""

    pk: int
    consideration: Target
    indicator: int
    narrated: bool
    evidenced: bool
    handed_in: bool
    agreed: bool
    due: date | None  # its own due date, when the coordinator gave it one
    indicator_code: str
    to_verify: int  # pieces of an earlier year that nobody re-verified yet
    text_to_check: bool  # a text of an earlier year that nobody re-checked yet


class ReviewFact(NamedTuple):
    """What the review of one indicator still lacks."""

    indicator: Target
    complete: bool


class InboxFact(NamedTuple):
    """What waits in the inbox for one code."""

    code: str
    entries: int
    since: datetime


class Named(NamedTuple):
    """Who was named, and since when."""

    user: int
    since: datetime


@dataclass
class Content:
    """One assessment's content."""

    standards: list[Target] = field(default_factory=list)
    indicators: list[Target] = field(default_factory=list)
    items: list[ItemFact] = field(default_factory=list)
    # (field name, pk of the target) → who was named and is still active.
    named: dict[tuple[str, int], Named] = field(default_factory=dict)
    # The same of those who left and were not replaced.
    left: dict[tuple[str, int], int] = field(default_factory=dict)
    # Pairs (item, user) with the right to write, from the approved order: of active people, and
    # of those who left, from whom it can be handed on.
    writers: set[tuple[int, int]] = field(default_factory=set)
    writers_left: set[tuple[int, int]] = field(default_factory=set)
    scorers: list[int] = field(default_factory=list)
    # assessor → (scored, handed in)
    scored: dict[int, tuple[int, int]] = field(default_factory=dict)
    reviews: list[ReviewFact] = field(default_factory=list)
    inbox: list[InboxFact] = field(default_factory=list)
    unverified: int = 0  # considerations without a score of OBEC's
    unanswered: list[tuple[int, str, datetime]] = field(default_factory=list)
    # When anything that the SAR prints last changed; read only while a SAR is under way.
    changed_at: datetime | None = None

    def may_write_some(self, user: int, indicator: int) -> bool:
        """Whether the order gave ``user`` an item of this indicator."""
        return any(
            item.indicator == indicator and (item.pk, user) in self.writers for item in self.items
        )

    def writers_of(self, item: ItemFact) -> tuple[int, ...]:
        """Who writes it now: the collector named, else whoever else the order lets write it."""
        named = self.named.get(("consideration", item.consideration.pk))
        if named and (item.pk, named.user) in self.writers:
            return (named.user,)
        if self.may_be_handed_on(item):
            return ()
        return tuple(sorted(user for pk, user in self.writers if pk == item.pk))

    def may_be_handed_on(self, item: ItemFact) -> bool:
        """Whether its collector left: naming somebody else hands the right to write on."""
        left = self.left.get(("consideration", item.consideration.pk))
        return left is not None and (item.pk, left) in self.writers_left

    @property
    def unwritable(self) -> list[ItemFact]:
        """What nobody can write before another order names somebody."""
        return [
            item
            for item in self.items
            if not self.writers_of(item) and not self.may_be_handed_on(item)
        ]


class TaskFact(NamedTuple):
    """One open resolution task; columns, not models: an office may have hundreds."""

    cycle: int
    pk: int
    text: str
    due: date
    owner: int
    owner_active: bool
    owner_office: int | None
    kind: str
    title: str
    held_at: datetime


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
    admins: tuple[int, ...] = ()
    obec: tuple[int, ...] = ()
    proposals: dict[str, list[Proposal]] = field(default_factory=dict)
    # Active people asked to acknowledge the announcement in force, who have not.
    unacknowledged: list[tuple[int, datetime]] = field(default_factory=list)
    # All that were not cancelled, in order of time.
    meetings: list[Meeting] = field(default_factory=list)
    # Whether anybody active sits in the committee in force; read only while step 4 is open.
    has_committee: bool = False
    # What waits whichever step is open; see followups.py.
    tasks: list[TaskFact] = field(default_factory=list)
    # Meeting to come, or under way → the active people invited who are not present yet.
    expected: dict[int, list[int]] = field(default_factory=dict)
    # What somebody asked that is not done, or done and not accepted.
    requests: list[Unsettled] = field(default_factory=list)
    # Content of the assessment; see contents.py.
    content: Content = field(default_factory=Content)

    @cached_property
    def office(self) -> Office:
        """Whose year it is."""
        return self.cycle.assessment.office

    @cached_property
    def address(self) -> tuple[str, int]:
        """The arguments of every URL of this year."""
        return self.office.code, self.cycle.assessment.fiscal_year

    def is_open(self, kind: int) -> bool:
        """Whether the step is in progress."""
        step = self.steps.get(kind)
        return step is not None and step.state == StepState.OPEN

    @property
    def is_locked(self) -> bool:
        """Whether an approved SAR keeps the content as it is."""
        return not self.cycle.assessment.is_open

    def is_behind_lock(self, kind: int) -> bool:
        """Whether nothing of the step can be done any more: its work is in the approved SAR."""
        return self.is_locked and kind < StepKind.SUMMARY

    @cached_property
    def returned(self) -> set[int]:
        """Keys of the items that were given back with a reason and are being worked on."""
        return {row.item for row in self.requests if row.is_return and row.writing}

    def todo(
        self,
        kind: TodoKind,
        suffix: str = "",
        *,
        step: int,
        users: Iterable[int],
        title: Text,
        url: Address,
        detail: Text = "",
        params: Mapping[str, object] | None = None,
        due: date | None = None,
        since: datetime | None = None,
        blocks: bool = True,
        duty: TodoKind | None = None,
    ) -> Todo:
        """A todo of this cycle: due with its step, waiting since it opened, unless these are given.

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
            title_text=title,
            detail_text=detail,
            params={"year": year, **(params or {})},
            address=url,
        )


def _latest(*moments: datetime | None) -> date | None:
    """The Bangkok date of the last of these moments."""
    given = [moment for moment in moments if moment is not None]
    return thai.local_date(max(given)) if given else None


def load(cycles: Iterable[Cycle], *, at: datetime, day: date) -> list[Facts]:
    """Facts of each cycle; the cycles come with their assessment and office."""
    facts = {cycle.pk: Facts(cycle=cycle, at=at, day=day, steps={}) for cycle in cycles}
    if not facts:
        return []
    for pk, steps in _steps(list(facts.values())).items():
        facts[pk].steps = steps
    _read_roles(facts.values(), day)
    _read_proposals(facts)
    _read_acknowledgements(facts)
    _read_meetings(facts)
    _read_committees(facts)
    return list(facts.values())


def _steps(facts: list[Facts]) -> dict[int, dict[int, Step]]:
    """The steps of each cycle by their kind; those that came prefetched are not read again."""
    prefetched = all("steps" in getattr(one.cycle, PREFETCHED, ()) for one in facts)
    rows = (
        [step for one in facts for step in one.cycle.steps.all()]
        if prefetched
        else Step.objects.filter(cycle__in=[one.cycle.pk for one in facts])
    )
    found: dict[int, dict[int, Step]] = {one.cycle.pk: {} for one in facts}
    for row in sorted(rows, key=lambda step: step.kind):
        found[row.cycle_id][row.kind] = row
    return found


def those_open(facts: Iterable[Facts], *kinds: StepKind) -> list[Facts]:
    """The cycles in which one of these steps is in progress."""
    return [one for one in facts if any(one.is_open(kind) for kind in kinds)]


def is_running(one: Facts) -> bool:
    """Whether the cycle still has something to do."""
    return any(step.state != StepState.DONE for step in one.steps.values())


def _read_roles(facts: Collection[Facts], day: date) -> None:
    held: dict[tuple[int, str], set[int]] = defaultdict(set)
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
    reviewers = reviewers_on(day) if those_open(facts, StepKind.SUMMARY) else ()
    for one in facts:
        one.coordinators, one.directors, one.deputies, one.admins = (
            tuple(sorted(held[one.office.pk, role])) for role in OFFICE_ROLES
        )
        one.obec = reviewers


def reviewers_on(day: date) -> tuple[int, ...]:
    """OBEC's active reviewers.

    The role counts for the whole country, whatever office the grant names.
    """
    grants = RoleGrant.objects.on(day).filter(user__is_active=True, role=Role.OBEC)
    return tuple(sorted(set(grants.values_list("user_id", flat=True))))


def _read_proposals(facts: Mapping[int, Facts]) -> None:
    rows = Proposal.objects.filter(cycle__in=facts).exclude(state=ProposalState.SUPERSEDED)
    for row in rows.defer("body", "signed_as").order_by("cycle_id", "kind", "-version"):
        facts[row.cycle_id].proposals.setdefault(row.kind, []).append(row)


def _read_acknowledgements(facts: Mapping[int, Facts]) -> None:
    rows = Acknowledgement.objects.filter(
        proposal__cycle__in=[one.cycle.pk for one in facts.values() if is_running(one)],
        proposal__state=ProposalState.APPROVED,
        acknowledged_at__isnull=True,
        user__is_active=True,
    ).order_by("user_id")
    for cycle, user, asked_at in rows.values_list("proposal__cycle", "user", "asked_at"):
        facts[cycle].unacknowledged.append((user, asked_at))


def _read_meetings(facts: Mapping[int, Facts]) -> None:
    wanted = [one.cycle.pk for one in facts.values() if is_running(one)]
    rows = (
        Meeting.objects.filter(cycle__in=wanted)
        .exclude(state=MeetingState.CANCELLED)
        .defer("minutes", "invitation", "guests")
        .order_by("starts_at", "pk")
    )
    for row in rows:
        facts[row.cycle_id].meetings.append(row)


def _read_committees(facts: Mapping[int, Facts]) -> None:
    working = [one.cycle.pk for one in those_open(facts.values(), StepKind.COMMITTEE_WORK)]
    if not working:
        return
    seats = CommitteeMember.objects.filter(
        committee__cycle__in=working, committee__until__isnull=True, user__is_active=True
    ).order_by()
    for cycle in seats.values_list("committee__cycle", flat=True).distinct():
        facts[cycle].has_committee = True
