"""Notifications and their way to people, as plain rows."""

from core import clock
from notifications.models import Delivery, Notification
from notifications.states import Channel, DeliveryState


def make_notification(person, **fields):
    """News for one person, unread and under way to nobody."""
    fields.setdefault("key", f"news-{Notification.objects.count()}")
    fields.setdefault("title", "ข่าว")
    fields.setdefault("created_at", clock.now())
    return Notification.objects.create(recipient=person, **fields)


def make_failed_mail(person, **fields):
    """A mail that was tried for the last time; ``fields`` are its notification's."""
    return Delivery.objects.create(
        notification=make_notification(person, **fields),
        channel=Channel.EMAIL,
        state=DeliveryState.FAILED,
        not_before=clock.now(),
    )
