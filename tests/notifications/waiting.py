"""How long something took, but for the time in which the machine let it stand in line.

A thread that could run and does not, because others have the processors, says nothing of what is
promised in seconds; what it waits for others and what it computes itself does.
"""

import time
from pathlib import Path

NANOSECONDS = 1e9


def time_taken() -> float:
    """A clock that stands still while this thread stands in line for a processor."""
    return time.monotonic() - _in_line(Path("/proc/thread-self/schedstat"))


def seconds_in_line(pid: int) -> float:
    """For how long the threads of a process have stood in line for a processor."""
    return sum(map(_in_line, Path(f"/proc/{pid}/task").glob("*/schedstat")))


def _in_line(schedstat: Path) -> float:
    """None where the kernel does not tell."""
    if not schedstat.exists():
        return 0
    _ran, in_line, _times = map(int, schedstat.read_text().split())
    return in_line / NANOSECONDS
