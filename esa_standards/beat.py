"""The schedule of the tasks, which leaves a sign of life in the database."""

import logging
import time

from celery.beat import PersistentScheduler
from django.db import DatabaseError, close_old_connections

log = logging.getLogger(__name__)

EVERY = 30  # seconds


class HeartbeatScheduler(PersistentScheduler):
    """Celery's own, with a heartbeat of ours; a database that is away does not end it."""

    def __init__(self, *args, **kwargs):
        self.beat_at = -EVERY
        super().__init__(*args, **kwargs)

    def tick(self, *args, **kwargs):
        """One round: workers are woken for what is due, then the heartbeat."""
        delay = super().tick(*args, **kwargs)
        if time.monotonic() - self.beat_at >= EVERY:
            self.beat_at = time.monotonic()
            self._beat()
        return delay

    def _beat(self):
        from core.heartbeat import Component, beat  # noqa: PLC0415 - models are loaded by now

        close_old_connections()
        try:
            beat(Component.BEAT)
        except DatabaseError as error:
            log.warning("no sign of life: %s", type(error).__name__)
