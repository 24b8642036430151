"""Writing what is owed and missing: how often it runs, or how long it did not, changes nothing.

The planner never asks "is it seven days before today?" but "which stage is owed by now and not
notified?". It looks at a cycle when something happened in its office since it last looked, once an
hour in any case, and once a day, at the office's hour, for the stages. Two planners wait for each
other at the cycle's plan; the unique key of a reminder decides.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import chain, islice
from typing import Any, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils.translation import override

from core import clock
from core.models import EventChain
from notifications.models import Notification
from notifications.quiet_hours import hour_has_come
from workflow.models import Cycle, Reminder, ReminderPlan
from workflow.reminders import lateness
from workflow.reminders.escalation import ESCALATION, People, read_people
from workflow.reminders.schedule import NEW, Schedule, Stage, schedules_of
from workflow.todo import OF_THE_DAY, OF_THE_RUN
from workflow.todos.todos import Todo, running, todos_by_cycle

log = logging.getLogger(__name__)

CYCLES_AT_ONCE = 25
ROWS_AT_ONCE, SOME = 2000, 500
LOOK_AGAIN = timedelta(hours=1)
# Notifications of the domain name new work themselves; they are looked for so far back.
NEWS_OF = timedelta(days=3)
LEVELS = {role.value for role in ESCALATION}
T = TypeVar("T")
Pair = tuple[int, str]  # recipient, key of a todo
Past = tuple[str, date, date]  # stage, due date, day of the reminder
Written = dict[Pair, list[Past]]  # reminders of one cycle that are open
News = Mapping[Pair, tuple[int, datetime]]  # also by address → notification, when it was made
Owed = tuple[int, Todo, str, int | None]  # recipient, todo, stage, notification
# As ``COLUMNS`` says.
Row = tuple[int, int, str, str, int, str, date, str, str, datetime, int | None]


def plan_due(at: datetime) -> int:
    """Write what is owed and missing at ``at``; returns how many reminders were written."""
    _close_the_ended(at)
    return sum(
        _plan_safely([cycle.pk for cycle in cycles], at)
        for cycles in _batched(_worth_a_look(running(), at), CYCLES_AT_ONCE)
    )


def _close_the_ended(at: datetime) -> None:
    """In a year that is over nothing waits any more; nobody looks at it again."""
    ended = Cycle.objects.filter(reminder_plan__isnull=False).exclude(
        pk__in=running().order_by().values("pk")
    )
    Reminder.objects.filter(closed_at__isnull=True, cycle__in=ended).update(closed_at=at)


def _plan_safely(pks: list[int], at: datetime) -> int:
    """One office whose data cannot be read must not keep the others from being reminded."""
    try:
        return _plan(pks, at)
    except Exception:
        log.exception("cycles %s could not be planned", pks)
        if len(pks) == 1:
            return 0
    return sum(_plan_safely([pk], at) for pk in pks)


def _worth_a_look(cycles: QuerySet[Cycle], at: datetime) -> list[Cycle]:
    """The cycles of which something may be owed that is not written yet."""
    rows = list(
        cycles.select_related(
            "reminder_plan", "assessment__office__eventchain", "assessment__office"
        )
    )
    return [cycle for cycle in rows if _is_stale(cycle, at) or _day_has_come(cycle, at)]


def _is_stale(cycle: Cycle, at: datetime) -> bool:
    plan = getattr(cycle, "reminder_plan", None)
    if plan is None or plan.looked_at is None or plan.looked_at <= at - LOOK_AGAIN:
        return True
    return bool(plan.seen != _length(cycle))


def _length(cycle: Cycle) -> int:
    chain = getattr(cycle.assessment.office, "eventchain", None)
    return chain.length if chain else 0


def _day_has_come(cycle: Cycle, at: datetime) -> bool:
    """Whether today's stages are still to be written, and the office's hour has come."""
    plan, day = getattr(cycle, "reminder_plan", None), clock.today(at)
    planned = plan is not None and plan.planned_on is not None and plan.planned_on >= day
    return not planned and hour_has_come(at, cycle.assessment.office.digest_at)


@transaction.atomic
def _plan(pks: list[int], at: datetime) -> int:
    """Look at one batch of cycles, under the locks of their plans.

    What another planner looks at just now is left to it.
    """
    ReminderPlan.objects.bulk_create(
        [ReminderPlan(cycle_id=pk) for pk in pks], ignore_conflicts=True
    )
    locked = ReminderPlan.objects.select_for_update(skip_locked=True).filter(pk__in=pks)
    plans = {plan.pk: plan for plan in locked.order_by("pk")}
    # Asked again under the lock: somebody may have looked meanwhile.
    cycles = _worth_a_look(running().filter(pk__in=plans), at)
    if not cycles:
        return 0
    schedules = schedules_of(cycle.assessment.office_id for cycle in cycles)
    lengths = dict(EventChain.objects.filter(office__in=schedules).values_list("office", "length"))
    todos = todos_by_cycle(cycles, at)
    people = read_people(
        {user for rows in todos.values() for todo in rows for user in todo.users},
        schedules,
        clock.today(at),
    )
    views = [
        CycleView.of(cycle, todos[cycle.pk], schedules[cycle.assessment.office_id], people, at)
        for cycle in cycles
    ]
    written = _write(views)
    for view in views:
        plan = plans[view.cycle.pk]
        plan.looked_at, plan.seen = at, lengths.get(view.cycle.assessment.office_id, 0)
        if view.day_has_come:
            plan.planned_on = view.day
    counted = {view.cycle.pk: view.todos for view in views if view.is_daily}
    lateness.count(counted, people, clock.today(at))
    ReminderPlan.objects.bulk_update(plans.values(), ["looked_at", "seen", "planned_on"])
    return written


@dataclass
class CycleView:
    """One cycle as the planner sees it at one moment."""

    cycle: Cycle
    todos: list[Todo]
    schedule: Schedule
    people: People
    at: datetime
    day: date
    day_has_come: bool  # the office's hour has come, and nobody looked since

    @classmethod
    def of(
        cls, cycle: Cycle, todos: list[Todo], schedule: Schedule, people: People, at: datetime
    ) -> Self:
        """The cycle with what was read of it at ``at``."""
        return cls(cycle, todos, schedule, people, at, clock.today(at), _day_has_come(cycle, at))

    @property
    def is_daily(self) -> bool:
        """Whether today's stages are written now; on a rest day they wait for the next day."""
        return self.day_has_come and self.schedule.sends_on(self.day)

    def __post_init__(self) -> None:
        """Many todos share a due date: what it means on this day is asked once."""
        self.stage_of = cache(partial(self.schedule.stage, day=self.day))
        self.levels_of = cache(partial(self.schedule.levels_reached, day=self.day))

    @property
    def pairs(self) -> set[tuple[int, str]]:
        """Everybody for whom something waits, with its key."""
        return {(user, todo.key) for todo in self.todos for user in todo.users}


