"""What the pages of the steps read: years, what a step waits for, progress, the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

import thai
from core import clock
from core.history_words import SUBJECTS
from core.models import Event
from indicators.catalogue.checklists.queries import Checklist, checklists_of, counted
from indicators.models import Edition, VerifiedScore
from indicators.narratives.progress import Counts, Part, progress_of
from people.models import Office, User
from workflow.models import (
    Acknowledgement,
    Cycle,
    Meeting,
    Proposal,
    Recommendation,
    Step,
    StepEvent,
)
from workflow.papers.queries import Share, acknowledged
from workflow.states import MeetingKind, ProposalKind, ProposalState, StepKind, StepState
from workflow.todo import Todo
from workflow.todos.todos import todos_of

NAMES_SHOWN = 30
OTHERS_SHOWN = 12
HOLDERS_SHOWN = 3
KIND_OF = {
    StepKind.AGENDA: ProposalKind.ANNOUNCEMENT,
    StepKind.APPOINTMENT: ProposalKind.ORDER,
    StepKind.SELF_ASSESSMENT: ProposalKind.SAR,
}
MEETINGS_OF = {
    StepKind.BRIEFING: MeetingKind.BRIEFING,
    StepKind.COMMITTEE_WORK: MeetingKind.COMMITTEE,
    StepKind.SELF_ASSESSMENT: MeetingKind.COMMITTEE,
}


@dataclass
class StepFacts:
    """What a step's page shows besides its gate; parts that a step has none of stay empty."""

    kind: str = ""
    newest: Proposal | None = None
    in_force: Proposal | None = None
    acknowledged: Share | None = None
    silent: list[str] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    has_meetings: bool = False
    verified: int = 0
    recommendations: Share | None = None


def facts_of(step: Step) -> StepFacts:
    """Read what belongs to one step."""
    cycle, facts = step.cycle, StepFacts()
    if kind := KIND_OF.get(StepKind(step.kind)):
        facts.kind = kind.value
        versions = list(
            Proposal.objects.filter(cycle=cycle, kind=kind).select_related("approved_by")
        )
        facts.newest = versions[0] if versions else None
        facts.in_force = next((p for p in versions if p.state == ProposalState.APPROVED), None)
        if facts.in_force is not None and facts.in_force.published_at is not None:
            facts.acknowledged = acknowledged(facts.in_force)
            facts.silent = [row.user.full_name for row in silent(facts.in_force)[:NAMES_SHOWN]]
    if meetings := MEETINGS_OF.get(StepKind(step.kind)):
        facts.has_meetings = True
        facts.meetings = list(Meeting.objects.filter(cycle=cycle, kind=meetings))
    if step.kind == StepKind.SUMMARY:
        facts.verified = VerifiedScore.objects.filter(item__assessment=cycle.assessment_id).count()
        rows = Recommendation.objects.filter(cycle=cycle)
        facts.recommendations = Share(rows.filter(answered_at__isnull=False).count(), rows.count())
    return facts


def silent(proposal: Proposal) -> QuerySet[Acknowledgement]:
    """Active people who were asked and have not acknowledged, in name order."""
    return (
        Acknowledgement.objects.filter(
            proposal=proposal, acknowledged_at__isnull=True, user__is_active=True
        )
        .select_related("user__work_group")
        .order_by("user__sort_name", "pk")
    )


# -- the list of years ------------------------------------------------------------------
@dataclass(frozen=True)
class YearRow:
    """One of the office's years in the list."""

    cycle: Cycle
    now: list[Step]
    done: int
    late: bool


def years_of(user: User, day: date) -> list[YearRow]:
    """The years of the person's office, newest first; 2 queries."""
    cycles = Cycle.objects.visible_to(user).select_related(
        "assessment__office", "assessment__edition"
    )
    return [_year(cycle, day) for cycle in cycles.prefetch_related("steps")]


def _year(cycle: Cycle, day: date) -> YearRow:
    steps = cycle.steps.all()
    now = [step for step in steps if step.state == StepState.OPEN]
    return YearRow(
        cycle=cycle,
        now=now,
        done=sum(step.state == StepState.DONE for step in steps),
        late=any(step.is_late(day) for step in now),
    )


# -- opening a year ---------------------------------------------------------------------
def editions_for(user: User) -> QuerySet[Edition]:
    """By which editions a year may be opened, the newest version first."""
    rows: QuerySet[Edition] = Edition.objects.visible_to(user)
    return rows.order_by("-code", "-version")


def next_year(office: Office) -> int:
    """The running fiscal year, or the one after it when the office has opened that already."""
    year = clock.this_fiscal_year()
    opened = Cycle.objects.filter(assessment__office=office, assessment__fiscal_year=year)
    return year + 1 if opened.exists() else year


# -- one step ---------------------------------------------------------------------------
def steps_of(cycle: Cycle) -> list[Step]:
    """The six steps in their order; 1 query."""
    return list(Step.objects.filter(cycle=cycle).order_by("kind"))


