"""One round of chasing: plan, then gather. Beat asks for it every minute; cron may, too."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from workflow.domain.chasing.digests import gather
from workflow.domain.chasing.planning import plan_due

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chased:
    """What one round did."""

    reminders: int
    messages: int


def chase(at: datetime) -> Chased:
    """Write what is owed by ``at`` and make messages of it; again changes nothing."""
    begun = time.monotonic()
    done = Chased(reminders=plan_due(at), messages=gather(at))
    if done.reminders or done.messages:
        seconds = time.monotonic() - begun
        log.info(
            "chased: %s reminders, %s messages, %.1f s",
            *(done.reminders, done.messages, seconds),
            extra={
                "esa_reminders": done.reminders,
                "esa_messages": done.messages,
                "esa_seconds": round(seconds, 2),
            },
        )
    return done
