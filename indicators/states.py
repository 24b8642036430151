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


class RequestState(models.TextChoices):
    """open → done → accepted, or open again; an open one may be withdrawn and put back."""

    OPEN = "open", _("To be done")
    DONE = "done", _("Done, waits to be accepted")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RequestMove(models.TextChoices):
    """What somebody did with a request, as its conversation shows it."""

    ASK = "ask", _("asked")
    FINISH = "finish", _("reported it done")
    HAND_IN = "hand_in", _("handed the consideration in again")
    SEND_BACK = "send_back", _("sent it back")
    ACCEPT = "accept", _("accepted it")
    UNACCEPT = "unaccept", _("took the acceptance back")
    HAND_ON = "hand_on", _("handed it on to")
    WITHDRAW = "withdraw", _("withdrew it")
    RESTORE = "restore", _("put it back")


class DraftKind(models.TextChoices):
    """Of which recorded score somebody keeps a draft."""

    AGREED = "agreed", _("Agreed score")
    VERIFIED = "verified", _("Verified score")


class HandoverState(models.TextChoices):
    """waiting → working (a worker reads old files, or the index is written) → ready."""

    WAITING = "waiting", _("Waits to be prepared")
    WORKING = "working", _("Being prepared")
    READY = "ready", _("Ready")


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


class UploadState(models.TextChoices):
    """receiving → done | refused."""

    RECEIVING = "receiving", _("On its way")
    DONE = "done", _("Uploaded")
    REFUSED = "refused", _("Not taken in")


class UploadPurpose(models.TextChoices):
    """What becomes of an uploaded file."""

    EVIDENCE = "evidence", _("A piece of evidence of its own")
    FORM = "form", _("Part of a form that is sent later")


class Sorted(models.TextChoices):
    """What became of an entry of the inbox."""

    CITED = "cited", _("Cited")
    ASIDE = "aside", _("Set aside")


class ScanState(models.TextChoices):
    """What the virus scanner said about a file; without a scanner none is asked."""

    NOT_SCANNED = "none", _("Not scanned for viruses")
    WAITING = "waiting", _("Waits for the virus scan")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("Virus found")


class RenditionState(models.TextChoices):
    """queued → working → ready, and queued again when somebody asks for a further page."""

    QUEUED = "queued", _("Queued")
    WORKING = "working", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    UNAVAILABLE = "unavailable", _("Not available here")
