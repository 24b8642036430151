"""The transactional outbox: write what is to be notified, deliver it once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from core import clock
from notifications import broker
from notifications.contact_settings import takes_mail
from notifications.models import Delivery, Notification, PersonalChannel
from notifications.quiet_hours import not_before
from notifications.states import Channel


def notify(messages: Iterable[Notification], *, urgent: bool = False) -> list[Notification]:
    """Write notifications and their deliveries in the caller's transaction.

    ``messages`` are unsaved ``Notification`` rows with recipient, key, kind, title, url.
    A key that exists already is left alone, so planners may run any number of times.
    Outside the application they go out when the quiet hours of the recipient's office are over,
    at once when ``urgent``. Returns the new rows. The worker is woken after the commit; if no
    broker answers, the sweep finds the rows within a minute.
    """
    messages = list(messages)
    if not messages:
        return []
    at = clock.now()
    for message in messages:
        message.created_at = at
        message.title = " ".join(message.title.split())[:300]
        message.fold_for_search()
    with transaction.atomic():
        keys = {message.key for message in messages}
        known = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
        fresh = {m.key: m for m in messages if m.key not in known}
        Notification.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        stored = list(
            Notification.objects.filter(key__in=fresh, created_at=at).select_related(
                "recipient__office"
            )
        )
        Delivery.objects.bulk_create(_deliveries(stored, at, urgent), ignore_conflicts=True)
        transaction.on_commit(wake_delivery)
    return stored


def wake_delivery() -> None:
    """Ask a worker to send what is waiting."""
    broker.wake("notifications.tasks.deliver_notifications")


def _deliveries(stored: list[Notification], at: datetime, urgent: bool) -> Iterator[Delivery]:
    """In-app needs no delivery: the row is the message."""
    own = defaultdict(list)
    people = {row.recipient_id for row in stored}
    for channel in PersonalChannel.objects.active_channels().filter(user__in=people):
        own[channel.user_id].append(channel)
    for row in stored:
        person = row.recipient
        moment = at if urgent else not_before(at, person.office)
        if takes_mail(person, row.kind):
            yield Delivery(notification=row, channel=Channel.EMAIL, not_before=moment)
        for channel in own[person.pk]:
            yield Delivery(
                notification=row, channel=Channel.PERSONAL, to=channel, not_before=moment
            )
