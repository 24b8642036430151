"""The inbox: what staff throw in on the day of the event, for whoever sorts it later."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.evidence import Citation, Evidence
from indicators.states import Sorted
from people.models import Office


class InboxEntryQuerySet(models.QuerySet["InboxEntry"]):
    """Rows of the inbox."""

    def visible_to(self, user) -> "InboxEntryQuerySet":
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def waiting(self) -> "InboxEntryQuerySet":
        """Not sorted yet, and not removed among the evidence."""
        return self.filter(sorted_at__isnull=True, evidence__removed_at__isnull=True)


class InboxEntry(models.Model):
    """A piece of evidence that lies in the inbox. It needs no year: it says a code and a day."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="inbox")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="inbox")
    # Of an indicator or a consideration in whichever edition; empty: the sorter decides.
    for_code = models.CharField(_("for which indicator"), max_length=20, blank=True)
    note = models.CharField(_("what it shows"), max_length=300, blank=True)
    event_on = models.DateField(_("date of the event"))
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sorted_how = models.CharField(max_length=10, choices=Sorted, blank=True)
    sorted_at = models.DateTimeField(null=True, blank=True)
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Where it was cited, and why it was set aside.
    citation = models.ForeignKey(
        Citation, models.PROTECT, null=True, blank=True, related_name="inbox"
    )
    why = models.TextField(blank=True, default="")

    objects = InboxEntryQuerySet.as_manager()

    class Meta:
        ordering = ["event_on", "pk"]
        verbose_name = _("entry of the inbox")
        verbose_name_plural = _("entries of the inbox")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "for_code"],
                condition=Q(sorted_at__isnull=True),
                name="inbox_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    sorted_how="",
                    sorted_at__isnull=True,
                    sorted_by__isnull=True,
                    citation__isnull=True,
                    why="",
                )
                | Q(
                    sorted_how=Sorted.CITED,
                    sorted_at__isnull=False,
                    sorted_by__isnull=False,
                    citation__isnull=False,
                    why="",
                )
                | (
                    Q(
                        sorted_how=Sorted.ASIDE,
                        sorted_at__isnull=False,
                        sorted_by__isnull=False,
                        citation__isnull=True,
                    )
                    & ~Q(why="")
                ),
                name="inbox_sorted_one_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "for_code"],
                condition=Q(sorted_at__isnull=True),
                name="inbox_waiting",
            ),
        ]

    def __str__(self):
        return f"{self.for_code} {self.evidence}".strip()
