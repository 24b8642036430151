"""The committee: made by the approved order and by nothing else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models import Standard
from workflow.models.cycle import Cycle
from workflow.models.proposal import Proposal
from workflow.states import CommitteePart, Seat


class Committee(models.Model):
    """Who an approved order appointed; the newest approved order's one is in force."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="committees")
    order = models.OneToOneField(Proposal, models.PROTECT, related_name="committee")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "pk"]
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(until__isnull=True), name="committee_one_in_force"
            ),
        ]

    def __str__(self):
        return f"{self.order}"


class CommitteeMember(models.Model):
    """One seat. Steering and working members score; advisers do not."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_seats"
    )
    part = models.CharField(max_length=10, choices=CommitteePart)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True)
    seat = models.CharField(max_length=20, choices=Seat)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["committee", "order", "pk"]
        constraints = [
            # Two, because SQLite has no NULLS NOT DISTINCT and would build nothing for it.
            models.UniqueConstraint(
                fields=["committee", "part", "user"],
                condition=Q(standard=None),
                name="member_once_per_part",
            ),
            models.UniqueConstraint(
                fields=["committee", "standard", "user"],
                condition=Q(standard__isnull=False),
                name="member_once_per_standard",
            ),
            models.CheckConstraint(
                condition=Q(part="working", standard__isnull=False)
                | (~Q(part="working") & Q(standard__isnull=True)),
                name="working_part_has_a_standard",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_seat_display()}"
