"""Reading what one was told."""

from people import clock
from people.models import Notification


def mark_read(notification, *, by):
    """Mark one's own notification read; again is harmless."""
    Notification.objects.visible_to(by).unread().filter(pk=notification.pk).update(
        read_at=clock.now()
    )


def mark_all_read(*, by) -> int:
    """Mark everything read that is there now."""
    return Notification.objects.visible_to(by).unread().update(read_at=clock.now())
