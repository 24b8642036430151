"""What OBEC was given: the citations of a year as they stood when it was submitted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnly
from indicators.models.assessment import Assessment
from indicators.models.evidence import Citation


class YearSubmission(models.Model):
    """One handing over of a year. What OBEC opened it may look at for ever, whatever follows."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="submissions")
    submitted_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(withdrawn_at__isnull=True),
                name="submission_stands_once",
            ),
        ]

    def __str__(self):
        return f"{self.assessment} {self.submitted_at:%Y-%m-%d}"


class SubmittedCitationQuerySet(models.QuerySet["SubmittedCitation"]):
    """Rows of submitted citations."""

    def opened(self) -> "SubmittedCitationQuerySet":
        """Of submissions that a reviewer opened: what OBEC saw it keeps."""
        return self.filter(submission__opened_at__isnull=False)


class SubmittedCitation(AppendOnly):
    """A citation that was part of a submission: which revision, pages and note OBEC was given.

    The citation's own row says so: citing otherwise makes another row, withdrawing only dates it.
    """

    submission = models.ForeignKey(YearSubmission, models.PROTECT, related_name="citations")
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="submitted")

    objects = SubmittedCitationQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "pk"]
        verbose_name = _("submitted citation")
        verbose_name_plural = _("submitted citations")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "citation"], name="submitted_citation_once"
            ),
        ]

    def __str__(self):
        return f"{self.submission}: {self.citation}"
