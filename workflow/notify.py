"""News of a cycle for the people it concerns: plain notifications with stable keys."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import override

from core import clock
from notifications import outbox
from notifications.models import Notification
from people import roles
from people.models import RoleGrant, User
from people.states import Role
from workflow.models import Cycle
from workflow.todo import TodoKind, key_of


def page(name: str, cycle: Cycle, *args: str | int) -> str:
    """Path of a page of the cycle's year."""
    assessment = cycle.assessment
    return reverse(f"workflow:{name}", args=[assessment.office.code, assessment.fiscal_year, *args])


def todo(cycle: Cycle, kind: TodoKind, *suffix: str | int) -> str:
    """The key of a todo of the cycle."""
    assessment = cycle.assessment
    return key_of(assessment.office.code, assessment.fiscal_year, kind, ":".join(map(str, suffix)))


def holders(cycle: Cycle, *wanted: Role) -> list[User]:
    """Active people who hold any of the roles in the cycle's office today."""
    return roles.holders(cycle.assessment.office, *wanted)


def reviewers() -> list[User]:
    """OBEC's active reviewers; the role counts for the whole country."""
    held = RoleGrant.objects.on(clock.today()).filter(role=Role.OBEC)
    return list(User.objects.active().filter(pk__in=held.values("user")))


def people(
    recipients: Iterable[User | None],
    *,
    key: str,
    kind: str,
    title: Callable[[], str],
    body: str | Callable[[], str] = "",
    url: str = "",
    calendar: Callable[[User], str] | None = None,
    todo: str = "",
) -> int:
    """Notify each active person once; ``key`` is completed with the person.

    What we word comes as a function and is worded in each person's own language, whatever
    language the one who clicked reads. What a person wrote comes as text and stays as it is.
    ``calendar`` writes the iCalendar text that the person's e-mail carries as a file. ``todo``
    is the key of the work that this news announces: done before the mail goes out, it is not sent.
    Returns to how many it was new.
    """
    unique = {person.pk: person for person in recipients if person is not None and person.is_active}
    news = []
    for person in unique.values():
        with override(person.language):
            news.append(
                Notification(
                    recipient=person,
                    key=f"{key}:{person.pk}",
                    kind=kind,
                    title=title(),
                    body=body() if callable(body) else body,
                    url=url,
                    calendar=calendar(person) if calendar and person.email else "",
                    todo_key=todo,
                )
            )
    return len(outbox.notify(news))
