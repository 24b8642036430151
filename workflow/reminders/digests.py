"""Messages of what is owed: about new work at once, about everything else once a day.

A person gets at most one digest a day, at the office's hour, on the days on which it sends. Its
key is the person and the day, so two workers make one between them; what comes later waits for
the next day. A digest is made of reminders that wait, so it is never empty.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history.heads import HistoryHead
from notifications.models import Notification
from notifications.outbox import notify
from notifications.quiet_hours import hour_has_come
from notifications.states import DIGEST
from people.models import User
from people.states import Role
from workflow.models import Reminder
from workflow.reminders.escalation import ESCALATION
from workflow.reminders.history_head import (
    grown_since_digest,
    head_alone,
    heads_for,
    keepers_on,
    with_head,
)
from workflow.reminders.schedule import NEW, Schedule, schedules_of

DUTY = "duty"


class DueReminder(NamedTuple):
    """What a message needs of one reminder; ``Reminder`` itself has all of it too."""

    pk: int
    todo_key: str
    stage: str
    due_date: date
    title: str
    url: str
    whose: str = ""  # of whose work a superior is notified


STORED = DueReminder._fields[:-1]  # what a reminder itself knows
PEOPLE_AT_ONCE = 200
SHOWN = 25  # lines of one message; how many more there are is said
LEVELS = {role.value for role in ESCALATION}


def make_messages(at: datetime) -> int:
    """Make messages of what waits at ``at``; returns how many were made."""
    waiting = Reminder.objects.waiting().order_by("recipient").values_list("recipient", flat=True)
    people = iter(list(waiting.distinct()))
    made = 0
    while part := list(islice(people, PEOPLE_AT_ONCE)):
        made += _messages_for(part, at)
    return made + _heads_alone(at)


@transaction.atomic
def _messages_for(pks: list[int], at: datetime) -> int:
    people = User.objects.active().select_related("office").in_bulk(pks)
    day = clock.today(at)
    schedules = schedules_of(person.office_id for person in people.values() if person.office_id)
    rows: dict[int, list[DueReminder]] = defaultdict(list)
    # Locked: another worker would put some of them into a message of its own.
    waiting = Reminder.objects.waiting().filter(recipient__in=people).order_by("due_date", "pk")
    waiting = waiting.select_for_update(of=("self",))
    for row in waiting.values_list("recipient", *STORED):
        rows[row[0]].append(DueReminder(*row[1:]))
    named = iter(with_names([row for found in rows.values() for row in found]))
    keepers = heads_for(people.values(), day)
    messages: list[Notification] = []
    of: dict[str, list[DueReminder]] = {}
    for pk, found in rows.items():
        person = people[pk]
        schedule = _schedule_of(person, schedules)
        found = [next(named) for _row in found]
        head = keepers.get(pk)
        for message, parts in _messages(person, schedule, found, at, day, head):
            messages.append(message)
            of[message.key] = parts
    # In the order of their keys, so that two workers wait for each other and never lock.
    stored = notify(sorted(messages, key=lambda message: message.key))
    for notification in stored:
        Reminder.objects.filter(
            pk__in=[row.pk for row in of[notification.key]], notification__isnull=True
        ).update(notification=notification)
    return len(stored)


def _heads_alone(at: datetime) -> int:
    """Digests of administrators for whom nothing waits, when the history grew since their last.

    6 queries, 1 when each has today's digest.
    """
    day = clock.today(at)
    todays = Notification.objects.filter(
        recipient=OuterRef("pk"), kind=DIGEST, key__endswith=day.isoformat()
    )
    people = list(keepers_on(day, [Role.ADMIN]).exclude(Exists(todays)).select_related("office"))
    schedules = schedules_of(person.office_id for person in people if person.office_id)
    due = [p for p in people if digest_is_due(p, _schedule_of(p, schedules), at, day)]
    heads = grown_since_digest(heads_for(due, day, [Role.ADMIN]))
    alone = [head_alone(p, heads[p.pk], digest_key(p, day)) for p in due if p.pk in heads]
    return len(notify(sorted(alone, key=lambda message: message.key)))


def _schedule_of(person: User, schedules: Mapping[int, Schedule]) -> Schedule:
    """The office's; whoever has no office gets the usual one."""
    found = schedules.get(person.office_id) if person.office_id else None
    return found or Schedule()


def _messages(
    person: User,
    schedule: Schedule,
    rows: list[DueReminder],
    at: datetime,
    day: date,
    head: HistoryHead | None,
) -> Iterator[tuple[Notification, list[DueReminder]]]:
    """Up to two unsaved messages to one person, each with the reminders it is made of."""
    new = [row for row in rows if row.stage == NEW]
    owed = [row for row in rows if row.stage != NEW]
    if new:
        yield message_of(person, new, DUTY, f"{DUTY}:{person.pk}:{new[0].pk}", schedule, day), new
    if owed and digest_is_due(person, schedule, at, day):
        key = digest_key(person, day)
        yield with_head(message_of(person, owed, DIGEST, key, schedule, day), head), owed


