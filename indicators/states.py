"""Enums of the indicators app; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where the wording of a catalogue row comes from."""

    PUBLIC = "public", _("Official wording")
    DRAFT = "draft", _("Working wording")


class AssessmentState(models.TextChoices):
    """open → locked (the SAR was approved) → open again by a recorded reopening."""

    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked")


class ItemState(models.TextChoices):
    """writing → handed in → writing again."""

    WRITING = "writing", _("In progress")
    HANDED_IN = "handed_in", _("Handed in")


class DraftKind(models.TextChoices):
    """Of which recorded score somebody keeps a draft."""

    AGREED = "agreed", _("Agreed score")
    VERIFIED = "verified", _("Verified score")


class TextState(models.TextChoices):
    """queued → reading → ready, or failed for good; shown to nobody.

    A scan has pages that nothing here can read: they are read once Tesseract is installed.
    """

    QUEUED = "queued"
    READING = "reading"
    READY = "ready"
    SCAN = "scan"
    FAILED = "failed"


class Duty(models.TextChoices):
    """What an assignment asks of a person."""

    SUPERVISOR = "supervisor", _("Supervisor")
    COLLECTOR = "collector", _("Data collector")


class ProjectKind(models.TextChoices):
    """แผนงาน โครงการ กิจกรรม that support an indicator."""

    PLAN = "plan", _("Plan")
    PROJECT = "project", _("Project")
    ACTIVITY = "activity", _("Activity")
