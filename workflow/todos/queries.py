"""What the first page and the list of one's work show."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

import thai
from core import clock
from core.health import Check, silent_parts
from indicators.models import Item
from indicators.states import ItemState
from notifications.hold import held_check, hold_of
from people import rules
from people.models import User
from workflow.models import Cycle, Step
from workflow.states import ProposalKind, StepState
from workflow.todo import Todo, TodoKind
from workflow.todos import todos

SOON_DAYS = 7
SHOWN = 25
GROUPS = ("overdue", "soon", "later")


@dataclass(frozen=True)
class TodoLine:
    """One todo as the page shows it on ``day``."""

    todo: Todo
    day: date

    @property
    def late(self) -> int:
        """Days overdue, 0 when not."""
        return self.todo.days_late(self.day)

    @property
    def group(self) -> str:
        """overdue, soon or later."""
        if self.late:
            return "overdue"
        return "soon" if (self.todo.due - self.day).days <= SOON_DAYS else "later"

    @property
    def is_today(self) -> bool:
        """Whether it is due today."""
        return self.todo.due == self.day

    @property
    def announcement(self) -> str:
        """Kind of the paper to acknowledge with one click, else empty."""
        is_ask = self.todo.kind == TodoKind.ACKNOWLEDGE
        return ProposalKind.ANNOUNCEMENT.value if is_ask else ""


@dataclass(frozen=True)
class TodoGroup:
    """The shown lines of one group, and how many it has on all pages."""

    name: str
    lines: list[TodoLine]
    count: int


@dataclass
class Glance:
    """A running cycle for who leads it."""

    cycle: Cycle
    steps: list[Step]
    total: int
    handed_in: int
    late: int

    @property
    def step(self) -> Step | None:
        """The first step in progress."""
        return next((step for step in self.steps if step.state == StepState.OPEN), None)

    @property
    def done(self) -> int:
        """How many steps are finished."""
        return sum(step.state == StepState.DONE for step in self.steps)

    @property
    def percent(self) -> int:
        """Share of considerations handed in, rounded down."""
        return self.handed_in * 100 // self.total if self.total else 0


@dataclass(frozen=True)
class HomePage:
    """What waits for one person, the most urgent of it, and the office at a glance."""

    groups: list[TodoGroup]
    count: int
    late: int
    cycles: list[Cycle]
    glances: list[Glance]

    @property
    def more(self) -> int:
        """How many the page does not show."""
        return max(0, self.count - SHOWN)

    @property
    def office_late(self) -> int:
        """What is late in the office, for whomever."""
        return sum(glance.late for glance in self.glances)


def home_of(user: User, at: datetime) -> HomePage:
    """A fixed number of queries, whatever waits."""
    day = clock.today(at)
    cycles = list(todos.own_cycles(user).prefetch_related("steps"))
    by_cycle = todos.kept_by_cycle(cycles, at)
    lines = [TodoLine(todo, day) for todo in todos.theirs(user, by_cycle, at)]
    return HomePage(
        groups=grouped(lines[:SHOWN], lines),
        count=len(lines),
        late=sum(line.late > 0 for line in lines),
        cycles=cycles,
        glances=_glances(user, cycles, by_cycle, day),
    )


def lines_of(user: User, at: datetime) -> list[TodoLine]:
    """Everything that waits for ``user``, most urgent first."""
    day = clock.today(at)
    return [TodoLine(todo, day) for todo in todos.todos_for(user, at)]


def matching(lines: Iterable[TodoLine], words: Collection[str]) -> list[TodoLine]:
    """The lines that say all ``words`` (folded)."""
    return [line for line in lines if not words or _matches(line.todo, words)]


def grouped(shown: Iterable[TodoLine], lines: Iterable[TodoLine]) -> list[TodoGroup]:
    """The ``shown`` ones of ``lines`` by how soon they are due; empty groups are left out."""
    counts = Counter(line.group for line in lines)
    rows: dict[str, list[TodoLine]] = {name: [] for name in GROUPS}
    for line in shown:
        rows[line.group].append(line)
    return [TodoGroup(name, found, counts[name]) for name, found in rows.items() if found]


def silent_for(user: User, day: date) -> list[Check]:
    """Parts of the program that do not run or are held, for the office's administrators."""
    if user.office_id is None or not rules.is_admin(user, user.office_id, day):
        return []
    held = held_check() if hold_of(user.office_id) else None
    return [*filter(None, [held]), *silent_parts()]


def _matches(todo: Todo, words: Collection[str]) -> bool:
    text = thai.fold(f"{todo.title} {todo.detail} {todo.year}")
    return all(word in text for word in words)


def _glances(
    user: User, cycles: list[Cycle], by_cycle: Mapping[int, list[Todo]], day: date
) -> list[Glance]:
    """What those who lead the office see of each running cycle."""
    leads = (rules.is_coordinator, rules.is_director, rules.is_deputy)
    if not cycles or not any(lead(user, user.office_id, day) for lead in leads):
        return []
    counts = _handed_in(cycles)
    return [
        Glance(
            cycle=cycle,
            steps=sorted(cycle.steps.all(), key=lambda step: step.kind),
            total=counts.get(cycle.assessment_id, (0, 0))[0],
            handed_in=counts.get(cycle.assessment_id, (0, 0))[1],
            late=sum(todo.days_late(day) > 0 for todo in by_cycle[cycle.pk]),
        )
        for cycle in cycles
    ]


def _handed_in(cycles: list[Cycle]) -> dict[int, tuple[int, int]]:
    """Assessment → (considerations, those handed in); one query."""
    rows = (
        Item.objects.filter(assessment__in=[cycle.assessment_id for cycle in cycles])
        .order_by()
        .values("assessment")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(state=ItemState.HANDED_IN)))
    )
    return {row["assessment"]: (row["total"], row["done"]) for row in rows}
