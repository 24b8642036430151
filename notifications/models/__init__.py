"""The outbox and the ways to reach a person."""

from notifications.models.channels import CalendarFeed, PersonalChannel
from notifications.models.hold import OutboxHold
from notifications.models.outbox import Delivery, Notification

__all__ = ["CalendarFeed", "Delivery", "Notification", "OutboxHold", "PersonalChannel"]
