"""Messages that were given up, for the administrators of the office whose people they are for."""

from django.db import transaction

from core.history import log_event
from notifications import delivery as deliveries
from notifications.models import Delivery
from people.models import User
from people.roles import require_administrator


@transaction.atomic
def retry(delivery: Delivery, *, by: User) -> None:
    """Put a delivery that was given up back into the queue."""
    recipient = delivery.notification.recipient
    require_administrator(by, recipient.office)
    deliveries.put_back(delivery)
    log_event(recipient.office, actor=by, verb="delivery.retry", target=recipient)
