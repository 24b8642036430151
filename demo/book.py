"""The book the story is notified from: its texts, and its days."""

from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.utils import timezone

from core import clock

DATA = Path(__file__).parent / "data"


@cache
def read(name):
    """One of the demonstration's text files."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@contextmanager
def on(year, month, day, hour=9, minute=0):
    """It is this Bangkok day and hour (ค.ศ.)."""
    with at(datetime(year, month, day, hour, minute)):  # noqa: DTZ001 - made aware there
        yield


@contextmanager
def at(moment):
    """It is this moment, written as Bangkok's clocks show it."""
    with clock.pretend(aware(moment)):
        yield


def aware(moment):
    """The instant of a Bangkok clock's time, as the text files write it."""
    return timezone.make_aware(moment, timezone.get_default_timezone())
