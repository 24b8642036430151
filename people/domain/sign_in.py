"""Asking for a password link."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people import clock
from people.domain.outbox import tell
from people.models import Notification

PASSWORD_LINK = "password.link"  # noqa: S105 - a kind of notification, not a secret


def send_password_link(user):
    """Have a link to choose a new password mailed to ``user``.

    The outbox holds no link: the worker makes it while it writes the mail, so that nothing
    that opens an account stands in the database. One link a minute at most.
    """
    at = clock.now()
    with override(user.language):
        title = _("A link to choose a new password")
        body = _(
            "Somebody asked for a new password of your account. If it was not you, "
            "you need not do anything."
        )
    tell(
        [
            Notification(
                recipient=user,
                key=f"{user.pk}:{PASSWORD_LINK}:{at:%Y%m%d%H%M}",
                kind=PASSWORD_LINK,
                title=title,
                body=body,
                url=reverse("people:profile"),
            )
        ],
        urgent=True,  # somebody sits and waits for it
    )
