"""Messages that were given up, or are held after a restore.

For the administrators of the office whose people they are for.
"""

from django.db import transaction

from core.history import log_event
from notifications import delivery as deliveries
from notifications.hold import end_hold
from notifications.models import Delivery
from people.models import Office, User
from people.roles import require_administrator


@transaction.atomic
def retry(delivery: Delivery, *, by: User) -> None:
    """Put a delivery that was given up back into the queue."""
    recipient = delivery.notification.recipient
    require_administrator(by, recipient.office)
    deliveries.put_back(delivery)
    log_event(recipient.office, actor=by, verb="delivery.retry", target=recipient)


# -- held after a restore ---------------------------------------------------------------
@transaction.atomic
def release(office: Office, *, by: User | None) -> None:
    """Send what waits; ``by`` None is the operator."""
    require_administrator(by, office)
    end_hold(office, by=by)
    log_event(office, actor=by, verb="outbox.release", target=office)


@transaction.atomic
def drop(office: Office, *, by: User | None, until: int) -> int:
    """Never send what waits up to number ``until``, and let later messages go out."""
    require_administrator(by, office)
    dropped = end_hold(office, by=by, drop_until=until)
    log_event(office, actor=by, verb="outbox.drop", target=office, after={"messages": dropped})
    return dropped
