"""What a file looks like on a page: which pictures of it a worker owes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.evidence import Blob
from indicators.states import RenditionState


class Rendition(models.Model):
    """The pictures of one blob, and who makes them. They can be made anew, so no backup has them.

    It goes with its blob and keeps none (``evidence.sweep.referenced``).
    """

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="rendition")
    state = models.CharField(max_length=12, choices=RenditionState, default=RenditionState.QUEUED)
    # The first page of the batch that is drawn next.
    wanted = models.PositiveIntegerField(default=1)
    # When somebody who looks at the file asked for a page; those go first.
    asked_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    thumbnail = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pictures of a file")
        verbose_name_plural = _("pictures of files")
        indexes = [models.Index(fields=["state"], name="rendition_state")]

    def __str__(self):
        return f"{self.blob_id} ({self.state})"
