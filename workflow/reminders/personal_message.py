"""A personal message to somebody who is late; recorded like every reminder."""

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.assessments import log_event
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User
from workflow import rules
from workflow.models import Cycle, Reminder
from workflow.todos.todos import Todo, todos_of

KIND = "personal_message"
STAGE = "message"


def find_todo(cycle: Cycle, key: str) -> Todo:
    """What waits under this key now; refused when it is done."""
    for todo in todos_of(cycle, clock.now()):
        if todo.key == key:
            return todo
    raise MoveRefused(_("This is done already, or waits for nobody any more."))


def recipients_of(cycle: Cycle, todo: Todo, *, by: User) -> list[User]:
    """For whom it waits, as far as ``by`` may send them a message; never oneself."""
    people = User.objects.active().filter(pk__in=todo.users).exclude(pk=by.pk)
    day = clock.today()
    return [person for person in people if rules.may_send_message(by, cycle, person, day)]


@transaction.atomic
def send_message(cycle: Cycle, *, key: str, text: str, by: User, token: str) -> int:
    """Send ``text`` to everybody for whom the todo waits; returns to how many.

    ``token`` makes it happen once. It goes out like all news: at once in the application, outside
    when the quiet hours are over, and not at all when the work was done before that.
    """
    text = thai.trimmed(text)
    if not text:
        raise RuleBroken(_("Please write a message."), field="text")
    todo = find_todo(cycle, key)
    people = recipients_of(cycle, todo, by=by)
    if not people:
        raise NotAllowed(_("You may not send a message about this to anybody."))
    news = [_message(person, todo, text, by, token) for person in people]
    stored = notify(news)
    rows = [_reminder(cycle, todo, row, by, token) for row in stored]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    if stored:
        log_event(
            cycle.assessment,
            by=by,
            verb="reminder.message",
            target=cycle,
            after={
                "title": str(todo.title),
                "to": ", ".join(row.recipient.full_name for row in stored),
            },
            why=text,
        )
    return len(stored)


def nudge(cycle: Cycle, *, key: str, by: User) -> int:
    """One click: the usual words, once a day for each sender and todo; returns to how many."""
    token = f"{by.pk}-{clock.today().isoformat()}"
    with override("th"):  # what the office's people say to each other is kept as it was said
        text = _("Please see to this soon. If something keeps you from it, tell me.")
    return send_message(cycle, key=key, text=text, by=by, token=token)


def reminded_today(cycle: Cycle, *, by: User) -> set[str]:
    """Keys of the todos of which ``by`` sent a message today (Bangkok)."""
    midnight = datetime.combine(clock.today(), time(), thai.BANGKOK)
    rows = Reminder.objects.filter(cycle=cycle, said_by=by, owed_at__gte=midnight)
    return set(rows.order_by().values_list("todo_key", flat=True))


def _message(person: User, todo: Todo, text: str, by: User, token: str) -> Notification:
    with override(person.language):
        title = _("Message from %(name)s: %(title)s") % {"name": by.full_name, "title": todo.title}
    return Notification(
        recipient=person,
        key=f"{KIND}:{todo.key}:{token}:{person.pk}"[:250],
        kind=KIND,
        todo_key=todo.key,
        title=title,
        body=text,
        url=todo.url,
    )


def _reminder(
    cycle: Cycle, todo: Todo, notification: Notification, by: User, token: str
) -> Reminder:
    with override(notification.recipient.language):
        title = " ".join(todo.title.split())[:300]
    return Reminder(
        cycle=cycle,
        recipient_id=notification.recipient_id,
        todo_key=todo.key,
        kind=todo.kind.value,
        step=todo.step,
        stage=f"{STAGE}-{token}"[:60],
        due_date=todo.due,
        title=title,
        url=todo.url,
        owed_at=notification.created_at,
        notification=notification,
        said_by=by,
    )
