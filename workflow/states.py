"""Enums and the table of steps; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StepKind(models.IntegerChoices):
    """The six steps of ผังกระบวนการ, in order."""

    AGENDA = 1, _("Shared agenda")
    BRIEFING = 2, _("Briefing")
    APPOINTMENT = 3, _("Committee appointment")
    COMMITTEE_WORK = 4, _("Committee work")
    SELF_ASSESSMENT = 5, _("Self-assessment")
    SUMMARY = 6, _("Summary")


class StepState(models.TextChoices):
    """waiting → open → done → open again (reopened)."""

    WAITING = "waiting", _("Not started")
    OPEN = "open", _("In progress")
    DONE = "done", _("Done")


class StepMove(models.TextChoices):
    """The moves of a step."""

    OPEN = "open", _("Open")
    OPEN_EARLY = "open_early", _("Open early")
    FINISH = "finish", _("Finish")
    CLOSE = "close", _("Closed by the approved SAR")
    REOPEN = "reopen", _("Reopen")


class ProposalKind(models.TextChoices):
    """What is put before the director."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    ORDER = "order", _("Appointment order")
    SAR = "sar", _("Self-Assessment Report")


class ProposalState(models.TextChoices):
    """draft → proposed → (endorsed) → approved | returned; approved → superseded | revoked.

    A returned proposal is kept as it is; its next version starts as a new draft.
    """

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    ENDORSED = "endorsed", _("Endorsed by the deputy")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


class ProposalMove(models.TextChoices):
    """The moves of a proposal; a Decision row is one of ENDORSE, APPROVE, RETURN, REVOKE."""

    PROPOSE = "propose", _("Propose")
    WITHDRAW = "withdraw", _("Withdraw")
    ENDORSE = "endorse", _("Endorse")
    APPROVE = "approve", _("Approve")
    RETURN = "return", _("Return")
    SUPERSEDE = "supersede", _("Supersede")
    REVOKE = "revoke", _("Revoke")


class Register(models.TextChoices):
    """An office's registers of numbers; each counts from 1 every calendar year พ.ศ."""

    ORDER = "order", _("Orders")
    MEMO = "memo", _("Memos")


class Seat(models.TextChoices):
    """A person's place in a committee."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chair")
    MEMBER = "member", _("Member")
    SECRETARY = "secretary", _("Secretary")
    ASSISTANT_SECRETARY = "assistant_secretary", _("Assistant secretary")


class CommitteePart(models.TextChoices):
    """The parts of the order; a working committee belongs to one standard."""

    ADVISER = "adviser", _("Advisers")
    STEERING = "steering", _("Steering committee")
    WORKING = "working", _("Working committee")


class MeetingKind(models.TextChoices):
    """Briefing of all staff (step 2) or meeting of the committee (steps 4 and 5)."""

    BRIEFING = "briefing", _("Briefing")
    COMMITTEE = "committee", _("Committee meeting")


class MeetingState(models.TextChoices):
    """planned → held (minutes closed) | cancelled; held → planned again to correct minutes."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")
