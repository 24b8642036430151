"""Pages that render quickly or for long, and how processes are watched meanwhile."""

import time

import psutil

PAGE = (
    '<!DOCTYPE html><html lang="th"><head><title>ทดสอบ</title>'
    "<style>html{{font:10.7pt/1.7 Paper}}</style></head><body>{}</body></html>"
)
SHORT = PAGE.format("<p>ดำเนินการ</p>")
SOME = PAGE.format("<p>ดำเนินการ</p>" * 1_000)  # enough to be looked at meanwhile
LONG = PAGE.format("<p>ดำเนินการ</p>" * 20_000)
LIMITS = {"time": {"timeout_s": 0.3}, "memory": {"memory_mb": 160}}


def gone(pid) -> bool:
    """Dead; whether somebody has buried it is not the point."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(true, seconds=180):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
