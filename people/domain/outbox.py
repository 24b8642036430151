"""The transactional outbox: write what is to be told, deliver it once."""

from collections import defaultdict

from django.db import transaction

from people import clock
from people.domain.quiet import not_before
from people.domain.reaching import takes_mail
from people.models import Delivery, Notification, PersonalChannel
from people.states import Channel
from people.tasks import ring


def tell(messages, *, urgent=False):
    """Write notifications and their deliveries in the caller's transaction.

    ``messages`` are unsaved ``Notification`` rows with recipient, key, kind, title, url.
    A key that exists already is left alone, so planners may run any number of times.
    Outside the application they ring when the quiet hours of the recipient's office are over, at
    once when ``urgent``. Returns the new rows. The worker is woken after the commit; if nobody
    answers the bell, the sweep finds the rows within a minute.
    """
    messages = list(messages)
    if not messages:
        return []
    at = clock.now()
    for message in messages:
        message.created_at = at
        message.title = " ".join(message.title.split())[:300]
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
        transaction.on_commit(ring)
    return stored


def _deliveries(stored, at, urgent):
    """In-app needs no delivery: the row is the message."""
    own = defaultdict(list)
    people = {row.recipient_id for row in stored}
    for channel in PersonalChannel.objects.ringing().filter(user__in=people):
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
