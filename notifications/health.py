"""Whether messages get through; two lines of the page about the site's health."""

from datetime import datetime, timedelta

from celery import current_app
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

import thai
from core import clock
from core.health import Check
from notifications.delivery import IN_A_ROW
from notifications.hold import held_check
from notifications.models import Delivery
from notifications.quiet_hours import not_before

LATE = timedelta(minutes=15)  # a message that waits longer than this is stuck


def broker() -> Check:
    """Whether the broker answers; it may be away for long without harm."""
    label = _("Broker of the tasks")
    link = current_app.connection_for_write()
    try:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError):
        return Check(
            "broker",
            label,
            False,
            _("It cannot be reached; everything still happens, up to a minute later."),
            _("Start the broker (Redis), or correct CELERY_BROKER_URL."),
        )
    finally:
        link.release()
    return Check("broker", label, True, _("It takes tasks."))


def outbox() -> Check:
    """Whether messages get through: those that nobody takes up, and those that no server takes."""
    if held := held_check():
        return held
    label, at = _("Messages"), clock.now()
    late = _late(at)
    if late:
        return Check(
            "outbox",
            label,
            False,
            _("%(n)d messages wait, the oldest since %(time)s.")
            % {"n": len(late), "time": thai.format_datetime(min(late.values()))},
            _("Look whether the mail server answers; nothing is lost meanwhile."),
        )
    return Check("outbox", label, True, _("None waits for long."))


def _late(at: datetime) -> dict[int, datetime]:
    """Messages that wait for long, by number: since when each is due.

    A pause after an attempt makes none younger. What one address or another refuses is shown with
    that address; only where several refuse for long, something in common is broken.
    """
    due = dict(Delivery.objects.due(at).values_list("pk", "not_before"))
    late = _older(due | _due_since(Delivery.objects.unheard(), at), at)
    refused = Delivery.objects.refused()
    long_refused = _older(_due_since(refused, at), at)
    rows = refused.filter(pk__in=long_refused)
    addresses = set(rows.values_list("notification__recipient", "to"))
    return late | long_refused if len(addresses) >= IN_A_ROW else late


def _older(since: dict[int, datetime], at: datetime) -> dict[int, datetime]:
    return {pk: moment for pk, moment in since.items() if moment < at - LATE}


def _due_since(tried: QuerySet[Delivery], at: datetime) -> dict[int, datetime]:
    """When each was due first; before its morning it can only be urgent, and due at once."""
    found = {}
    for row in tried.select_related("notification__recipient__office"):
        notification = row.notification
        morning = not_before(notification.created_at, notification.recipient.office)
        found[row.pk] = morning if morning <= at else notification.created_at
    return found
