"""The reminders of the year: written on their days, sent, and read by most."""

from datetime import date, datetime, timedelta

from django.db.models import F
from django.db.models.functions import Mod

from core import clock
from demo.book import at
from notifications.models import Delivery, Notification
from notifications.states import DeliveryState
from people.models import User
from workflow.reminders.digests import make_messages
from workflow.reminders.planning import plan_due

# The mornings before the living day: once a week while there is time, then when it gets close.
MORNINGS = (
    date(2017, 5, 29),
    date(2017, 6, 5),
    date(2017, 6, 12),
    date(2017, 6, 19),
    date(2017, 6, 26),
    date(2017, 6, 30),
    date(2017, 7, 3),
    date(2017, 7, 7),
    date(2017, 7, 11),
    date(2017, 7, 14),
    date(2017, 7, 17),
)
HOUR, MINUTE = 8, 30
TAKES = timedelta(minutes=1)  # until the mail server had it
READ_WITHIN = timedelta(hours=5)
READ_BY_MOST, READ_BY_ALL = timedelta(days=1), timedelta(days=14)  # how old
SLOW = 4  # every so many-th person reads late


def remind(day: date) -> None:
    """The office's morning of ``day``: reminders of what is owed are written."""
    with at(datetime(day.year, day.month, day.day, HOUR, MINUTE)):  # noqa: DTZ001 - made aware there
        plan_due(clock.now())
        make_messages(clock.now())


def settle() -> None:
    """Every message was sent on its day, and most of what is older than a day was read.

    Or the first start of the demonstration would mail a year's messages at once.
    """
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.SENT, attempts=1, sent_at=F("not_before") + TAKES)
    newest = Notification.objects.order_by("created_at").last()
    if newest is None:
        return
    unread = Notification.objects.unread()
    slow = list(
        User.objects.annotate(nth=Mod("pk", SLOW)).filter(nth=0).values_list("pk", flat=True)
    )
    recent = unread.filter(created_at__gte=newest.created_at - READ_BY_ALL, recipient__in=slow)
    old = unread.filter(created_at__lt=newest.created_at - READ_BY_MOST)
    old.exclude(pk__in=list(recent.values_list("pk", flat=True))).update(
        read_at=F("created_at") + READ_WITHIN
    )