def step_events(step: Step) -> list[StepEvent]:
    """What happened in the step, and who did it; 1 query."""
    return list(step.events.select_related("actor"))


def left_open_of(step: Step, events: Sequence[StepEvent]) -> list[tuple[str, str]]:
    """What still waited when an approved SAR closed the step, and whose it was."""
    if step.state != StepState.DONE or not events:
        return []
    language = "en" if get_language() == "en" else "th"
    return [(row[language], row["people"]) for row in events[-1].left_open]


def possible_people(user: User) -> QuerySet[User]:
    """Who of the reader's office may be responsible for a step."""
    rows: QuerySet[User] = User.objects.visible_to(user).active()
    return rows


# -- what a step waits for --------------------------------------------------------------
@dataclass(frozen=True)
class StepTodos:
    """What waits in one step, for its page."""

    missing: list[Todo]  # what keeps it from being finished
    others: list[Todo]
    others_left: int
    mine: set[str]  # keys
    holders: dict[str, list[str]]  # key → names


def step_todos(step: Step, user: User, at: datetime) -> StepTodos:
    """The todos of the step, with the names of who holds each: one query for all names."""
    todos = [todo for todo in todos_of(step.cycle, at) if todo.step == step.kind]
    others = [todo for todo in todos if not todo.blocks]
    return StepTodos(
        missing=[todo for todo in todos if todo.blocks],
        others=others[:OTHERS_SHOWN],
        others_left=max(0, len(others) - OTHERS_SHOWN),
        mine={todo.key for todo in todos if user.pk in todo.users},
        holders=_holders(todos),
    )


def _holders(todos: list[Todo]) -> dict[str, list[str]]:
    people = User.objects.in_bulk({pk for todo in todos for pk in todo.users[:HOLDERS_SHOWN]})
    return {
        todo.key: [people[pk].full_name for pk in todo.users[:HOLDERS_SHOWN] if pk in people]
        for todo in todos
    }


# -- progress ---------------------------------------------------------------------------
@dataclass(frozen=True)
class ProgressRow:
    """One line of a progress table."""

    part: Part
    late: int
    required: tuple[int, int] = (0, 0)  # pieces of evidence that are there, and that are expected

    @property
    def name(self) -> str:
        """Code and title, or the name of a person or group."""
        return f"{self.part.code} {self.part.title}".strip()


@dataclass(frozen=True)
class ProgressPage:
    """How far the year is: per standard with its indicators, per group and per person."""

    counts: Counts
    due: date
    past: bool
    standards: list[tuple[ProgressRow, list[ProgressRow]]]
    groups: list[ProgressRow]
    people: list[ProgressRow]
    required: tuple[int, int] = (0, 0)


def progress_page(cycle: Cycle, day: date, words: Iterable[str]) -> ProgressPage:
    """What was handed in, and what is late once step 4 should be over; 4 queries.

    Of the people only those whose names hold all ``words`` (folded).
    """
    read = progress_of(cycle.assessment)
    due = Step.objects.values_list("planned_end", flat=True).get(
        cycle=cycle, kind=StepKind.COMMITTEE_WORK
    )
    past = day > due
    words = list(words)
    required = checklists_of(item__assessment=cycle.assessment)
    row = partial(_progress_row, past=past, required=required)
    return ProgressPage(
        counts=read.counts,
        due=due,
        past=past,
        standards=[(row(part), [row(below) for below in part.parts]) for part in read.standards],
        groups=[row(part) for part in read.groups],
        people=[one for one in map(row, read.people) if _is_named(one, words)],
        required=counted(required.values()),
    )


def _progress_row(part: Part, *, past: bool, required: Mapping[int, Checklist]) -> ProgressRow:
    return ProgressRow(
        part,
        part.counts.items - part.counts.handed_in if past else 0,
        counted(required[item.pk] for item in part.items if item.pk in required),
    )


def _is_named(row: ProgressRow, words: list[str]) -> bool:
    text = thai.fold(row.name)
    return all(word in text for word in words)


# -- history ----------------------------------------------------------------------------
def events_of(user: User, cycle: Cycle, *, subject: str = "", text: str = "") -> QuerySet[Event]:
    """What happened in the year, newest first: about ``subject``, with ``text`` in it."""
    events: QuerySet[Event] = (
        Event.objects.visible_to(user)
        .filter(fiscal_year=cycle.fiscal_year)
        .select_related("actor")
        .order_by("-at", "-number")
    )
    if starts := SUBJECTS.get(subject):
        chosen = Q()
        for start in starts:
            chosen |= Q(verb__startswith=start)
        events = events.filter(chosen)
    if text:
        either = Q(actor__search_text__contains=thai.fold(text))
        for spelling in thai.digit_spellings(text):
            either |= Q(target_label__icontains=spelling)
        events = events.filter(either)
    return events
