"""Waking a worker up by the broker.

Nobody answering harms nothing: what is owed stands in the database, and a sweep finds it every
minute. Tasks are named by text, because they stand above what wakes them.
"""

import time

from celery import current_app
from kombu.exceptions import OperationalError

REST = 30  # seconds a broker that failed is left alone, so that it costs one click, not every one
_broken_at: list[float] = [-REST]


def wake(task: str, **arguments: object) -> bool:
    """Ask a worker to run ``task`` (``app.tasks.name``) now.

    False when the broker did not take it, or did not a moment ago.
    """
    if time.monotonic() - _broken_at[0] < REST:
        return False
    try:
        current_app.send_task(task, kwargs=arguments, retry=False, ignore_result=True)
    except (OperationalError, OSError):
        _broken_at[0] = time.monotonic()
        return False
    return True
