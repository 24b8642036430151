"""Links to choose a new password: asked for here, made when the mail is written, stored nowhere."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from notifications import broker
from notifications.models import Notification
from notifications.outbox import notify
from people.models import PasswordRequest, User
from people.states import PASSWORD_LINK


def ask_for_link(address: str) -> None:
    """Note that somebody asked for a link to ``address``; the same work for every address."""
    asked = PasswordRequest(address=address.lower(), asked_at=clock.now())
    PasswordRequest.objects.bulk_create([asked], ignore_conflicts=True)
    transaction.on_commit(wake_answering)


def wake_answering() -> None:
    """Ask a worker to look whose addresses these are."""
    broker.wake("people.tasks.answer_password_requests")


def answer_requests() -> int:
    """Send links to those who have an account; how many. Safe to run twice or in parallel."""
    sent = 0
    for asked in PasswordRequest.objects.all():
        with transaction.atomic():
            if not PasswordRequest.objects.filter(pk=asked.pk).delete()[0]:
                continue
            for user in User.objects.active().filter(email=asked.address):
                send_password_link(user)
                sent += 1
    return sent


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
