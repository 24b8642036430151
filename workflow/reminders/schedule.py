"""On which day which stage of a todo begins; data of the office, with good defaults."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.history import log_event
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from notifications.quiet_hours import is_quiet
from people.models import Office, RestDay, User
from people.states import Role
from thai import WorkingDays
from workflow import rules
from workflow.models import ReminderSchedule

NEW, TODAY = "new", "today"
PUBLIC = WorkingDays()  # most offices add no days: they share one count of the years
LONGEST_BEFORE, LONGEST_AFTER = 120, 250  # days


@dataclass(frozen=True)
class Stage:
    """One reminder in the life of a todo; ``name`` is part of the reminder's key."""

    name: str
    begins: date


@dataclass(frozen=True)
class Schedule:
    """What one office's schedule says.

    ``before`` counts calendar days, ``every`` and ``levels`` (role → after how many) working days.
    """

    before: tuple[int, ...] = (14, 7, 1)
    every: int = 3
    levels: tuple[tuple[Role, int], ...] = (
        (Role.GROUP_DIRECTOR, 5),
        (Role.DEPUTY, 10),
        (Role.DIRECTOR, 15),
    )
    on_rest_days: bool = False
    days: WorkingDays = field(default_factory=WorkingDays, compare=False)

    def sends_on(self, day: date) -> bool:
        """Whether digests go out on ``day``."""
        return self.on_rest_days or self.days.is_working(day)

    def stage(self, due: date, day: date) -> Stage | None:
        """The latest stage that has begun by ``day``; None before the first.

        A stage before the due date, and that of the day itself, which would begin on a rest day
        begins on the last working day before it, so that it comes in time.
        """
        late = self.days.passed(due, day)
        late -= late % self.every
        if late:
            return Stage(f"late{late}", self.days.after(due, late))
        for name, count in ((TODAY, 0), *((f"before{n}", n) for n in sorted(self.before))):
            begins = due - timedelta(count)
            if not self.on_rest_days:
                begins = self.days.on_or_before(begins)
            if begins <= day:
                return Stage(name, begins)
        return None

    def levels_reached(self, due: date, day: date) -> list[Role]:
        """Who was to be notified of an overdue todo by ``day``."""
        late = self.days.passed(due, day)
        return [role for role, after in self.levels if late >= after]


def schedules_of(offices: Iterable[int]) -> dict[int, Schedule]:
    """Office id → its schedule, the usual one where none was written; 2 queries."""
    working_days = _working_days(set(offices))
    rows = {row.pk: row for row in ReminderSchedule.objects.filter(office__in=working_days)}
    usual = ReminderSchedule()
    return {
        office: _schedule(rows.get(office, usual), days) for office, days in working_days.items()
    }


def schedule_of(office: Office) -> Schedule:
    """The schedule of one office."""
    return schedules_of([office.pk])[office.pk]


def working_days_of(office: Office) -> WorkingDays:
    """On which days one office works; 1 query."""
    return _working_days({office.pk})[office.pk]


def _working_days(offices: Collection[int]) -> dict[int, WorkingDays]:
    own: dict[int, list[date]] = {office: [] for office in offices}
    rows = RestDay.objects.filter(office__in=own).order_by()
    for office, day in rows.values_list("office", "day"):
        own[office].append(day)
    return {office: WorkingDays(days) if days else PUBLIC for office, days in own.items()}


def _schedule(row: ReminderSchedule, days: WorkingDays) -> Schedule:
    levels = (
        (Role.GROUP_DIRECTOR, row.group_director_after),
        (Role.DEPUTY, row.deputy_after),
        (Role.DIRECTOR, row.director_after),
    )
    return Schedule(
        before=tuple(row.before),
        every=row.every,
        levels=tuple((role, after) for role, after in levels if after),
        on_rest_days=row.on_rest_days,
        days=days,
    )


# -- changing it ------------------------------------------------------------------
FIELDS = (
    "before",
    "every",
    "group_director_after",
    "deputy_after",
    "director_after",
    "on_rest_days",
)
HOURS = ("digest_at", "quiet_from", "quiet_until")


