"""What stands in a file, page by page, for the search."""

from django.db import models

from indicators.models.evidence import Blob
from indicators.states import TextState
from people.models import Office


class BlobText(models.Model):
    """The text of a file: read once by a worker, as bytes of a file never change."""

    # Goes with the blob: nothing else may keep bytes that nobody cites.
    blob = models.OneToOneField(Blob, models.CASCADE, related_name="text")
    state = models.CharField(max_length=10, choices=TextState, default=TextState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # Whether the numbers of the parts are those of pages or slides.
    has_pages = models.BooleanField(default=False)
    # There was more than is kept.
    is_cut = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.blob} {self.state}"


class TextPart(models.Model):
    """One page of a file, or a piece of about a page."""

    text = models.ForeignKey(BlobText, models.CASCADE, related_name="parts")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    shown = models.TextField()
    # ``shown`` folded for search (thai.fold); indexed by groups of three letters (search/index.py).
    folded = models.TextField()
    # Recognised in a picture: letters may be wrong, and the page says so.
    by_machine = models.BooleanField(default=False)

    class Meta:
        ordering = ["text", "number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="text_part_once"),
        ]

    def __str__(self):
        return f"{self.text_id}/{self.number}"
