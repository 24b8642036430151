"""What the pages of reminders show: late todos, reminders and their ways, the weeks as bars."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import thai
from core import clock
from core.templatetags.thai import thai_date_short, thai_datetime
from indicators.models import Assessment
from notifications.models import Delivery
from notifications.states import Channel, DeliveryState
from people.models import Office, RestDay, User
from people.states import Role
from workflow import rules
from workflow.models import Cycle, Reminder
from workflow.reminders.lateness import Late, Week
from workflow.todo import OF_THE_DAY
from workflow.todos.todos import todos_of

NUMBERED = re.compile(r"(before|late)(\d+)")
STAGES = {
    "new": gettext_lazy("New work"),
    "today": gettext_lazy("On the day"),
    Role.GROUP_DIRECTOR.value: gettext_lazy("Notified the group director"),
    Role.DEPUTY.value: gettext_lazy("Notified the deputy"),
    Role.DIRECTOR.value: gettext_lazy("Notified the director"),
}


# -- what is late ---------------------------------------------------------------------
@dataclass(frozen=True)
class LateRow:
    """One overdue todo in the reader's words, as the list shows it."""

    key: str
    title: str
    detail: str
    url: str
    overdue: str
    due: str
    people: str
    number_of_people: int
    to: str  # whom of its people the reader may send a message; empty when nobody


def holding(late: Iterable[Late], words: Collection[str]) -> list[Late]:
    """What holds all ``words`` (folded) in its title or people, in the same order."""
    if not words:
        return list(late)
    return [row for row in late if all(word in _searched(row) for word in words)]


def _searched(row: Late) -> str:
    return thai.fold(" ".join([row.todo.title, *(person.full_name for person in row.people)]))


def late_rows(user: User, cycle: Cycle, late: Iterable[Late], day: date) -> list[LateRow]:
    """The rows of one page, with whom ``user`` may send a message."""

    @cache
    def is_open_to(person: User) -> bool:
        return person.pk != user.pk and rules.may_send_message(user, cycle, person, day)

    return [_late_row(row, [one for one in row.people if is_open_to(one)]) for row in late]


def _late_row(late: Late, recipients: Collection[User]) -> LateRow:
    todo, days = late.todo, late.days
    overdue = ngettext("%(n)s working day overdue", "%(n)s working days overdue", days)
    return LateRow(
        todo.key,
        todo.title,
        todo.detail,
        todo.url,
        overdue % {"n": days},
        _due(todo.due),
        _names(late.people),
        len(late.people),
        _("To %(names)s") % {"names": _names(recipients)} if recipients else "",
    )


def _due(day: date) -> str:
    return _("due %(date)s") % {"date": thai_date_short(day)}


def _names(people: Iterable[User]) -> str:
    return ", ".join(person.full_name for person in people)


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


# -- who was notified of what ------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """One way a reminder went: in the application, by mail, to a personal channel."""

    name: str
    said: str
    kind: str  # of the label: done, wait, late


@dataclass(frozen=True)
class ReminderRow:
    """One reminder in the reader's words, as the list shows it."""

    when: str
    recipient: str
    stage: str
    title: str
    url: str
    said: str  # the own words of a personal message
    due: str
    ways: list[Way]
    end: str  # why it waits for the recipient no more; "" while it does
    is_done: bool


NAME = ("prefix", "given_name", "family_name")
# What the list shows of a reminder, of its people and of its notification.
SHOWN = (
    *("todo_key", "kind", "stage", "due_date", "title", "url", "owed_at", "closed_at"),
    *(f"{person}__{part}" for person in ("recipient", "said_by") for part in NAME),
    *("notification__body", "notification__read_at"),
)
SHOWN_OF_DELIVERY = ("notification", "state", "not_before", "sent_at", "to__label")


def reminders_of(cycle: Cycle, wanted: Mapping[str, str]) -> QuerySet[Reminder]:
    """The year's reminders with what their rows show, newest first.

    ``wanted`` is what ``ReminderFilterForm`` cleaned: ``q`` and ``state``.
    """
    rows = (
        Reminder.objects.filter(cycle=cycle)
        .select_related("recipient", "notification", "said_by")
        .only(*SHOWN)
    )
    if text := wanted.get("q"):
        either = Q(recipient__search_text__contains=thai.fold(text))
        for spelling in thai.digit_spellings(text):
            either |= Q(title__icontains=spelling)
            either |= Q(said_by__isnull=False, notification__body__icontains=spelling)
        rows = rows.filter(either)
    states = {
        "open": Q(closed_at__isnull=True),
        "unread": Q(notification__isnull=False, notification__read_at__isnull=True),
        "failed": Q(notification__deliveries__state=DeliveryState.FAILED),
        "done": Q(closed_at__isnull=False),
    }
    if state := states.get(wanted.get("state", "")):
        rows = rows.filter(state).distinct()
    return rows.order_by("-owed_at", "-pk")


