"""What is put before the director: versions, decisions, acknowledgements."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnly
from indicators.models import Blob
from people.models import Office
from people.states import Role
from workflow.models.cycle import Cycle
from workflow.states import ProposalKind, ProposalMove, ProposalState, Register


class Proposal(models.Model):
    """One version of an announcement, order or SAR. Approved: immutable.

    ``body`` holds the paper's text and people as JSON; its shape per kind is documented in
    ``workflow/papers/wording.py``. ``number`` is ``n`` of ``ที่ n/พ.ศ.``, given at approval.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices=ProposalKind)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.DRAFT)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.JSONField(default=dict)
    # Counts saves of the draft: an edit that started from an older one is refused.
    edit = models.PositiveIntegerField(default=0)
    # When the texts last changed: a rendering of an earlier moment does not count.
    saved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The name and position lines under the signature, as they stood at approval.
    signed_as = models.JSONField(default=dict, blank=True)
    number = models.CharField(_("number"), max_length=20, blank=True)
    # Number of the memo (บันทึกข้อความ) that proposed an order; given at approval, too.
    memo_number = models.CharField(_("memo number"), max_length=20, blank=True)
    dated = models.DateField(_("date on the paper"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # What was not complete when a SAR was approved, and why it was approved all the same; the
    # shape of a row is that of ``completeness.panels.Panel.record``.
    gaps = models.JSONField(default=list, blank=True)
    gaps_reason = models.TextField(_("reason for approving over gaps"), blank=True)
    # A later version that only corrects number or date says what it corrects, see
    # ``papers.correcting``; empty for others.
    correction = models.JSONField(default=dict, blank=True)
    # SHA-256 of the rendered PDF the director saw (SAR); written by reports/.
    rendered_sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "kind", "-version"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind", "version"], name="proposal_version_once"
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=Q(state__in=["draft", "proposed", "endorsed"]),
                name="proposal_one_underway",
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=Q(state="approved"),
                name="proposal_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="proposal_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "superseded", "revoked"])
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="proposal_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(gaps=Value([], models.JSONField())) | ~Q(gaps_reason=""),
                name="proposal_gaps_have_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} v{self.version}"

    @property
    def is_undecided(self) -> bool:
        """Whether it lies before somebody: proposed, or endorsed and not yet approved."""
        return self.state in (ProposalState.PROPOSED, ProposalState.ENDORSED)


class Decision(AppendOnly):
    """Endorsed, approved, returned or revoked, by whom, as what; append-only."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="decisions")
    move = models.CharField(max_length=10, choices=ProposalMove)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    # True when ``by`` acted for the role (รักษาราชการแทน).
    acting = models.BooleanField(default=False)
    opinion = models.TextField(_("opinion or reason"), blank=True)
    at = models.DateTimeField()
    on_paper = models.BooleanField(_("signed on paper"), default=False)
    scan = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    scan_name = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["proposal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(move__in=["endorse", "approve", "return", "revoke"]),
                name="decision_move",
            ),
            models.CheckConstraint(
                condition=~Q(move__in=["return", "revoke"]) | ~Q(opinion=""),
                name="decision_return_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.proposal} {self.move}"


class IssuedNumber(models.Model):
    """One number of one register: ``ที่ <number>/<year>``. Given once, never taken back."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="issued_numbers")
    register = models.CharField(max_length=10, choices=Register)
    year = models.PositiveSmallIntegerField()  # calendar year, พ.ศ.
    number = models.CharField(max_length=20)  # Arabic digits; may carry letters typed by hand
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="issued_numbers")
    # True when the office's paper register gave it, False when this product counted.
    typed = models.BooleanField(default=False)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["office", "register", "year", "pk"]
        verbose_name = _("issued number")
        verbose_name_plural = _("issued numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["office", "register", "year", "number"], name="number_once_a_year"
            ),
            models.UniqueConstraint(
                fields=["proposal", "register"], name="one_number_per_register"
            ),
        ]

    def __str__(self):
        return f"{self.register} {self.number}/{self.year}"


class Acknowledgement(models.Model):
    """A person was asked to acknowledge (รับทราบ) a published announcement."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="acknowledgements")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="acknowledgements"
    )
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["proposal", "user__sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "user"], name="acknowledgement_once"),
        ]

    def __str__(self):
        return f"{self.user} · {self.proposal}"
