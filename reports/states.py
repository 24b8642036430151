"""Enums of the reports app; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What is rendered."""

    SAR = "sar", _("Self-Assessment Report")
    ANNOUNCEMENT = "announcement", _("Announcement")
    ORDER = "order", _("Appointment order")
    MEMO = "memo", _("Memo to the director")
    INVITATION = "invitation", _("Invitation to a meeting")
    MINUTES = "minutes", _("Minutes of a meeting")
    SUMMARY = "summary", _("Summary for OBEC")
    FLOWCHART = "flowchart", _("Process chart")


# What a paper is of: a version put before the director, a meeting, or else the year itself.
OF_A_PROPOSAL = (DocumentKind.ANNOUNCEMENT, DocumentKind.ORDER, DocumentKind.MEMO)
OF_A_MEETING = (DocumentKind.INVITATION, DocumentKind.MINUTES)
# Papers in the forms of ระเบียบงานสารบรรณ: these are made as DOCX, too, and shown page by page.
OFFICIAL = (*OF_A_PROPOSAL, *OF_A_MEETING)


class DocumentState(models.TextChoices):
    """queued → rendering (leased by one worker) → ready | queued again | failed."""

    QUEUED = "queued", _("Waiting for its turn")
    RENDERING = "rendering", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


class DocumentFormat(models.TextChoices):
    """The kinds of file; DOCX is for offices that must edit once more."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
