"""Links to choose a new password: asked for here, made when the mail is written, stored nowhere."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User
from people.states import PASSWORD_LINK


def send_password_link(user: User) -> None:
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
    notify(
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


def password_url(user: User) -> str:
    """A link by which ``user`` chooses a new password; dies when used or after three days."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.SITE_URL}{path}"
