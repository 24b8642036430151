"""How late a year is: by step, indicator, group and person, and over the last weeks."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import clock
from people.models import User, WorkGroup
from workflow.models import Cycle, LateCount
from workflow.reminders.escalation import People
from workflow.reminders.schedule import working_days_of
from workflow.states import StepKind
from workflow.todos.todos import Todo, todos_of

WEEKS = 8


@dataclass(frozen=True)
class Late:
    """One overdue todo. ``days`` are working days since it was due."""

    todo: Todo
    days: int
    people: tuple[User, ...]


@dataclass
class LateBar:
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

    @property
    def extent(self) -> str:
        """Both in words."""
        return _in_words(self.count, self.longest, get_language())


@lru_cache(maxsize=1024)
def _in_words(count: int, longest: int, _language: str | None) -> str:
    """Kept: a page says the same of many parts, and a plural is slow to look up."""
    things = ngettext("%(n)s thing", "%(n)s things", count) % {"n": count}
    days = ngettext("longest %(n)s working day", "longest %(n)s working days", longest)
    return f"{things} · {days % {'n': longest}}"


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
    steps: list[LateBar]
    indicators: list[LateBar]
    groups: list[LateBar]
    people: list[LateBar]
    weeks: list[Week]


def lateness_of(cycle: Cycle, at: datetime, *, group: WorkGroup | None = None) -> Lateness:
    """Read one year; with ``group`` only what waits for people of that work group."""
    day, working_days = clock.today(at), working_days_of(cycle.assessment.office)
    overdue = [todo for todo in todos_of(cycle, at) if todo.days_late(day)]
    passed = cache(partial(working_days.passed, day=day))  # many todos share a due date
    people = _people({user for todo in overdue for user in todo.users})
    rows = []
    for todo in overdue:
        who = tuple(people[user] for user in todo.users if user in people)
        if group is not None:
            who = tuple(person for person in who if person.work_group_id == group.pk)
        if who or group is None:
            rows.append(Late(todo, passed(todo.due), who))
    return Lateness(
        late=rows,
        steps=_by(rows, lambda row: [f"{row.todo.step}. {StepKind(row.todo.step).label}"]),
        indicators=_by(rows, _indicators),
        groups=_by(rows, _groups),
        people=_by(rows, lambda row: [person.full_name for person in row.people]),
        weeks=_weeks(cycle, day, group, late=len(rows)),
    )


def _people(pks: Collection[int]) -> dict[int, User]:
    """Names of who is late, with their work groups; 1 query at most."""
    if not pks:
        return {}
    found: QuerySet[User] = User.objects.select_related("work_group").only(
        "prefix", "given_name", "family_name", "office", "work_group__name"
    )
    return found.order_by().in_bulk(pks)


def _by(rows: Iterable[Late], names: Callable[[Late], Iterable[str]]) -> list[LateBar]:
    """The parts with something overdue, most of it first; one row may count in several."""
    bars: dict[str, LateBar] = {}
    for row in rows:
        for name in dict.fromkeys(names(row)):
            bars.setdefault(name, LateBar(name)).late.append(row)
    return sorted(bars.values(), key=lambda bar: (-bar.count, -bar.longest, bar.name))


def _indicators(row: Late) -> list[str]:
    """The code of the indicator that the todo is about; few are about none."""
    code = row.todo.params.get("indicator")
    return [_("Indicator %(code)s") % {"code": code}] if code else []


def _groups(row: Late) -> list[str]:
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


def _counted(todos: Iterable[Todo], people: People, day: date) -> dict[int | None, list[int]]:
    """Work group, or None for the whole office → [open, late]."""
    found: dict[int | None, list[int]] = {None: [0, 0]}  # also of an office with nothing open
    for todo in todos:
        groups = {people.by_pk[user].group for user in todo.users if user in people.by_pk}
        for group in {None, *groups}:
            counted = found.setdefault(group, [0, 0])
            counted[0] += 1
            counted[1] += todo.days_late(day) > 0
    return found


def _weeks(cycle: Cycle, day: date, group: WorkGroup | None, *, late: int) -> list[Week]:
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
