"""ZIPs of a year's evidence that somebody asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Assessment
from indicators.models.catalogue import Indicator, Standard
from indicators.states import HandoverState


class EvidenceHandoverQuerySet(models.QuerySet["EvidenceHandover"]):
    """Rows of handovers."""

    def visible_to(self, user) -> "EvidenceHandoverQuerySet":
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(assessment__office=user.office_id)


class EvidenceHandover(models.Model):
    """The index of one ZIP: of the whole year, of a standard or of an indicator.

    The files stay where they are; the ZIP is put together while it is sent, always to the same
    bytes. After a week the index goes (``handovers.sweep``), the history stays.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="handovers")
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="handovers"
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="handovers"
    )
    # In which language the lists inside are written: of the person who asked.
    language = models.CharField(max_length=10, default="th")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.WAITING)
    claimed_by = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # What stands in the ZIP, in order (index.py), and the bytes of the lists in it.
    index = models.JSONField(default=dict, blank=True)
    lists = models.BinaryField(default=b"", blank=True)
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    # Of the index and the lists: names the bytes of the ZIP.
    sha256 = models.CharField(max_length=64, blank=True)

    objects = EvidenceHandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("ZIP of evidence")
        verbose_name_plural = _("ZIPs of evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(standard__isnull=True) | Q(indicator__isnull=True),
                name="handover_of_one_part",
            ),
        ]

    def __str__(self):
        part = self.indicator or self.standard or self.assessment
        return str(part)
