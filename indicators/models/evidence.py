"""Evidence: titles with revisions; a revision has files and links; items cite revisions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import AppendOnly
from indicators.models.assessment import Item
from indicators.states import ScanState
from people.models import Office
from people.rules import is_obec


class BlobQuerySet(models.QuerySet["Blob"]):
    """Rows of files' bytes."""

    def usable(self) -> "BlobQuerySet":
        """Not known to be damaged, and held by no virus scan."""
        held = (ScanState.WAITING, ScanState.INFECTED)
        return self.filter(damaged_at__isnull=True).exclude(scan_state__in=held)


class Blob(models.Model):
    """The bytes of a file, named by their hash; immutable, one copy per office."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="blobs")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    # SHA-256 of each 4 MB, compared as they are sent (core/files/pieces.py); blank until the weekly
    # check or the first reader of a file that came in before there were any.
    pieces = models.TextField(blank=True, default="")
    # What a ZIP says of a file (core/files/zips.py); unknown until the same moments.
    crc32 = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Set when the bytes on disk no longer match; such a file is not served.
    damaged_at = models.DateTimeField(null=True, blank=True)
    # What the virus scanner said, and before when it is not asked (again).
    scan_state = models.CharField(
        max_length=10, choices=ScanState.choices, default=ScanState.NOT_SCANNED
    )
    scan_found = models.CharField(max_length=200, blank=True, default="")
    scanned_at = models.DateTimeField(null=True, blank=True)
    scan_after = models.DateTimeField(null=True, blank=True)

    objects = BlobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "sha256"], name="blob_once_per_office"),
        ]
        indexes = [
            models.Index(
                fields=["scan_state", "id"],
                condition=Q(scan_state__in=("none", "waiting")),
                name="blob_unscanned",
            ),
        ]

    def __str__(self):
        return self.sha256


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Rows of evidence."""

    def visible_to(self, user) -> "EvidenceQuerySet":
        """Evidence of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def kept(self) -> "EvidenceQuerySet":
        """Not removed."""
        return self.filter(removed_at__isnull=True)


class Evidence(models.Model):
    """หลักฐาน: one document of the office; may serve many items and years."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="evidence")
    title = models.CharField(_("title"), max_length=300)
    # The title and the names of the newest revision's files, folded for search (thai.fold).
    search_text = models.TextField(editable=False, blank=True)
    document_date = models.DateField(_("date of the document"), null=True, blank=True)
    covers_from = models.DateField(_("covers from"), null=True, blank=True)
    covers_to = models.DateField(_("covers to"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # When title or dates were last corrected; a SAR rendered before that is out of date.
    changed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_why = models.TextField(blank=True, default="")
    # What it became a part of, as long as it is removed for that reason.
    joined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(covers_from__isnull=True)
                | Q(covers_to__isnull=True)
                | Q(covers_to__gte=F("covers_from")),
                name="evidence_period_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(joined_into__isnull=True) | Q(removed_at__isnull=False),
                name="evidence_joined_is_removed",
            ),
        ]

    def __str__(self):
        return self.title


class EvidenceRevision(AppendOnly):
    """One state of a piece of evidence; a verdict points to the very bytes that were judged."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["evidence", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="revision_number_once"),
        ]

    def __str__(self):
        return f"{self.evidence} ({self.number})"


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    """Rows of files."""

    def visible_to(self, user, *, day=None) -> "EvidenceFileQuerySet":
        """Of the user's own office; OBEC's reviewers also what was submitted and opened."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        wanted = Q(pk__in=[])
        if user.office_id is not None:
            wanted |= Q(revision__evidence__office=user.office_id)
        if is_obec(user, day or clock.today()):
            opened = Citation.objects.filter(submitted__submission__opened_at__isnull=False)
            wanted |= Q(revision__in=opened.values("revision"))
        return self.filter(wanted)


class EvidenceFile(AppendOnly):
    """A file of a revision. ``name`` is the person's own label, never a path."""

    revision = models.ForeignKey(EvidenceRevision, models.PROTECT, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files")
    name = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "order", "pk"]

    def __str__(self):
        return self.name

    @property
    def size(self):
        """Bytes; load files with their blobs."""
        return self.blob.size

    @property
    def scan_label(self):
        """What the virus scanner said; load files with their blobs."""
        return self.blob.get_scan_state_display()


class EvidenceLink(AppendOnly):
    """A link of a revision."""

    revision = models.ForeignKey(EvidenceRevision, models.PROTECT, related_name="links")
    url = models.URLField(max_length=4000)
    label = models.CharField(max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["revision", "order", "pk"]

    def __str__(self):
        return self.label or self.url


class CitationQuerySet(models.QuerySet["Citation"]):
    """Rows of citations."""

    def kept(self) -> "CitationQuerySet":
        """Not withdrawn, and of evidence that was not removed."""
        return self.filter(removed_at__isnull=True, revision__evidence__removed_at__isnull=True)

    def to_verify(self) -> "CitationQuerySet":
        """Brought from an earlier year, and nobody said since that it still holds."""
        return self.filter(brought_from__isnull=False, verified_at__isnull=True)


class Citation(models.Model):
    """An item cites one revision of a piece of evidence."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    revision = models.ForeignKey(EvidenceRevision, models.PROTECT, related_name="citations")
    pages = models.CharField(_("pages"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The citation of an earlier year that it was brought from: to be re-verified until somebody
    # says that it holds for this year, or replaces it by another revision.
    brought_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="brought"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "evidence"],
                condition=Q(removed_at__isnull=True),
                name="citation_once",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(
                    brought_from__isnull=False,
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                ),
                name="citation_verified_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.item} → {self.evidence}"
