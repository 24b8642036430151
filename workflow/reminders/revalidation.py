"""What still holds of a message, asked just before it is sent.

A message that waited for the morning, or for a mail server, says only what still holds, in the
words of now: work that was done meanwhile is left out, and nothing is sent when nothing is left.
Of several digests that waited the last one goes out, with what the others would have said.
"""

from datetime import date, datetime, timedelta
from itertools import takewhile

from django.db.models import Exists, OuterRef
from django.utils.translation import override

from core import clock
from core.history.heads import HistoryHead
from core.models import EventChain
from notifications.models import Delivery, Notification
from notifications.states import DIGEST, DeliveryState
from people.models import User
from people.states import Role
from workflow.models import Cycle, Reminder
from workflow.reminders import news
from workflow.reminders.digests import DUTY, DueReminder, message_of, with_names
from workflow.reminders.escalation import ESCALATION, read_people
from workflow.reminders.history_head import (
    KEEPERS,
    head_alone,
    heads_for,
    keepers_on,
    with_head,
)
from workflow.reminders.schedule import NEW, Schedule, schedules_of
from workflow.todos.todos import Todo, running, todos_by_cycle

# Todos of a cycle serve several messages of one run while its office's history is as long as it
# was, and no longer than this: what people type is saved without a link in the history.
FRESH = timedelta(seconds=20)
# Digests that never went out are given up after a week; so many there may have been since.
REMEMBERED = 14
LEVELS = {role.value: role for role in ESCALATION}


class Revalidation:
    """Asked for one message after the other by one run of a worker."""

    def __init__(self) -> None:
        self._todos: dict[int, tuple[datetime, int | None, dict[str, Todo]]] = {}
        self._heads: dict[tuple[int | None, tuple[Role, ...]], dict[int, HistoryHead]] = {}

    def __call__(self, notification: Notification, at: datetime) -> Notification | None:
        """The message as it may be sent at ``at``; None when nothing of it holds any more.

        Plain news stays true unless ``news`` says otherwise. The row itself is never changed: the
        application shows what was so when it was sent.
        """
        if notification.kind in (DIGEST, DUTY):
            return self._reworded(notification, at)
        if news.is_over(notification):
            return None
        if not notification.todo_key:
            return notification
        todo = self._open_todos(notification.todo_key, at).get(notification.todo_key)
        if todo is None or notification.recipient_id not in todo.users:
            return None
        if notification.due_date is not None and notification.due_date != todo.due:
            return None
        return notification

    def _reworded(self, notification: Notification, at: datetime) -> Notification | None:
        rows = notification.reminders.all()
        if notification.kind == DIGEST:
            newest, *waiting = _digests_since_reached(notification.recipient_id)
            if newest != notification.pk:
                return None
            rows = Reminder.objects.filter(notification__in=[newest, *waiting])
        person = notification.recipient
        with override(person.language):
            asked = [self._as_it_is(row, at) for row in rows.order_by("due_date", "pk")]
        kept = [row for row in asked if row is not None]
        now = self._in_words_of_now(notification, kept, clock.today(at))
        if now is None:
            return None
        now.pk, now.created_at = notification.pk, notification.created_at
        return now

    def _in_words_of_now(
        self, notification: Notification, kept: list[DueReminder], day: date
    ) -> Notification | None:
        person, kind, key = notification.recipient, notification.kind, notification.key
        if not kept:  # an administrator gets the head of the history all the same
            head = self._head_for(person, day, (Role.ADMIN,)) if kind == DIGEST else None
            return head_alone(person, head, key) if head else None
        office = person.office_id
        schedule = schedules_of([office])[office] if office else Schedule()
        now = message_of(person, with_names(kept), kind, key, schedule, day)
        return with_head(now, self._head_for(person, day)) if kind == DIGEST else now

    def _head_for(
        self, person: User, day: date, roles: tuple[Role, ...] = KEEPERS
    ) -> HistoryHead | None:
        """The head of the history, if the person keeps it; asked once a run and office."""
        asked = person.office_id, roles
        if asked not in self._heads:
            people = keepers_on(day, roles).filter(office=person.office_id)
            self._heads[asked] = heads_for(people, day, roles)
        return self._heads[asked].get(person.pk)

    def _as_it_is(self, row: Reminder, at: datetime) -> DueReminder | None:
        """The reminder in the words of now; None when its todo is not what it was.

        That is: done, moved to another day, or somebody else's.
        """
        todo = self._of_cycle(row.cycle_id, at).get(row.todo_key)
        if todo is None or (row.stage != NEW and todo.due != row.due_date):
            return None
        if role := LEVELS.get(row.stage):
            if not self._is_superior(row, todo, role, at):
                return None
        elif row.recipient_id not in todo.users:
            return None
        return DueReminder(row.pk, row.todo_key, row.stage, todo.due, todo.title, todo.url)

    def _is_superior(self, row: Reminder, todo: Todo, role: Role, at: datetime) -> bool:
        office = Cycle.objects.values_list("assessment__office", flat=True).get(pk=row.cycle_id)
        people = read_people(todo.users, [office], clock.today(at))
        return row.recipient_id in people.superiors(office, todo.users, role)

    def _open_todos(self, key: str, at: datetime) -> dict[str, Todo]:
        office, year, _rest = key.split(":", 2)
        cycle = running().filter(assessment__office__code=office, assessment__fiscal_year=year)
        pk = cycle.values_list("pk", flat=True).first()
        return self._of_cycle(pk, at) if pk else {}

    def _of_cycle(self, pk: int, at: datetime) -> dict[str, Todo]:
        """What waits in one running cycle, by key."""
        length = (
            EventChain.objects.filter(office__assessments__cycle=pk)
            .values_list("length", flat=True)
            .first()
        )
        kept = self._todos.get(pk)
        if kept is None or kept[1] != length or not kept[0] <= clock.now() < kept[0] + FRESH:
            cycles = list(running().filter(pk=pk))
            found = todos_by_cycle(cycles, at).get(pk, [])
            kept = self._todos[pk] = clock.now(), length, {todo.key: todo for todo in found}
        return kept[2]


def _digests_since_reached(person: int) -> list[int]:
    """The person's last digest, then those before it that reached them only in the application.

    The last stands there whatever became of it; 1 query.
    """
    sent = Delivery.objects.filter(notification=OuterRef("pk"), state=DeliveryState.SENT)
    digests = Notification.objects.filter(recipient=person, kind=DIGEST).order_by("-created_at")
    newest, *earlier = digests.values_list("pk", Exists(sent))[:REMEMBERED]
    return [newest[0], *(pk for pk, _sent in takewhile(lambda row: not row[1], earlier))]
