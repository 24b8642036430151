"""What the pages of chasing show: late todos, told reminders, the weeks as bars."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from esa_standards import thai
from people.models import User
from people.states import Channel, DeliveryState, Role
from workflow import rules
from workflow.domain.chasing.lateness import Late, Week
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


def rows_of(reminders) -> list[ReminderRow]:
    """The reminders with everything that is known of their way."""
    return [ReminderRow(row, stage_words(row), _ways(row)) for row in reminders]


def stage_words(row: Reminder) -> str:
    """What kind of reminder it was, in words."""
    if row.said_by is not None:
        return _("A word from %(name)s") % {"name": row.said_by.full_name}
    if found := NUMBERED.fullmatch(row.stage):
        texts = {
            "before": _("%(n)s days before"),
            "late": _("%(n)s working days overdue"),
        }
        return texts[found[1]] % {"n": found[2]}
    return str(STAGES.get(row.stage, row.stage))


def _ways(row):
    told = row.notification
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
        return _("not sent: it was done by then"), "done"
    return _("on its way"), "wait"
