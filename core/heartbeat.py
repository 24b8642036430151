"""Signs of life of worker, schedule and renderer: rows that each writes while it is well.

Real time of the machine: the demonstration's shifted clock may jump, a heartbeat may not.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from core.models import Heartbeat

SILENCE = timedelta(minutes=4)  # everything beats once a minute; longer means that it stopped


class Component(StrEnum):
    """What leaves signs of life."""

    BEAT = "beat"
    WORKER = "worker"
    RENDERER = "renderer"


def beat(part: Component) -> None:
    """Say that this part is well now."""
    Heartbeat.objects.update_or_create(part=part.value, defaults={"at": timezone.now()})


def last_beat(part: Component) -> datetime | None:
    """When the part was well last; None when it never ran."""
    return Heartbeat.objects.filter(part=part.value).values_list("at", flat=True).first()


def is_silent(part: Component, now: datetime) -> bool:
    """Whether the part gave no sign for longer than a busy machine explains."""
    at = last_beat(part)
    return at is None or at < now - SILENCE