def rows_of(reminders: Iterable[Reminder], cycle: Cycle, at: datetime) -> list[ReminderRow]:
    """The reminders of one page with what is known of their way.

    What waits now is asked only when some of them are closed: their todos may wait for somebody
    else.
    """
    reminders = list(reminders)
    open_keys: Collection[str] = ()
    if any(row.closed_at is not None for row in reminders):
        open_keys = {todo.key for todo in todos_of(cycle, at)}
    deliveries = _deliveries_of(reminders)
    return [_row_of(row, deliveries.get(row.notification_id, ()), open_keys) for row in reminders]


def _deliveries_of(reminders: Iterable[Reminder]) -> dict[int | None, list[Delivery]]:
    """Notification id → its deliveries; 1 query."""
    found: dict[int | None, list[Delivery]] = {}
    notifications = {row.notification_id for row in reminders} - {None}
    rows = Delivery.objects.filter(notification__in=notifications).select_related("to")
    for delivery in rows.only(*SHOWN_OF_DELIVERY).order_by("pk"):
        found.setdefault(delivery.notification_id, []).append(delivery)
    return found


def _row_of(
    row: Reminder, deliveries: Iterable[Delivery], open_keys: Collection[str]
) -> ReminderRow:
    end, is_done = "", False
    if row.closed_at is not None:
        when = {"time": thai.format_datetime(row.closed_at)}
        if row.todo_key in open_keys:
            end = _("Waits for somebody else since %(time)s") % when
        elif row.kind in OF_THE_DAY:
            end = _("Over since %(time)s") % when
        else:
            end, is_done = when["time"], True
    return ReminderRow(
        when=thai_datetime(row.owed_at),
        recipient=row.recipient.full_name,
        stage=stage_label(row),
        title=row.title,
        url=row.url,
        said=row.notification.body if row.said_by and row.notification else "",
        due=_due(row.due_date),
        ways=_ways(row, deliveries),
        end=end,
        is_done=is_done,
    )


def stage_label(row: Reminder) -> str:
    """What kind of reminder it was, in words."""
    if row.said_by is not None:
        return _("Message from %(name)s") % {"name": row.said_by.full_name}
    found, day = NUMBERED.fullmatch(row.stage), clock.today(row.owed_at)
    if day < row.due_date and (found or row.stage == "today"):
        # Before a rest day it comes earlier than it is called; what was true on its day is said.
        return _("%(n)s days before") % {"n": (row.due_date - day).days}
    if found:
        return _("%(n)s working days overdue") % {"n": found[2]}
    return str(STAGES.get(row.stage, row.stage))


def _ways(row: Reminder, deliveries: Iterable[Delivery]) -> list[Way]:
    notification = row.notification
    if notification is None and row.closed_at is not None:
        return [Way(str(Channel.IN_APP.label), _("not notified: it was over before"), "done")]
    if notification is None:
        return [Way(str(Channel.IN_APP.label), _("waits for the next digest"), "wait")]
    ways = [
        Way(
            str(Channel.IN_APP.label),
            _("opened %(time)s") % {"time": thai.format_datetime(notification.read_at)}
            if notification.read_at is not None
            else _("not opened yet"),
            "wait" if notification.read_at is None else "done",
        )
    ]
    for delivery in deliveries:
        name = delivery.to.label if delivery.to else str(Channel.EMAIL.label)
        ways.append(Way(name, *_outcome(delivery)))
    return ways


def _outcome(delivery: Delivery) -> tuple[str, str]:
    if delivery.state == DeliveryState.SENT and delivery.sent_at is not None:
        return _("sent %(time)s") % {"time": thai.format_datetime(delivery.sent_at)}, "done"
    if delivery.state == DeliveryState.FAILED:
        return _("did not get through"), "late"
    if delivery.state == DeliveryState.DROPPED:
        return _("not sent: it was done, changed or part of a later message"), "done"
    if delivery.not_before > clock.now():
        when = {"time": thai.format_datetime(delivery.not_before)}
        return _("goes out at %(time)s") % when, "wait"
    return _("on its way"), "wait"


# -- when people are reminded -------------------------------------------------------------
def rest_days_of(office: Office) -> list[RestDay]:
    """The days on which this office rests, besides the public holidays; 1 query."""
    return list(RestDay.objects.filter(office=office).order_by("day"))


def latest_year_of(office: Office) -> Assessment | None:
    """The office's newest fiscal year; 1 query."""
    return Assessment.objects.filter(office=office).order_by("-fiscal_year").first()
