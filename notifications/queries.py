"""What the pages of notifications read: what one was notified of, and by which ways."""

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from core.types import Person
from notifications.mail import unsubscribing
from notifications.models import CalendarFeed, Notification, PersonalChannel


def notifications_found(person: Person, words: str) -> QuerySet[Notification]:
    """One's own, as far as they hold ``words``; unread ones first, then the newest."""
    found: QuerySet[Notification] = Notification.objects.visible_to(person)
    if words:
        found = found.saying(words)  # type: ignore[attr-defined]  # its own queryset
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return found.annotate(is_read=is_read).order_by("is_read", "-created_at", "-pk")


def unread_count(person: Person) -> int:
    """How many are not opened yet; 1 query."""
    count: int = Notification.objects.visible_to(person).unread().count()
    return count


def channels_of(person: Person) -> list[PersonalChannel]:
    """One's personal channels; 1 query."""
    return list(PersonalChannel.objects.visible_to(person))


def calendar_feed_of(person: Person) -> CalendarFeed | None:
    """One's private calendar address, if there is any; 1 query."""
    return CalendarFeed.objects.filter(user=person).first()


def person_unsubscribing(token: str) -> Person | None:
    """The active person to whom the link of a digest was mailed; None for a wrong token."""
    return get_user_model().objects.active().filter(pk=unsubscribing(token)).first()
