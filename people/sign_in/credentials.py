"""Who is notified that an administrator changed how somebody signs in.

Whoever gives a director a new password could sign in as the director. Nobody may do that unseen.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User
from people.roles.second_person import holders_of
from people.states import CONFIRMING_ROLES

PASSWORD, ADDRESS = "password", "email"


def notify_changed(user: User, what: str, *, by: User | None) -> None:
    """Notify ``user`` at once; of somebody who decides or administers all others who do, too.

    ``what`` is ``PASSWORD`` or ``ADDRESS``. Not of what people change themselves.
    """
    if user.office_id is None or (by is not None and by.pk == user.pk):
        return
    people = {user.pk: user}
    deciding = holders_of(CONFIRMING_ROLES, [user.office_id], clock.today())
    if any(person.pk == user.pk for person in deciding):
        people |= {person.pk: person for person in deciding if by is None or person.pk != by.pk}
    moment = f"{clock.now():%Y%m%dT%H%M%S%f}"
    news = []
    for person in people.values():
        with override(person.language):
            title, body = _words(user, what, by)
        news.append(
            Notification(
                recipient=person,
                key=f"credentials:{what}:{user.pk}:{moment}:{person.pk}",
                kind="credentials_changed",
                title=title,
                body=body,
                url=reverse("people:person", args=[user.pk]),
            )
        )
    notify(news, urgent=True)


def _words(user: User, what: str, by: User | None) -> tuple[str, str]:
    names = {"by": by.full_name if by else _("The operator"), "who": user.full_name}
    title = (
        _("%(by)s gave %(who)s a new one-time password")
        if what == PASSWORD
        else _("%(by)s changed the e-mail of %(who)s")
    )
    body = _(
        "Who has it can sign in as this person and decide. If nobody asked for it, tell another "
        "administrator at once."
    )
    return title % names, body
