"""How a person wants to be reached: the digest by e-mail, and a private calendar address."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

from core import clock
from core.types import Person
from notifications.models import CalendarFeed
from notifications.states import DIGEST


def set_digest(person: Person, *, wanted: bool) -> None:
    """Send the daily digest by e-mail, or not; in the application it stands in any case.

    Duties are mailed either way. Also asked without a sign-in, by the link of a digest.
    """
    get_user_model().objects.filter(pk=person.pk).update(digest_by_email=wanted)
    person.digest_by_email = wanted


def takes_mail(person: Person, kind: str) -> bool:
    """Whether a message of this kind goes to the person by e-mail."""
    return bool(person.email) and (kind != DIGEST or person.digest_by_email)


@transaction.atomic
def renew_feed(person: Person) -> CalendarFeed:
    """A new private calendar address; the old one, if there was any, shows nothing any more."""
    feed, _made = CalendarFeed.objects.update_or_create(
        user=person,
        defaults={"token": secrets.token_urlsafe(32), "made_at": clock.now()},
    )
    return feed


def revoke_feed(person: Person) -> None:
    """No calendar address any more; again is harmless."""
    CalendarFeed.objects.filter(user=person).delete()


def feed_of(token: str) -> CalendarFeed | None:
    """Whose calendar this token opens: an active person's, or nobody's."""
    feeds = CalendarFeed.objects.filter(user__is_active=True).select_related("user__office")
    return feeds.filter(token=token).first()
