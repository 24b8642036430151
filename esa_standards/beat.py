"""The schedule of the tasks, which leaves a sign of life in the database."""

import logging
import time

from celery.beat import PersistentScheduler
from django.db import DatabaseError, close_old_connections

log = logging.getLogger(__name__)

EVERY = 30  # seconds


class PulsingScheduler(PersistentScheduler):
    """Celery's own, told apart from a dead one by its pulse; a database away does not end it."""

    def __init__(self, *args, **kwargs):
        self.pulsed_at = -EVERY
        super().__init__(*args, **kwargs)

    def tick(self, *args, **kwargs):
        """One round: what is due is rung for, then the sign of life."""
        delay = super().tick(*args, **kwargs)
        if time.monotonic() - self.pulsed_at >= EVERY:
            self.pulsed_at = time.monotonic()
            self._pulse()
        return delay

    def _pulse(self):
        from people.domain.pulse import Part, note  # noqa: PLC0415 - models are loaded by now

        close_old_connections()
        try:
            note(Part.BEAT)
        except DatabaseError as error:
            log.warning("no sign of life: %s", type(error).__name__)
