"""What is kept, and who is notified, when an administrator changes how somebody signs in.

Whoever gives a director a new password could sign in as the director. Nobody may do that unseen,
and for a while nobody counts as another person than who did it: see ``roles/second_person.py``.
"""

from allauth.account.models import EmailAddress
from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.refusals import NotAllowed
from notifications.models import Notification
from notifications.outbox import notify
from people import rules
from people.models import LetIn, User
from people.roles.second_person import holders_of
from people.states import CONFIRMING_ROLES, Handover


def require_may_hand_over(user: User, *, by: User | None) -> None:
    """Refuse a change of how IT signs in, but by IT itself or the operator."""
    if by is not None and not rules.may_hand_over(by, user):
        raise NotAllowed(_("This account is IT's own; the operator changes how it signs in."))


def handed_over(user: User, what: Handover, *, by: User | None) -> None:
    """Keep that ``by`` may now be able to sign in as ``user``; not of what people do themselves.

    Of the program (``by`` None) only the accounts that it made are kept.
    """
    if (by is None and what != Handover.ACCOUNT) or (by is not None and by.pk == user.pk):
        return
    LetIn.objects.create(person=user, by=by, what=what, at=clock.now())


def address_is_of_another(user: User) -> bool:
    """Whether a person, and not an import, wrote the present e-mail of ``user``; 1 query."""
    own = Exists(EmailAddress.objects.filter(user=user, email=user.email, verified=False))
    wrote = LetIn.objects.filter(person=user, by__isnull=False)
    return bool(wrote.filter(~own, what__in=(Handover.ACCOUNT, Handover.EMAIL)).exists())


def notify_changed(user: User, what: Handover, *, by: User | None) -> None:
    """Notify ``user`` at once; of somebody who decides or administers all others who do, too.

    Not of what people change themselves.
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


def _words(user: User, what: Handover, by: User | None) -> tuple[str, str]:
    names = {"by": by.full_name if by else _("The operator"), "who": user.full_name}
    body = _(
        "Who has it can sign in as this person and decide. If nobody asked for it, tell another "
        "administrator at once."
    )
    if what == Handover.PASSWORD:
        title = _("%(by)s gave %(who)s a new one-time password")
    elif what == Handover.EMAIL:
        title = _("%(by)s changed the e-mail of %(who)s")
    else:
        title = _("%(by)s changed the username of %(who)s")
        body = _(
            "The old username opens the account no more. If nobody asked for it, tell another "
            "administrator at once."
        )
    return title % names, body
