"""Whether everything behind the pages works, in words for people who are no engineers.

Each check is cheap and asks one thing. Upper apps add theirs by name (``HEALTH_CHECKS``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from esa_standards import thai
from people import clock
from people.domain.delivery import IN_A_ROW
from people.domain.pulse import Part, is_silent, last
from people.domain.quiet import not_before
from people.models import Delivery

LATE = timedelta(minutes=15)  # a message that waits longer than this is stuck


@dataclass(frozen=True)
class Check:
    """One thing that works or does not. ``says`` and ``hint`` are for administrators."""

    name: str
    label: str
    ok: bool
    says: str
    hint: str = ""


def checks() -> list[Check]:
    """Everything, the database first: without it nothing else can be asked."""
    first = database()
    if not first.ok:
        return [first]
    return [first, *_own(), *(import_string(name)() for name in settings.HEALTH_CHECKS)]


def silent_parts() -> list[Check]:
    """Worker and schedule alone: what an administrator's first page asks at every visit."""
    return [check for check in (beat(), worker()) if not check.ok]


def _own() -> Iterator[Check]:
    yield broker()
    yield beat()
    yield worker()
    yield outbox()


def database() -> Check:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check("database", _("Database"), False, _("The database does not answer."))
    return Check("database", _("Database"), True, _("It answers."))


def broker() -> Check:
    """Whether the bell can be rung; it may be away for long without harm."""
    label = _("Bell of the tasks")
    bell = current_app.connection_for_write()
    try:
        bell.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError):
        return Check(
            "broker",
            label,
            False,
            _("It cannot be reached; everything still happens, up to a minute later."),
            _("Start the broker (Redis), or correct CELERY_BROKER_URL."),
        )
    finally:
        bell.release()
    return Check("broker", label, True, _("It can be rung."))


def beat() -> Check:
    """Whether the schedule runs."""
    return _pulse_check(
        Part.BEAT,
        _("Schedule"),
        _("The schedule has stopped since %(time)s: nobody is reminded and no mail goes out."),
        _("The schedule has never run: nobody is reminded and no mail goes out."),
        _("Start the service of the schedule (celery beat)."),
    )


def worker() -> Check:
    """Whether somebody sends what stands in the outbox."""
    return _pulse_check(
        Part.WORKER,
        _("Sending of notifications"),
        _("The sending of notifications has stopped since %(time)s."),
        _("The sending of notifications has never run."),
        _("Start the service of the tasks (celery worker)."),
    )


def _pulse_check(part, label, stopped, never, hint):
    at, now = last(part), timezone.now()
    if is_silent(part, now):
        says = stopped % {"time": thai.format_datetime(at)} if at else never
        return Check(part.value, label, False, says, hint)
    return Check(part.value, label, True, _("Last at %(time)s.") % {"time": _clock(at)})


def outbox() -> Check:
    """Whether messages get through: those that nobody takes up, and those that no server takes."""
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


def _late(at) -> dict[int, datetime]:
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


def _older(since, at):
    return {pk: moment for pk, moment in since.items() if moment < at - LATE}


def _due_since(tried, at) -> dict[int, datetime]:
    """When each was due first; before its morning it can only be urgent, and due at once."""
    found = {}
    for row in tried.select_related("notification__recipient__office"):
        told = row.notification
        morning = not_before(told.created_at, told.recipient.office)
        found[row.pk] = morning if morning <= at else told.created_at
    return found


def _clock(moment: datetime) -> str:
    return thai.format_time(moment)
