"""What the pages of chasing show: late todos, told reminders, the weeks as bars."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from esa_standards import thai
from people import clock
from people.models import User
from people.states import Channel, DeliveryState, Role
from workflow import rules
from workflow.domain.chasing.lateness import Late, Week
from workflow.domain.todos.model import OF_THE_DAY
from workflow.models import Reminder

NUMBERED = re.compile(r"(before|late)(\d+)")
STAGES = {
    "new": gettext_lazy("New work"),
    "today": gettext_lazy("On the day"),
    Role.GROUP_DIRECTOR.value: gettext_lazy("Told the group director"),
    Role.DEPUTY.value: gettext_lazy("Told the deputy"),
    Role.DIRECTOR.value: gettext_lazy("Told the director"),
}


# -- what is late ---------------------------------------------------------------------
@dataclass(frozen=True)
class LateRow:
    """One overdue todo, and whom of its people the reader may send a word."""

    late: Late
    reachable: list[User]

    @property
    def names(self) -> str:
        """Who is meant by a word."""
        return ", ".join(person.full_name for person in self.reachable)


def late_rows(user, cycle, late, day, words) -> list[LateRow]:
    """The rows that hold all ``words`` (folded), the longest overdue first."""
    rows = []
    for one in late:
        said = " ".join([one.todo.title, *(person.full_name for person in one.people)])
        if all(word in thai.fold(said) for word in words):
            may = [
                person
                for person in one.people
                if person.pk != user.pk and rules.may_send_word(user, cycle, person, day)
            ]
            rows.append(LateRow(one, may))
    return rows


# -- over the weeks -------------------------------------------------------------------
WIDTH, HEIGHT, GAP = 64, 120, 16  # units of the drawing


@dataclass(frozen=True)
class BarOfWeek:
    """One week as the drawing needs it; ``late`` None where nobody counted."""

    week: Week
    x: int
    middle: int
    y: int
    height: int


@dataclass(frozen=True)
class Trend:
    """The weeks as bars; nothing to draw while fewer than two weeks were counted."""

    bars: list[BarOfWeek]
    width: int
    height: int
    is_known: bool


def trend_of(weeks: list[Week]) -> Trend:
    """Place the bars: the tallest fills the height."""
    most = max((week.late or 0 for week in weeks), default=0)
    bars = []
    for n, week in enumerate(weeks):
        height = round(HEIGHT * (week.late or 0) / most) if most else 0
        x = n * (WIDTH + GAP)
        bars.append(BarOfWeek(week, x, x + WIDTH // 2, HEIGHT - height, height))
    known = sum(week.late is not None for week in weeks)
    return Trend(bars, len(weeks) * (WIDTH + GAP), HEIGHT, known > 1)


# -- who was told what ------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """One way a reminder went: in the application, by mail, to a personal channel."""

    name: str
    said: str
    kind: str  # of the label: done, wait, late


@dataclass(frozen=True)
class ReminderRow:
    """One reminder as the list shows it."""

    reminder: Reminder
    stage: str
    ways: list[Way]
    end: str  # why it waits for the recipient no more; "" while it does
    is_done: bool


def rows_of(reminders, open_keys: Collection[str]) -> list[ReminderRow]:
    """The reminders with what is known of their way; ``open_keys`` of todos that still wait."""
    return [_row_of(row, open_keys) for row in reminders]


def _row_of(row, open_keys):
    end, is_done = "", False
    if row.closed_at is not None:
        when = {"time": thai.format_datetime(row.closed_at)}
        if row.todo_key in open_keys:
            end = _("Waits for somebody else since %(time)s") % when
        elif row.kind in OF_THE_DAY:
            end = _("Over since %(time)s") % when
        else:
            end, is_done = when["time"], True
    return ReminderRow(row, stage_words(row), _ways(row), end, is_done)


def stage_words(row: Reminder) -> str:
    """What kind of reminder it was, in words."""
    if row.said_by is not None:
        return _("A word from %(name)s") % {"name": row.said_by.full_name}
    found, day = NUMBERED.fullmatch(row.stage), clock.today(row.owed_at)
    if day < row.due_date and (found or row.stage == "today"):
        # Before a rest day it comes earlier than it is called; what was true on its day is told.
        return _("%(n)s days before") % {"n": (row.due_date - day).days}
    if found:
        return _("%(n)s working days overdue") % {"n": found[2]}
    return str(STAGES.get(row.stage, row.stage))


def _ways(row):
    told = row.notification
    if told is None and row.closed_at is not None:
        return [Way(str(Channel.IN_APP.label), _("not told: it was over before"), "done")]
    if told is None:
        return [Way(str(Channel.IN_APP.label), _("waits for the next digest"), "wait")]
    opened = told.read_at is not None
    ways = [
        Way(
            str(Channel.IN_APP.label),
            _("opened %(time)s") % {"time": thai.format_datetime(told.read_at)}
            if opened
            else _("not opened yet"),
            "done" if opened else "wait",
        )
    ]
    for delivery in told.deliveries.all():
        name = delivery.to.label if delivery.to else str(Channel.EMAIL.label)
        ways.append(Way(name, *_outcome(delivery)))
    return ways


def _outcome(delivery):
    if delivery.state == DeliveryState.SENT:
        return _("sent %(time)s") % {"time": thai.format_datetime(delivery.sent_at)}, "done"
    if delivery.state == DeliveryState.FAILED:
        return _("did not get through"), "late"
    if delivery.state == DeliveryState.DROPPED:
        return _("not sent: it was done, changed or part of a later message"), "done"
    if delivery.not_before > clock.now():
        when = {"time": thai.format_datetime(delivery.not_before)}
        return _("goes out at %(time)s") % when, "wait"
    return _("on its way"), "wait"
