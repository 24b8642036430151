"""Scores: each member's own, the committee's agreed one, OBEC's verified one.

A level is an integer 1–5 that somebody chose. A row without a level does not exist:
unscored is the absence of a row.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Item
from indicators.states import DraftKind


class ScoreRow(models.Model):
    """A chosen level with its reason."""

    level = models.PositiveSmallIntegerField(_("level"))
    reason = models.TextField(_("reason"), blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.item} = {self.level}"


class Score(ScoreRow):
    """One member's own score; private to the member until handed in."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="scores")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scores")
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item", "pk"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["item", "assessor"], name="score_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="score_level_1_to_5"
            ),
        ]


class AgreedScore(ScoreRow):
    """The committee's score of an item; a reason is required."""

    item = models.OneToOneField(Item, models.PROTECT, related_name="agreed_score")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("agreed score")
        verbose_name_plural = _("agreed scores")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="agreed_level_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="agreed_reason_given"),
        ]


class VerifiedScore(ScoreRow):
    """OBEC's score of an item after its follow-up."""

    item = models.OneToOneField(Item, models.PROTECT, related_name="verified_score")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Taken over from the office with others at once, and not changed since; this can be undone.
    taken_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("verified score")
        verbose_name_plural = _("verified scores")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="verified_level_1_to_5"
            ),
        ]


class ScoreDraft(models.Model):
    """What somebody typed of an agreed or verified score and has not recorded; theirs alone.

    It counts nowhere. ``seen`` is the version of the recorded score it was typed beside.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="score_drafts")
    kind = models.CharField(max_length=10, choices=DraftKind)
    typist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    seen = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "pk"]
        verbose_name = _("draft of a score")
        verbose_name_plural = _("drafts of scores")
        constraints = [
            models.UniqueConstraint(fields=["item", "kind", "typist"], name="score_draft_once"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=5),
                name="score_draft_level_1_to_5",
            ),
        ]

    def __str__(self):
        return str(self.item)
