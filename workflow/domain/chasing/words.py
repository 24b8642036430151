"""A personal word to somebody who is late; recorded as everything that is told."""

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from esa_standards import thai
from people import clock
from people.domain.events import record
from people.domain.outbox import tell
from people.models import Notification, User
from people.refusals import MoveRefused, NotAllowed, RuleBroken
from workflow import rules
from workflow.domain.todos import Todo, todos_of
from workflow.models import Cycle, Reminder

WORD = "word"


def find_todo(cycle: Cycle, key: str) -> Todo:
    """What waits under this key now; refused when it is done."""
    for todo in todos_of(cycle, clock.now()):
        if todo.key == key:
            return todo
    raise MoveRefused(_("This is done already, or waits for nobody any more."))


def reachable(cycle: Cycle, todo: Todo, *, by: User) -> list[User]:
    """For whom it waits, as far as ``by`` may send them a word; never oneself."""
    people = User.objects.active().filter(pk__in=todo.users).exclude(pk=by.pk)
    day = clock.today()
    return [person for person in people if rules.may_send_word(by, cycle, person, day)]


@transaction.atomic
def send_word(cycle: Cycle, *, key: str, text: str, by: User, token: str) -> int:
    """Send ``text`` to everybody for whom the todo waits; returns to how many.

    ``token`` makes it happen once. It goes out like all news: at once in the application, outside
    when the quiet hours are over, and not at all when the work was done before that.
    """
    text = text.strip()
    if not text:
        raise RuleBroken(_("Please write a word."), field="text")
    todo = find_todo(cycle, key)
    people = reachable(cycle, todo, by=by)
    if not people:
        raise NotAllowed(_("You may not send a word about this to anybody."))
    news = [_message(person, todo, text, by, token) for person in people]
    stored = tell(news)
    rows = [_row(cycle, todo, told, by, token) for told in stored]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    if stored:
        record(
            cycle.assessment.office,
            actor=by,
            verb="reminder.word",
            target=cycle,
            after={
                "title": str(todo.title),
                "to": ", ".join(told.recipient.full_name for told in stored),
            },
            why=text,
            year=cycle.fiscal_year,
        )
    return len(stored)


def nudge(cycle: Cycle, *, key: str, by: User) -> int:
    """One click: the usual words, once a day for each sender and todo; returns to how many."""
    token = f"{by.pk}-{clock.today().isoformat()}"
    with override("th"):  # what the office's people say to each other is kept as it was said
        text = _("Please see to this soon. If something keeps you from it, tell me.")
    return send_word(cycle, key=key, text=text, by=by, token=token)


def reminded_today(cycle: Cycle, *, by: User) -> set[str]:
    """Keys of the todos of which ``by`` sent a word today (Bangkok)."""
    midnight = datetime.combine(clock.today(), time(), thai.BANGKOK)
    rows = Reminder.objects.filter(cycle=cycle, said_by=by, owed_at__gte=midnight)
    return set(rows.values_list("todo_key", flat=True))


def _message(person, todo, text, by, token):
    with override(person.language):
        title = _("A word from %(name)s: %(title)s") % {"name": by.full_name, "title": todo.title}
    return Notification(
        recipient=person,
        key=f"{WORD}:{todo.key}:{token}:{person.pk}"[:250],
        kind=WORD,
        todo_key=todo.key,
        title=title,
        body=text,
        url=todo.url,
    )


def _row(cycle, todo, told, by, token):
    with override(told.recipient.language):
        title = " ".join(todo.title.split())[:300]
    return Reminder(
        cycle=cycle,
        recipient_id=told.recipient_id,
        todo_key=todo.key,
        kind=todo.kind.value,
        step=todo.step,
        stage=f"{WORD}-{token}"[:60],
        due_date=todo.due,
        title=title,
        url=todo.url,
        owed_at=told.created_at,
        notification=told,
        said_by=by,
    )
