"""What a consideration of one year must show as evidence, and which citation shows it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Item
from indicators.models.catalogue import RequiredEvidence
from indicators.models.evidence import Citation


class ChecklistRowQuerySet(models.QuerySet["ChecklistRow"]):
    """Rows of checklists."""

    def kept(self) -> "ChecklistRowQuerySet":
        """Not removed."""
        return self.filter(removed_at__isnull=True)


class ChecklistRow(models.Model):
    """A required piece of evidence of an item: the edition's, or one that the office added.

    The edition's rows are made with the year and bear its words, which are never rewritten.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="checklist")
    # None: the office asks for it.
    required = models.ForeignKey(
        RequiredEvidence, models.PROTECT, null=True, related_name="checklist_rows"
    )
    title = models.CharField(_("required piece of evidence"), max_length=300)
    order = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Why this office need not show it, if somebody said so.
    excused_why = models.TextField(blank=True, default="")
    excused_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ChecklistRowQuerySet.as_manager()

    class Meta:
        ordering = ["item", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "title"],
                condition=Q(removed_at__isnull=True),
                name="checklist_row_once",
            ),
            models.CheckConstraint(
                condition=Q(required__isnull=True) | Q(removed_at__isnull=True),
                name="checklist_row_of_edition_stays",
            ),
            models.CheckConstraint(
                condition=Q(required__isnull=False) | Q(added_by__isnull=False),
                name="checklist_row_has_author",
            ),
            models.CheckConstraint(
                condition=Q(excused_at__isnull=True, excused_why="")
                | (Q(excused_at__isnull=False) & ~Q(excused_why="")),
                name="checklist_row_excused_with_reason",
            ),
        ]

    def __str__(self):
        return self.title


class ChecklistTick(models.Model):
    """A citation is, or is part of, a required piece. It counts as long as the citation does."""

    row = models.ForeignKey(ChecklistRow, models.PROTECT, related_name="ticks")
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="ticks")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "citation"], name="checklist_tick_once"),
        ]

    def __str__(self):
        return f"{self.row} ← {self.citation_id}"
