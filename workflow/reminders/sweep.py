"""One round of reminders: plan, then make messages. Beat asks for it every minute; cron may too."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from workflow.reminders.digests import make_messages
from workflow.reminders.planning import plan_due

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What one round did."""

    reminders: int
    messages: int


def run_reminders(at: datetime) -> Swept:
    """Write what is owed by ``at`` and make messages of it; again changes nothing."""
    begun = time.monotonic()
    done = Swept(reminders=plan_due(at), messages=make_messages(at))
    if done.reminders or done.messages:
        seconds = time.monotonic() - begun
        log.info(
            "reminded: %s reminders, %s messages, %.1f s",
            *(done.reminders, done.messages, seconds),
            extra={
                "esa_reminders": done.reminders,
                "esa_messages": done.messages,
                "esa_seconds": round(seconds, 2),
            },
        )
    return done