def digest_is_due(person: User, schedule: Schedule, at: datetime, day: date) -> bool:
    """Whether the hour of the day's digest has come, on a day that has one."""
    return schedule.sends_on(day) and (
        person.office is None or hour_has_come(at, person.office.digest_at)
    )


def digest_key(person: User, day: date) -> str:
    """One digest a person and day."""
    return f"{DIGEST}:{person.pk}:{day.isoformat()}"


def message_of(
    person: User, rows: list[DueReminder], kind: str, key: str, schedule: Schedule, day: date
) -> Notification:
    """One unsaved message of these reminders, in the person's language, most urgent first."""
    rows = latest(rows)
    with override(person.language):
        lines = [line_of(row, schedule, day) for row in rows[:SHOWN]]
        single = rows[0] if len(rows) == 1 else None
        return Notification(
            recipient=person,
            key=key,
            kind=kind,
            title=_title(rows, kind, day),
            body=lines[0].note if single else _more(len(rows)),
            url=single.url if single else reverse("workflow:todo_list"),
            lines=[] if single else [line.as_json() for line in lines],
            todo_key=single.todo_key if single else "",
            due_date=single.due_date if single else None,
        )


def latest(rows: list[DueReminder]) -> list[DueReminder]:
    """One row of each todo, its last stage, in the order of due dates."""
    newest = {row.todo_key: row for row in sorted(rows, key=lambda row: row.pk)}
    return sorted(newest.values(), key=lambda row: (row.due_date, row.pk))


@dataclass(frozen=True)
class DigestLine:
    """One line of a message."""

    title: str
    note: str
    url: str

    def as_json(self) -> dict[str, str]:
        """As ``Notification.lines`` keeps it."""
        return {"title": self.title, "note": self.note, "url": self.url}


def line_of(row: DueReminder, schedule: Schedule, day: date) -> DigestLine:
    """What one reminder says on ``day``, in the active language."""
    note = when_due(row.due_date, schedule, day)
    if row.stage in LEVELS and row.whose:
        note += " · " + _("work of %(names)s") % {"names": row.whose}
    return DigestLine(row.title, note, row.url)


def with_names(rows: list[DueReminder]) -> list[DueReminder]:
    """The same rows; a superior's say whose work it is. 1 query, none without such a row."""
    keys = {row.todo_key for row in rows if row.stage in LEVELS}
    if not keys:
        return rows
    own = Reminder.objects.filter(todo_key__in=keys, closed_at__isnull=True)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for row in own.exclude(stage__in=LEVELS).select_related("recipient").order_by("pk"):
        names[row.todo_key][row.recipient.full_name] = None
    return [row._replace(whose=", ".join(names.get(row.todo_key, ()))) for row in rows]


def when_due(due: date, schedule: Schedule, day: date) -> str:
    """How ``due`` lies to ``day``, in words that are true on that day only."""
    on = thai.format_date(due, "short", language="en" if get_language() == "en" else "th")
    if due == day:
        return _("due today")
    if due > day:
        days = (due - day).days
        return ngettext("due on %(date)s, in %(n)d day", "due on %(date)s, in %(n)d days", days) % {
            "date": on,
            "n": days,
        }
    late = schedule.days.passed(due, day)
    if late == 0:
        return _("overdue since %(date)s") % {"date": on}
    return ngettext(
        "overdue since %(date)s, %(n)d working day",
        "overdue since %(date)s, %(n)d working days",
        late,
    ) % {"date": on, "n": late}


def _title(rows: list[DueReminder], kind: str, day: date) -> str:
    if len(rows) == 1:
        text = _("New work: %(title)s") if kind == DUTY else _title_of_one(rows[0], day)
        return text % {"title": rows[0].title}
    if kind == DUTY:
        return _("%(n)d new things wait for you") % {"n": len(rows)}
    late = sum(row.due_date < day for row in rows)
    if late:
        return _("%(n)d things wait for you, %(late)d overdue") % {"n": len(rows), "late": late}
    return _("%(n)d things wait for you") % {"n": len(rows)}


def _title_of_one(row: DueReminder, day: date) -> str:
    if row.stage in LEVELS:
        return _("Overdue in your charge: %(title)s")
    return _("Overdue: %(title)s") if row.due_date < day else _("Due soon: %(title)s")


def _more(count: int) -> str:
    if count <= SHOWN:
        return ""
    numbers = {"shown": SHOWN, "n": count - SHOWN}
    return _("The first %(shown)d stand here, %(n)d more on the page of your work.") % numbers
