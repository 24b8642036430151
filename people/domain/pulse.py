"""Signs of life of worker, schedule and renderer: rows that each writes while it is well.

Real time of the machine: the demonstration's shifted clock may jump, a pulse may not.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from people.models import Pulse

SILENCE = timedelta(minutes=4)  # everything pulses once a minute; longer means that it stopped


class Part(StrEnum):
    """What leaves signs of life."""

    BEAT = "beat"
    WORKER = "worker"
    RENDERER = "renderer"


def note(part: Part) -> None:
    """Say that this part is well now."""
    Pulse.objects.update_or_create(part=part.value, defaults={"at": timezone.now()})


def last(part: Part) -> datetime | None:
    """When the part was well last; None when it never ran."""
    return Pulse.objects.filter(part=part.value).values_list("at", flat=True).first()


def is_silent(part: Part, now: datetime) -> bool:
    """Whether the part gave no sign for longer than a busy machine explains."""
    at = last(part)
    return at is None or at < now - SILENCE
