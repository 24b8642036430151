"""Offices, work groups, people, roles, the outbox and the history."""

from people.models.cache import CacheEntry
from people.models.channels import CalendarFeed, PersonalChannel
from people.models.history import Event, EventChain
from people.models.office import Office, RestDay, WorkGroup
from people.models.once import SubmittedForm
from people.models.outbox import Delivery, Notification
from people.models.pulse import Pulse
from people.models.user import Acting, RoleGrant, User

__all__ = [
    "Acting",
    "CacheEntry",
    "CalendarFeed",
    "Delivery",
    "Event",
    "EventChain",
    "Notification",
    "Office",
    "PersonalChannel",
    "Pulse",
    "RestDay",
    "RoleGrant",
    "SubmittedForm",
    "User",
    "WorkGroup",
]