def _write(views: list[CycleView]) -> int:
    """Close what waits no more, write what is owed; returns how many were written."""
    written = _written(views)
    news = _news(views) if any(view.todos for view in views) else {}
    rows: list[Row] = []
    for view in views:
        rows += _owed(view, written[view.cycle.pk], news)
    insert(rows)
    return len(rows)


def _written(views: list[CycleView]) -> dict[int, Written]:
    """What is open of each cycle; closes the rest."""
    by_cycle = {view.cycle.pk: view for view in views}
    pairs = {pk: view.pairs for pk, view in by_cycle.items()}
    keys = {pk: {key for _user, key in found} for pk, found in pairs.items()}
    written: dict[int, Written] = {pk: defaultdict(list) for pk in by_cycle}
    over: list[int] = []
    rows = Reminder.objects.filter(cycle__in=by_cycle, closed_at__isnull=True).order_by()
    columns = ("pk", "cycle", "recipient", "todo_key", "stage", "due_date", "owed_at")
    for pk, cycle, user, key, stage, due, owed_at in rows.values_list(*columns).iterator():
        # A superior is notified of others' work: it is over when nobody has it any more.
        is_open = key in keys[cycle] if stage in LEVELS else (user, key) in pairs[cycle]
        if is_open:
            written[cycle][user, key].append((stage, due, clock.today(owed_at)))
        else:
            over.append(pk)
    for part in _batched(over, SOME):
        Reminder.objects.filter(pk__in=part).update(closed_at=views[0].at)
    _open_again(pairs, written)
    return written


def _open_again(pairs: Mapping[int, set[Pair]], written: Mapping[int, Written]) -> None:
    """What waits again for somebody it waited for before: they know of it, it is not new."""
    missing = {
        cycle: {pair for pair in found if pair not in written[cycle]}
        for cycle, found in pairs.items()
    }
    keys = {key for found in missing.values() for _user, key in found}
    if not keys:
        return
    wanted = [cycle for cycle, pairs_of_it in missing.items() if pairs_of_it]
    rows = Reminder.objects.filter(cycle__in=wanted, closed_at__isnull=False).order_by()
    if len(keys) <= SOME:
        rows = rows.filter(todo_key__in=keys)
    again: list[int] = []
    columns = ("pk", "cycle", "recipient", "todo_key", "stage", "due_date", "owed_at")
    for pk, cycle, user, key, stage, due, owed_at in rows.values_list(*columns).iterator():
        if (user, key) in missing[cycle] and stage not in LEVELS:
            written[cycle][user, key].append((stage, due, clock.today(owed_at)))
            again.append(pk)
    for part in _batched(again, SOME):
        Reminder.objects.filter(pk__in=part).update(closed_at=None)


