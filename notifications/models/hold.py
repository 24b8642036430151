"""Whether messages may leave, after a restore."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class OutboxHoldQuerySet(models.QuerySet["OutboxHold"]):
    """Rows of holds."""

    def open(self):
        """Nobody has decided yet."""
        return self.filter(released_at__isnull=True)


class OutboxHold(models.Model):
    """Nothing is sent to an office's people from ``since`` until somebody released it."""

    # None: people of no office.
    office = models.ForeignKey(
        settings.OFFICE_MODEL, models.PROTECT, null=True, blank=True, related_name="outbox_holds"
    )
    since = models.DateTimeField()
    # When the backup was made: what was to be sent then may have gone out since.
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OutboxHoldQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "hold"
        constraints = [
            models.UniqueConstraint(
                fields=["office"],
                condition=Q(released_at__isnull=True),
                name="outbox_hold_once",
            ),
        ]

    def __str__(self):
        return f"{self.office} {self.since:%Y-%m-%d}"
