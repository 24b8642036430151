"""Reading one's notifications."""

from core import clock
from core.types import Person
from notifications.models import Notification


def mark_read(notification: Notification, *, by: Person) -> None:
    """Mark one's own notification read; again is harmless."""
    Notification.objects.visible_to(by).unread().filter(pk=notification.pk).update(
        read_at=clock.now()
    )


def mark_all_read(*, by: Person) -> int:
    """Mark everything read that is there now."""
    unread = Notification.objects.visible_to(by).unread()
    count: int = unread.update(read_at=clock.now())
    return count
