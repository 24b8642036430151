"""The present truth of a message, asked just before it is sent.

A message that waited for the morning, or for a mail server, says only what still holds: work that
was done meanwhile is left out, and nothing is sent when nothing is left.
"""

from datetime import datetime, timedelta

from people import clock
from people.models import EventChain, Notification
from people.states import DIGEST
from workflow.domain.chasing.digests import DUTY, message_of
from workflow.domain.chasing.schedule import Schedule, schedules_of
from workflow.domain.chasing.superiors import LADDER, read_people
from workflow.domain.todos import Todo, running, todos_by_cycle
from workflow.models import Cycle, Reminder

# Todos of a cycle serve several messages of one run while its office's history is as long as it
# was, and no longer than this: what people type is saved without a link in the history.
FRESH = timedelta(seconds=20)
# Of the news about one meeting only the last one holds.
MEETING = "meeting_"
LEVELS = {role.value: role for role in LADDER}


class Truth:
    """Asked for one message after the other by one run of a worker."""

    def __init__(self):
        self._todos: dict[int, tuple[datetime, int, dict[str, Todo]]] = {}

    def __call__(self, told: Notification, at: datetime) -> Notification | None:
        """The message as it may be sent at ``at``; None when nothing of it holds any more.

        Plain news without a todo stays true. The row itself is never changed: the application
        shows what was told when it was told.
        """
        if told.kind in (DIGEST, DUTY):
            return self._reworded(told, at)
        if told.kind.startswith(MEETING) and _is_followed(told):
            return None
        if not told.todo_key:
            return told
        todo = self._open_todos(told.todo_key, at).get(told.todo_key)
        if todo is None or told.recipient_id not in todo.users:
            return None
        if told.due_date is not None and told.due_date != todo.due:
            return None
        return told

    def _reworded(self, told, at):
        if told.kind == DIGEST and _has_newer_digest(told):
            return None
        rows = list(told.reminders.order_by("due_date", "pk"))
        kept = [row for row in rows if self._holds(row, at)]
        if not kept:
            return None
        person = told.recipient
        schedule = schedules_of([person.office_id])[person.office_id] if person.office else None
        now = message_of(person, kept, told.kind, told.key, schedule or Schedule(), clock.today(at))
        now.pk, now.created_at = told.pk, told.created_at
        return now

    def _holds(self, row: Reminder, at) -> bool:
        """Whether this reminder's todo is open, due as it says, and still this person's."""
        todo = self._of_cycle(row.cycle_id, at).get(row.todo_key)
        if todo is None:
            return False
        if role := LEVELS.get(row.stage):
            return todo.due == row.due_date and self._is_superior(row, todo, role, at)
        if row.recipient_id not in todo.users:
            return False
        return row.stage == "new" or todo.due == row.due_date

    def _is_superior(self, row, todo, role, at):
        office = Cycle.objects.values_list("assessment__office", flat=True).get(pk=row.cycle_id)
        people = read_people(todo.users, [office], clock.today(at))
        return row.recipient_id in people.superiors(office, todo.users, role)

    def _open_todos(self, key, at) -> dict[str, Todo]:
        office, year, _rest = key.split(":", 2)
        cycle = running().filter(assessment__office__code=office, assessment__fiscal_year=year)
        pk = cycle.values_list("pk", flat=True).first()
        return self._of_cycle(pk, at) if pk else {}

    def _of_cycle(self, pk, at) -> dict[str, Todo]:
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


def _has_newer_digest(told):
    newer = Notification.objects.filter(
        recipient=told.recipient_id, kind=DIGEST, created_at__gt=told.created_at
    )
    return newer.exists()


def _is_followed(told):
    later = Notification.objects.filter(
        recipient=told.recipient_id, url=told.url, kind__startswith=MEETING, pk__gt=told.pk
    )
    return later.exists()
