"""Questions about a consideration, and the answers of who writes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Item


class QuestionQuerySet(models.QuerySet["Question"]):
    """Rows of questions."""

    def visible_to(self, user) -> "QuestionQuerySet":
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(item__assessment__office=user.office_id)

    def waiting(self) -> "QuestionQuerySet":
        """Asked, not answered and not withdrawn."""
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)


class Question(models.Model):
    """Somebody of the committee asks; the collector answers once, a new question follows up."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "asked_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="question_answered_or_withdrawn",
            ),
        ]

    def __str__(self):
        return str(self.item)
