"""A held outbox: after a restore nothing is sent until a person released or dropped what waits.

The restored database says of messages that they wait, and perhaps they went out since the backup
was made. Each office has its own hold, so that its own administrator decides; people of no office
follow when the last office decided.
"""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.health import Check
from core.refusals import MoveRefused
from core.types import Office, Person
from notifications.models import Delivery, OutboxHold
from notifications.outbox import wake_delivery
from notifications.states import DeliveryState


@transaction.atomic
def hold_outbox(*, taken_at: datetime) -> None:
    """Hold every office's messages, and those to people of no office; again is harmless."""
    held = set(OutboxHold.objects.open().values_list("office", flat=True))
    offices = apps.get_model(settings.OFFICE_MODEL)._base_manager.values_list("pk", flat=True)
    at = clock.now()
    OutboxHold.objects.bulk_create(
        OutboxHold(office_id=pk, since=at, taken_at=taken_at)
        for pk in [None, *offices]
        if pk not in held
    )


def hold_of(office: Office | int | None) -> OutboxHold | None:
    """The hold of an office, or of its number, that nobody has released yet."""
    hold: OutboxHold | None = OutboxHold.objects.open().filter(office=office).first()
    return hold


@transaction.atomic
def end_hold(office: Office | None, *, by: Person | None, drop_until: int = 0) -> int:
    """Let messages go out again; returns how many were dropped before that.

    Those up to number ``drop_until`` are never sent: what came after the list was read is. Of two
    who decide at once one does. The caller asked who may.
    """
    hold = OutboxHold.objects.open().filter(office=office)
    if not hold.update(released_at=clock.now(), released_by=by):
        raise MoveRefused(_("Somebody has decided about the held messages already."))
    dropped = Delivery.objects.unsent().of_office(office).filter(pk__lte=drop_until)
    number: int = dropped.update(state=DeliveryState.DROPPED, lease_until=None)
    rest = OutboxHold.objects.open()
    if office is not None and not rest.filter(office__isnull=False).exists():
        if rest.filter(office__isnull=True).exists():
            end_hold(None, by=by, drop_until=drop_until)
    transaction.on_commit(wake_delivery)
    return number


def waiting_count() -> int:
    """How many messages are held."""
    number: int = Delivery.objects.unsent().held().count()
    return number


def held_check() -> Check | None:
    """A line of the pages about the site's health while messages are held."""
    first = OutboxHold.objects.open().order_by("since").first()
    if first is None:
        return None
    return Check(
        "outbox",
        _("Messages"),
        False,
        _("Messages are held since the site was restored from a backup at %(time)s.")
        % {"time": thai.format_datetime(first.since)},
        _("Nothing is sent until an administrator of the office has looked through them."),
    )
