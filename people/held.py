"""Messages that are held after a restore, for the administrators of the office they are for."""

from django.db import transaction

from core.history import log_event
from notifications.hold import end_hold
from people.models import Office, User
from people.roles import require_administrator


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