def row_of(office: Office) -> ReminderSchedule:
    """The office's row; an unsaved one with the usual values when it has none yet."""
    return ReminderSchedule.objects.filter(office=office).first() or ReminderSchedule(office=office)


@transaction.atomic
def save_schedule(office: Office, *, version: int, by: User, **changes: Any) -> None:
    """Change the schedule and the hours; ``version`` counts the saves that the form had seen.

    ``changes`` are all of ``FIELDS`` and ``HOURS``. Refused when somebody saved meanwhile.
    """
    require_planner(by, office)
    _require_sense(changes)
    ReminderSchedule.objects.bulk_create([ReminderSchedule(office=office)], ignore_conflicts=True)
    row = ReminderSchedule.objects.get(office=office)
    stored = Office.objects.get(pk=office.pk)
    now = {name: getattr(row, name) for name in FIELDS}
    now |= {name: getattr(stored, name) for name in HOURS}
    changed = [name for name, value in changes.items() if now[name] != value]
    if not changed:
        return
    saved = ReminderSchedule.objects.filter(pk=row.pk, version=version).update(
        version=version + 1, **{name: changes[name] for name in FIELDS}
    )
    if not saved:
        raise StaleEdit(_("Somebody changed the reminders meanwhile. Please load the page again."))
    Office.objects.filter(pk=office.pk).update(**{name: changes[name] for name in HOURS})
    log_event(
        office,
        actor=by,
        verb="reminders.schedule",
        target=office,
        before={name: _shown(now[name]) for name in changed},
        after={name: _shown(changes[name]) for name in changed},
    )


@transaction.atomic
def add_rest_day(office: Office, *, day: date, name: str, by: User) -> RestDay:
    """Let the office rest on one more day."""
    require_planner(by, office)
    row, made = RestDay.objects.get_or_create(
        office=office, day=day, defaults={"name": name.strip()}
    )
    if not made:
        raise RuleBroken(_("This day stands in the list already."), field="day")
    log_event(
        office,
        actor=by,
        verb="rest_day.add",
        target=row,
        after={"day": day.isoformat(), "name": row.name},
    )
    return row


@transaction.atomic
def remove_rest_day(row: RestDay, *, by: User) -> None:
    """Take an own rest day back; again is harmless."""
    require_planner(by, row.office)
    if RestDay.objects.filter(pk=row.pk).delete()[0]:
        log_event(
            row.office,
            actor=by,
            verb="rest_day.remove",
            target=row,
            before={"day": row.day.isoformat(), "name": row.name},
        )


def require_planner(by: User, office: Office) -> None:
    """Refuse who may not change when people are reminded."""
    if not rules.may_schedule_reminders(by, office.pk, clock.today()):
        raise NotAllowed(_("Only the coordinator or an administrator changes the reminders."))


def _require_sense(changes: Mapping[str, Any]) -> None:
    if any(not 1 <= days <= LONGEST_BEFORE for days in changes["before"]):
        raise RuleBroken(
            _("Days before the due date: from 1 to %(most)d.") % {"most": LONGEST_BEFORE},
            field="before",
        )
    if not 1 <= changes["every"] <= LONGEST_AFTER:
        raise RuleBroken(_("Remind again after at least one working day."), field="every")
    _require_escalation(changes)
    if is_quiet(changes["digest_at"], changes["quiet_from"], changes["quiet_until"]):
        raise RuleBroken(_("The digest would go out in the quiet hours."), field="digest_at")


def _require_escalation(changes: Mapping[str, int | None]) -> None:
    """Nobody is notified before those below them."""
    lowest = 0
    for name in ("group_director_after", "deputy_after", "director_after"):
        after = changes[name]
        if after is not None and after < lowest:
            raise RuleBroken(_("Whoever stands higher hears later, not before."), field=name)
        lowest = after or lowest


def _shown(value: object) -> object:
    """JSON-safe, as the history keeps it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.strftime("%H.%M") if isinstance(value, time) else value
