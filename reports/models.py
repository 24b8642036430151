"""The register of rendered documents."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from core import clock
from people.models import Office
from people.rules import is_obec
from reports.states import DocumentFormat, DocumentKind, DocumentState
from workflow.models import Cycle, Meeting, Proposal


class DocumentQuerySet(models.QuerySet):
    """Rows of documents."""

    def visible_to(self, user, *, day=None):
        """Documents of the user's own office; OBEC's reviewers also what was submitted."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        wanted = Q(pk__in=[])
        if user.office_id is not None:
            wanted |= Q(cycle__assessment__office=user.office_id)
        if is_obec(user, day or clock.today()):
            wanted |= Q(pk__in=self.model.objects.submitted().values("pk"))
        return self.filter(wanted)

    def submitted(self):
        """The final SAR and summary of every year that OBEC opened, nothing an office works on.

        The SAR is of the version that was in force when the year was submitted: a later one that
        was not submitted again is the office's own business. Of a year that was taken back they
        are what OBEC had got until then.
        """
        year = "cycle__assessment"
        opened = Q((f"{year}__taken_up_at__isnull", False))
        submitted_at = Case(
            When(opened, then=F(f"{year}__submitted_at")),
            default=F(f"{year}__withdrawn_submission_at"),
        )
        later = Proposal.objects.filter(
            cycle=OuterRef("cycle"),
            kind=OuterRef("kind"),
            approved_at__gt=OuterRef("proposal__approved_at"),
            approved_at__lte=OuterRef("handed_over_at"),
        )
        sar = Q(
            kind=DocumentKind.SAR,
            final=True,
            proposal__approved_at__lte=F("handed_over_at"),
        ) & ~Exists(later)
        withdrawn_at = f"{year}__withdrawn_at"
        summary = Q(kind=DocumentKind.SUMMARY, final=True) & (
            Q((f"{withdrawn_at}__isnull", True)) | Q(ready_at__lte=F(withdrawn_at))
        )
        return self.annotate(handed_over_at=submitted_at).filter(
            sar | summary, state=DocumentState.READY, handed_over_at__isnull=False
        )


class Document(models.Model):
    """One rendered file with the snapshot it came from, its hash and its way through the queue."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    format = models.CharField(max_length=4, choices=DocumentFormat, default=DocumentFormat.PDF)
    number = models.PositiveIntegerField()
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    # The meeting that an invitation or minutes are of.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    snapshot = models.JSONField(null=True, blank=True)
    # False for a draft, watermarked as one; set with the snapshot, whose word it repeats.
    final = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    # SHA-256 of each 4 MB, compared as they are sent; blank until the first reader or weekly check
    # of a paper that was rendered before there were any.
    pieces = models.TextField(blank=True, default="")
    # Set when the bytes on disk no longer match; such a paper is not served.
    damaged_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    error_reference = models.CharField(max_length=40, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ready_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind", "number"], name="document_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(sha256=""), name="document_ready_has_hash"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"


class Seal(models.Model):
    """The short code an approved paper bears, by which anybody may ask whether it is genuine.

    It stands on the paper, so it is drawn before the paper is rendered; the SHA-256 that it
    vouches for is that of the final PDF of the same proposal and kind.
    """

    code = models.CharField(max_length=16, unique=True)  # no letters that look alike
    kind = models.CharField(max_length=12, choices=DocumentKind)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="seals")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "kind"], name="seal_once"),
        ]

    def __str__(self):
        return self.code


class Signature(models.Model):
    """The office's digital signature in one file, found by the SHA-256 of the signed bytes.

    Written with the file, before it is registered: of a worker that died then, a row stays behind
    that no document has. It says what was known of the certificate on that day.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    # Whether the certificate led to an authority that this server was set up to trust.
    recognised = models.BooleanField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("digital signature")
        verbose_name_plural = _("digital signatures")
        constraints = [
            models.UniqueConstraint(fields=["office", "sha256"], name="signature_once"),
        ]

    def __str__(self):
        return f"{self.office} {self.sha256[:12]}"


class Preview(models.Model):
    """How a paper would look with what somebody is typing: rendered by a worker, kept a day.

    One per person and paper: a newer request takes the place of the older one, whose ``token``
    no longer counts. Its page pictures lie under ``PREVIEW_ROOT/<token>/<page>.png``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=32, unique=True)
    snapshot = models.JSONField()
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.QUEUED)
    pages = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cycle", "kind"],
                condition=Q(meeting=None),
                name="preview_once_per_paper",
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "meeting"],
                condition=Q(meeting__isnull=False),
                name="preview_once_per_meeting",
            ),
        ]

    def __str__(self):
        return self.token
