"""Uploads that are under way: how much of a file is here, and what is to become of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Item
from indicators.models.checklist import ChecklistRow
from indicators.models.evidence import Blob, Evidence
from indicators.states import UploadPurpose, UploadState
from people.models import Office

JUST_BROUGHT = timedelta(minutes=30)  # what is brought in one visit of a page
LOOKED_INTO_AT_ONCE = 32 * 1024 * 1024  # bytes: a second of a slow server's work


class UploadQuerySet(models.QuerySet["Upload"]):
    """Rows of uploads."""

    def visible_to(self, user) -> "UploadQuerySet":
        """The user's own: an upload is nobody else's before it is evidence."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(user=user.pk, office=user.office_id)

    def unfinished(self, at: datetime) -> "UploadQuerySet":
        """Still to be gone on with."""
        return self.filter(state=UploadState.RECEIVING, expires_at__gt=at)

    def to_show(self, at: datetime) -> "UploadQuerySet":
        """Unfinished ones, and those refused after their sender had the answer."""
        refused = Q(state=UploadState.REFUSED, size__gt=LOOKED_INTO_AT_ONCE)
        return self.filter(refused | Q(state=UploadState.RECEIVING), expires_at__gt=at)

    def just_brought(self, at: datetime) -> "UploadQuerySet":
        """What became new evidence that is there still, as it was begun."""
        new = self.filter(state=UploadState.DONE, said="", changed_at__gt=at - JUST_BROUGHT)
        return new.filter(evidence__removed_at__isnull=True, evidence__isnull=False).order_by("pk")


class Upload(models.Model):
    """A file on its way in pieces (tus 1.0). The first ``offset`` bytes lie in ``uploads/``."""

    token = models.CharField(max_length=32, unique=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING
    )
    purpose = models.CharField(max_length=10, choices=UploadPurpose.choices)
    # The consideration that is to cite it, if any.
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="uploads")
    # The required piece of evidence that it is to be, if any.
    checklist_row = models.ForeignKey(
        ChecklistRow, models.PROTECT, null=True, related_name="uploads"
    )
    # Known before the bytes take their last name, so that a crash then loses none of them.
    sha256 = models.CharField(max_length=64, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="uploads")
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="uploads")
    # What was said at the end: why it was refused, or what it is now.
    said = models.TextField(_("outcome"), blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__lte=F("size")), name="upload_offset_within_size"
            ),
            models.CheckConstraint(
                condition=~Q(state=UploadState.DONE) | Q(blob__isnull=False),
                name="upload_done_has_bytes",
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="upload_by_office")]

    def __str__(self):
        return self.name

    @property
    def is_whole(self) -> bool:
        """Whether every byte is here."""
        return self.offset == self.size
