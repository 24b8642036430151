"""History, idempotency tokens, heartbeats and the cache table."""

from core.models.cache import CacheEntry
from core.models.heartbeat import Heartbeat
from core.models.history import Event, EventChain
from core.models.idempotency import SubmittedForm

__all__ = ["CacheEntry", "Event", "EventChain", "Heartbeat", "SubmittedForm"]
