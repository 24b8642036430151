"""Single sign-on: which account of another house opens which account here.

A link is made by the person who is signed in here, or where a provider that the operator chose
says that an address is verified and an administrator of the office wrote that address down. It is
kept in the history, and the person is notified. Nobody is created.
"""

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.history import log_event
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User

PROVIDER = "office"  # its name in addresses


def person_of(address: str, *, verified: object) -> User | None:
    """The active person whose address an administrator wrote; 1 query.

    ``verified`` is what the provider says; the text "false" is no yes. IT's own accounts are
    opened by their password only.
    """
    if verified is not True:
        return None
    found = EmailAddress.objects.filter(
        email=address.lower(), verified=True, user__in=User.objects.active().without_it()
    ).select_related("user__office")
    users = [row.user for row in found if row.user.email == row.email]
    return users[0] if len(users) == 1 else None


def note_change(user: User, verb: str) -> None:
    """Keep in the history that an account was linked or unlinked, and notify the person."""
    with override(user.language):
        title = _("An account of single sign-on now opens your account")
        if verb == "person.sso_unlink":
            title = _("Single sign-on no longer opens your account")
        body = _("If it was not you, look at your profile and tell the administrator at once.")
    key = f"{user.pk}:{verb}:{clock.now():%Y%m%d%H%M%S%f}"
    url = reverse("people:profile")
    notify([Notification(recipient=user, key=key, kind=verb, title=title, body=body, url=url)])
    if user.office is not None:
        log_event(user.office, actor=user, verb=verb, target=user)
