"""The history of an office: append-only, each row chained to the one before it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.Model):
    """Rows that are written once: the database itself refuses to change or remove them.

    ``core.history.guards`` makes the triggers that do so, after each ``migrate``.
    """

    class Meta:
        abstract = True


class EventChain(models.Model):
    """The last link of one office's chain; locked while a link is added. It only grows."""

    office = models.OneToOneField(settings.OFFICE_MODEL, models.PROTECT, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="", blank=True)
    # Rows before this number bear plain hashes, those from it on keyed ones; signed by the seal.
    keyed_from = models.PositiveBigIntegerField(default=1)
    keyed_seal = models.CharField(max_length=64, default="", blank=True)
    # The key that the next row is written with, so that a process with an older one writes none;
    # "" in a chain that was begun before there was this column. Checking does not go by it.
    key_name = models.CharField(max_length=16, default="", blank=True)

    def __str__(self):
        return f"{self.office} · {self.length}"


class EventQuerySet(models.QuerySet):
    """Rows of history."""

    def visible_to(self, user):
        """The history of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def about(self, target):
        """What happened to one row."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))

    def about_any(self, targets):
        """What happened to any row of this queryset."""
        ids = targets.order_by().annotate(text=Cast("pk", models.TextField())).values("text")
        return self.filter(target_type=targets.model._meta.label_lower, target_id__in=ids)

    def last_about(self, targets, by):
        """When something last happened to each of these rows, with its field ``by``; 2 queries."""
        rows = {str(pk): value for pk, value in targets.order_by().values_list("pk", by)}
        last = self.about_any(targets).order_by().values_list("target_id")
        return [(rows[pk], at) for pk, at in last.annotate(at=models.Max("at")) if pk in rows]


class Event(AppendOnly):
    """Who did what to which row, from what to what, and why. Written by core.history."""

    office = models.ForeignKey(settings.OFFICE_MODEL, models.PROTECT, related_name="events")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="events"
    )
    acting_for = models.CharField(max_length=20, blank=True)
    verb = models.CharField(_("what"), max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target_label = models.CharField(max_length=300)
    fiscal_year = models.PositiveSmallIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.TextField(_("why"), blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["office", "number"]
        verbose_name = _("event")
        verbose_name_plural = _("history")
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="event_number_once"),
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="event_target")]

    def __str__(self):
        return f"{self.number} {self.verb} {self.target_label}"
