"""The doorbell: waking a worker up. Nobody answering harms nothing, the sweep comes every minute.

A bell that does not ring is left alone for a while, so that a broker which takes connections and
never answers costs one click a second, not every click several.
"""

import time

from kombu.exceptions import OperationalError

REST = 30  # seconds
_broken_at = [-REST]


def ring(task, **arguments) -> bool:
    """Ring for ``task``; False when the bell is broken or was a moment ago."""
    if time.monotonic() - _broken_at[0] < REST:
        return False
    try:
        task.apply_async(kwargs=arguments, retry=False, ignore_result=True)
    except (OperationalError, OSError):
        _broken_at[0] = time.monotonic()
        return False
    return True
