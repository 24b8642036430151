"""OBEC's problems and recommendations, each with the office's answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator
from workflow.models.cycle import Cycle


class Recommendation(models.Model):
    """One finding of the follow-up; ``owner`` carries it into the next cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="recommendations")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    recommendation = models.TextField(_("recommendation"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_recommendations",
    )

    class Meta:
        ordering = ["cycle", "pk"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (Q(owner__isnull=False) & ~Q(answer="")),
                name="answer_has_text_and_owner",
            ),
        ]

    def __str__(self):
        return self.recommendation[:80]
