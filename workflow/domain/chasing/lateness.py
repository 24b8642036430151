"""How late a year is: by step, indicator, group and person, and over the last weeks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from people import clock
from people.models import User, WorkGroup
from workflow.domain.chasing.schedule import schedule_of
from workflow.domain.chasing.superiors import People
from workflow.domain.todos import Todo, todos_of
from workflow.models import Cycle, LateCount
from workflow.states import StepKind

WEEKS = 8


@dataclass(frozen=True)
class Late:
    """One overdue todo. ``days`` are working days since it was due."""

    todo: Todo
    days: int
    people: tuple[User, ...]


@dataclass
class Bar:
    """How much is overdue in one part of the year, and for how long at most."""

    name: str
    late: list[Late] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Overdue todos."""
        return len(self.late)

    @property
    def longest(self) -> int:
        """Working days of the longest overdue one."""
        return max((row.days for row in self.late), default=0)


@dataclass(frozen=True)
class Week:
    """The last count of one week, Monday to Sunday; None when nobody counted."""

    monday: date
    open: int | None
    late: int | None


@dataclass(frozen=True)
class Lateness:
    """Everything the dashboard shows of one year at one moment."""

    late: list[Late]
    steps: list[Bar]
    indicators: list[Bar]
    groups: list[Bar]
    people: list[Bar]
    weeks: list[Week]


def lateness_of(cycle: Cycle, at: datetime, *, group: WorkGroup | None = None) -> Lateness:
    """Read one year; with ``group`` only what waits for people of that work group."""
    day, schedule = clock.today(at), schedule_of(cycle.assessment.office)
    overdue = [todo for todo in todos_of(cycle, at) if todo.days_late(day)]
    people = User.objects.select_related("work_group").in_bulk(
        {user for todo in overdue for user in todo.users}
    )
    rows = []
    for todo in overdue:
        who = tuple(people[user] for user in todo.users if user in people)
        if group is not None:
            who = tuple(person for person in who if person.work_group_id == group.pk)
        if who or group is None:
            rows.append(Late(todo, schedule.days.passed(todo.due, day), who))
    return Lateness(
        late=rows,
        steps=_by(rows, lambda row: [f"{row.todo.step}. {StepKind(row.todo.step).label}"]),
        indicators=_by(rows, _indicators),
        groups=_by(rows, _groups),
        people=_by(rows, lambda row: [person.full_name for person in row.people]),
        weeks=_weeks(cycle, day, group, late=len(rows)),
    )


def _by(rows, names) -> list[Bar]:
    """The parts with something overdue, most of it first; one row may count in several."""
    bars: dict[str, Bar] = {}
    for row in rows:
        for name in dict.fromkeys(names(row)):
            bars.setdefault(name, Bar(name)).late.append(row)
    return sorted(bars.values(), key=lambda bar: (-bar.count, -bar.longest, bar.name))


def _indicators(row):
    """The code of the indicator that the todo is about; few are about none."""
    code = row.todo.words.get("indicator")
    return [_("Indicator %(code)s") % {"code": code}] if code else []


def _groups(row):
    return [person.work_group.name for person in row.people if person.work_group is not None]


# -- over the weeks -----------------------------------------------------------------
def count(cycles: Mapping[int, Iterable[Todo]], people: People, day: date) -> None:
    """Keep how much of each cycle was open and overdue on ``day``; again it is written over."""
    if not cycles:
        return
    LateCount.objects.filter(cycle__in=cycles, day=day).delete()
    LateCount.objects.bulk_create(
        LateCount(cycle_id=cycle, day=day, group_id=group, open=opened, late=late)
        for cycle, todos in cycles.items()
        for group, (opened, late) in _counted(todos, people, day).items()
    )


def _counted(todos, people, day):
    """Work group, or None for the whole office → [open, late]."""
    found: dict[int | None, list[int]] = {None: [0, 0]}  # also of an office with nothing open
    for todo in todos:
        groups = {people.by_pk[user].group for user in todo.users if user in people.by_pk}
        for group in {None, *groups}:
            counted = found.setdefault(group, [0, 0])
            counted[0] += 1
            counted[1] += todo.days_late(day) > 0
    return found


def _weeks(cycle, day, group, *, late) -> list[Week]:
    """The last count of each of the last weeks, the oldest first, and this week as it is now.

    1 query.
    """
    monday = day - timedelta(day.weekday())
    mondays = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    rows = LateCount.objects.filter(cycle=cycle, group=group, day__range=(mondays[0], day))
    last = {
        counted - timedelta(counted.weekday()): (opened, late)
        for counted, opened, late in rows.order_by("day").values_list("day", "open", "late")
    }
    counted = [Week(start, *last.get(start, (None, None))) for start in mondays[:-1]]
    return [*counted, Week(monday, None, late)]
