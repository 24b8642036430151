"""One office's content of one fiscal year."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnly
from indicators.models.catalogue import Consideration, Edition, Indicator
from indicators.states import AssessmentState, ItemState
from people.models import Office


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Rows of assessments."""

    def visible_to(self, user) -> "AssessmentQuerySet":
        """The assessments of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def submitted(self) -> "AssessmentQuerySet":
        """What offices handed to OBEC: the only thing an OBEC reviewer ever sees."""
        return self.filter(submitted_at__isnull=False)


class Assessment(models.Model):
    """The root of one year's content. It has no idea of the six steps."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="assessments")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (พ.ศ.)"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=10, choices=AssessmentState, default=AssessmentState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When a reviewer first opened what is submitted now; until then the office may take it back.
    taken_up_at = models.DateTimeField(null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of a submission that was taken back: when it had been handed over, and when it was withdrawn.
    withdrawn_submission_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["office", "-fiscal_year"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(fields=["office", "fiscal_year"], name="assessment_year_once"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year__gte=2500, fiscal_year__lte=2700),
                name="assessment_year_is_buddhist",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_up_at__isnull=True) | models.Q(submitted_at__isnull=False),
                name="assessment_taken_up_is_submitted",
            ),
        ]
        # guardian: who may score this assessment's considerations (committee members).
        permissions = [("score_assessment", "Can score the assessment")]

    def __str__(self):
        return f"{self.office} {self.fiscal_year}"

    @property
    def is_open(self):
        """Whether its content may change."""
        return self.state == AssessmentState.OPEN

    @property
    def handed_over_at(self):
        """When OBEC last got this year, whether or not it was taken back since."""
        return self.submitted_at or self.withdrawn_submission_at


class ItemQuerySet(models.QuerySet["Item"]):
    """Rows of items."""

    def visible_to(self, user) -> "ItemQuerySet":
        """Items of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(assessment__office=user.office_id)

    def in_order(self) -> "ItemQuerySet":
        """As the catalogue orders them."""
        return self.order_by(
            "consideration__indicator__standard__order",
            "consideration__indicator__order",
            "consideration__order",
        )

    def with_counts(self) -> "ItemQuerySet":
        """With ``evidence_count``: kept citations of evidence that was not removed."""
        return self.annotate(
            evidence_count=models.Count(
                "citations",
                filter=models.Q(
                    citations__removed_at__isnull=True,
                    citations__evidence__removed_at__isnull=True,
                ),
                distinct=True,
            )
        )


class Item(models.Model):
    """One consideration in one year: its narrative, result and state."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="items")
    consideration = models.ForeignKey(Consideration, models.PROTECT, related_name="items")
    narrative = models.TextField(_("what was done"), blank=True)
    result = models.TextField(_("result"), blank=True)
    no_evidence_reason = models.TextField(_("reason why there is no evidence"), blank=True)
    # The fiscal year whose text stands there, until somebody edits or confirms it.
    narrative_from = models.PositiveSmallIntegerField(null=True, blank=True)
    result_from = models.PositiveSmallIntegerField(null=True, blank=True)
    # Why it was handed in although something of an earlier year was still to be re-verified.
    unverified_why = models.TextField(blank=True, default="")
    # The three texts folded for search (thai.fold).
    search_text = models.TextField(editable=False, blank=True, default="")
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WRITING)
    # Counts saves: an edit that started from an older version is refused.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # Its own due date (Bangkok); without one it is due with step 4.
    due = models.DateField(_("due"), null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "consideration"], name="item_once"),
        ]
        # guardian: who writes this item (collector and supervisors of the approved order).
        permissions = [("write_item", "Can write the item")]

    def __str__(self):
        return str(self.consideration)


class ItemRevision(AppendOnly):
    """Every text that was ever saved in an item; append-only."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    narrative = models.TextField(blank=True)
    result = models.TextField(blank=True)
    no_evidence_reason = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="item_revision_once"),
        ]

    def __str__(self):
        return f"{self.item} v{self.version}"


class IndicatorReview(models.Model):
    """จุดเด่น จุดที่ควรพัฒนา ปัญหาอุปสรรค and measures of one indicator in one year."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="reviews")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="reviews")
    strengths = models.TextField(_("strengths"), blank=True)
    to_improve = models.TextField(_("to improve"), blank=True)
    problems = models.TextField(_("problems and obstacles"), blank=True)
    measures = models.TextField(_("measures"), blank=True)
    # The four texts folded for search (thai.fold).
    search_text = models.TextField(editable=False, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("indicator review")
        verbose_name_plural = _("indicator reviews")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator"], name="review_once"),
        ]

    def __str__(self):
        return str(self.indicator)
