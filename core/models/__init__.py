"""History, idempotency tokens, heartbeats and the cache table."""

from core.models.cache import CacheEntry
from core.models.heartbeat import Heartbeat
from core.models.history import AppendOnly, Event, EventChain
from core.models.idempotency import SubmittedForm

__all__ = ["AppendOnly", "CacheEntry", "Event", "EventChain", "Heartbeat", "SubmittedForm"]