def _news(views: list[CycleView]) -> News:
    """The last notification about each place or todo: its recipient knows of the work already."""
    offices = {view.cycle.assessment.office_id for view in views}
    people = views[0].people.by_pk.values()
    guests = {person.pk for person in people if person.office not in offices}
    recent = Notification.objects.filter(created_at__gte=views[0].at - NEWS_OF).exclude(url="")
    own = recent.filter(recipient__office__in=offices)
    others = recent.filter(recipient__in=guests) if guests else recent.none()
    found: dict[Pair, tuple[int, datetime]] = {}
    columns = ("recipient", "url", "todo_key", "pk", "created_at")
    for rows in (own, others):
        for user, url, key, pk, created_at in rows.order_by("pk").values_list(*columns):
            found[user, url] = pk, created_at
            if key:
                found[user, key] = pk, created_at
    return found


def _owed(view: CycleView, written: Written, news: News) -> Iterator[Row]:
    """Rows of what is owed in one cycle, worded in each reader's language; see ``COLUMNS``."""
    by_language: dict[str, list[Owed]] = defaultdict(list)
    for todo in view.todos:
        for row in chain(_own(view, todo, written, news), _up(view, todo, written)):
            by_language[view.people.by_pk[row[0]].language].append(row)
    for language, rows in by_language.items():
        titles: dict[str, tuple[str, str]] = {}
        with override(language):
            for user, todo, stage, notification in rows:
                if todo.key not in titles:
                    titles[todo.key] = " ".join(todo.title.split())[:300], todo.url
                title, url = titles[todo.key]
                what = view.cycle.pk, user, todo.key, todo.kind.value, todo.step, stage, todo.due
                yield *what, title, url, view.at, notification


def _own(view: CycleView, todo: Todo, written: Written, news: News) -> Iterator[Owed]:
    """What the people themselves are owed: news of the work, or its latest stage."""
    stage = view.stage_of(todo.due) if view.is_daily else None
    if stage and todo.since is not None and stage.begins <= todo.since:
        stage = None
    url = None
    for user in todo.users:
        if user not in view.people.by_pk:
            continue
        before = written.get((user, todo.key))
        if stage and not _was_reminded(before, todo, stage):
            yield user, todo, stage.name, None
        elif before is None and todo.kind not in OF_THE_RUN:
            url = url or todo.url
            yield user, todo, NEW, _announced_by(news, user, todo, url)


def _was_reminded(before: Iterable[Past] | None, todo: Todo, stage: Stage) -> bool:
    """Whether anything was said of it since the stage began."""
    return any(
        day >= stage.begins
        for name, due, day in before or ()
        if name not in LEVELS and (name == NEW or due == todo.due)
    )


def _announced_by(news: News, user: int, todo: Todo, url: str) -> int | None:
    """The notification that named this work when it came up; None when none did."""
    for mark in (todo.key, url):
        if (user, mark) not in news:
            continue
        pk, created_at = news[user, mark]
        if todo.since is None or clock.today(created_at) >= todo.since:
            return pk
    return None


def _up(view: CycleView, todo: Todo, written: Written) -> Iterator[Owed]:
    """What superiors are owed of a todo that is long overdue."""
    if not view.is_daily or todo.kind in OF_THE_DAY or todo.due >= view.day:
        return
    office = view.cycle.assessment.office_id
    for role in view.levels_of(todo.due):
        for superior in view.people.superiors(office, todo.users, role):
            said = written.get((superior, todo.key), ())
            if not any(name == role and due == todo.due for name, due, _day in said):
                yield superior, todo, role.value, None


def _batched(rows: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    left = iter(rows)
    while part := tuple(islice(left, size)):
        yield part


# -- writing ------------------------------------------------------------------------------
COLUMNS = (
    "cycle",
    "recipient",
    "todo_key",
    "kind",
    "step",
    "stage",
    "due_date",
    "title",
    "url",
    "owed_at",
    "notification",
)


def _field(name: str) -> "models.Field[Any, Any]":
    """A column of reminders; the relations among them are forward ones."""
    field = Reminder._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(name)
    return field


def insert(rows: list[Row]) -> None:
    """Write rows of ``COLUMNS``; those that are there already are left alone.

    By hand: on the morning on which all is owed, making half a million models and statements
    costs minutes more than the rows themselves.
    """
    fields = [_field(name) for name in COLUMNS]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(Reminder._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of ours
    day, moment = _field("due_date"), _field("owed_at")
    days = cache(lambda value: day.get_db_prep_save(value, connection))
    moments = cache(lambda value: moment.get_db_prep_save(value, connection))
    with connection.cursor() as cursor:
        for part in _batched(rows, ROWS_AT_ONCE):
            cursor.executemany(
                statement,
                [(*row[:6], days(row[6]), *row[7:9], moments(row[9]), row[10]) for row in part],
            )
