"""The first page: what waits for me, most urgent first, and what I can do next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from esa_standards import thai
from indicators.models import Item
from indicators.states import ItemState
from people import clock, rules
from people.domain.health import silent_parts
from people.states import OfficeKind
from workflow.domain import todos
from workflow.domain.todos import Todo, TodoKind
from workflow.forms.meetings import SearchForm
from workflow.models import Cycle
from workflow.rules import may_open_cycle
from workflow.states import ProposalKind, StepState

SOON_DAYS = 7
SHOWN = 25


@dataclass(frozen=True)
class Line:
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


@dataclass
class Glance:
    """A running cycle for who leads it."""

    cycle: Cycle
    step: object
    done: int
    total: int
    handed_in: int
    late: int

    @property
    def percent(self) -> int:
        """Share of considerations handed in, rounded down."""
        return self.handed_in * 100 // self.total if self.total else 0


def _grouped(lines):
    groups = {"overdue": [], "soon": [], "later": []}
    for line in lines:
        groups[line.group].append(line)
    return {name: rows for name, rows in groups.items() if rows}


@require_safe
def home(request):
    """งานของฉัน."""
    at, user = clock.now(), request.user
    day = clock.today(at)
    cycles = list(todos.cycles_for(user, at).prefetch_related("steps"))
    by_cycle = todos.todos_by_cycle(cycles, at)
    lines = [Line(todo, day) for todo in todos.theirs(user, by_cycle)]
    own = [cycle for cycle in cycles if cycle.assessment.office_id == user.office_id]
    glances = _glances(user, own, by_cycle, day)
    context = {
        "groups": _grouped(lines[:SHOWN]),
        "count": len(lines),
        "more": len(lines) - SHOWN,
        "late": sum(line.late > 0 for line in lines),
        "cycles": own,
        "glances": glances,
        "office_late": sum(glance.late for glance in glances),
        "is_reviewer": rules.is_obec(user, day),
        "trouble": silent_parts() if _is_admin(user, day) else [],
        "runs_cycles": user.office is not None and user.office.kind != OfficeKind.NATIONAL,
        "may_open": user.office_id is not None and may_open_cycle(user, user.office_id, day),
    }
    return render(request, "workflow/home.html", context)


def _is_admin(user, day):
    return user.office_id is not None and rules.is_admin(user, user.office_id, day)


def _glances(user, cycles, by_cycle, day):
    """What those who lead the office see of each running cycle."""
    leads = (rules.is_coordinator, rules.is_director, rules.is_deputy)
    if not cycles or not any(lead(user, user.office_id, day) for lead in leads):
        return []
    handed_in = Count("pk", filter=Q(state=ItemState.HANDED_IN))
    counts = {
        row["assessment"]: row
        for row in Item.objects.filter(assessment__in=[cycle.assessment_id for cycle in cycles])
        .order_by()
        .values("assessment")
        .annotate(total=Count("pk"), handed_in=handed_in)
    }
    return [_glance(cycle, counts, by_cycle[cycle.pk], day) for cycle in cycles]


def _glance(cycle, counts, waiting, day):
    steps = sorted(cycle.steps.all(), key=lambda step: step.kind)
    count = counts.get(cycle.assessment_id, {"total": 0, "handed_in": 0})
    return Glance(
        cycle=cycle,
        step=next((step for step in steps if step.state == StepState.OPEN), None),
        done=sum(step.state == StepState.DONE for step in steps),
        total=count["total"],
        handed_in=count["handed_in"],
        late=sum(todo.days_late(day) > 0 for todo in waiting),
    )


@require_safe
def todo_list(request):
    """Everything that waits for me, searchable."""
    at = clock.now()
    day = clock.today(at)
    search = SearchForm(request.GET)
    lines = [Line(todo, day) for todo in todos.todos_for(request.user, at)]
    found = [line for line in lines if _matches(line.todo, search.words)]
    context = {"groups": _grouped(found), "count": len(found), "total": len(lines)}
    return render(request, "workflow/todo_list.html", {**context, "search": search})


def _matches(todo, words):
    text = thai.fold(f"{todo.title} {todo.detail} {todo.year}")
    return all(word in text for word in words)
