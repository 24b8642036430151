"""Who answers for what in one year, and the projects that support an indicator."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Assessment
from indicators.models.catalogue import Consideration, Indicator, Standard
from indicators.states import Duty, ProjectKind
from people.models import WorkGroup


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Rows of assignments."""

    def current(self) -> "AssignmentQuerySet":
        """Not ended."""
        return self.filter(until__isnull=True)


class Assignment(models.Model):
    """A named person: supervisor of a standard or indicator, collector of a consideration.

    Ended, never deleted; a transfer ends one and starts another. It names; rights come
    from the approved order only.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="assignments")
    duty = models.CharField(max_length=12, choices=Duty)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    consideration = models.ForeignKey(
        Consideration, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                name="assignment_duty_fits_target",
                condition=Q(
                    duty=Duty.SUPERVISOR,
                    standard__isnull=False,
                    indicator__isnull=True,
                    consideration__isnull=True,
                )
                | Q(
                    duty=Duty.SUPERVISOR,
                    standard__isnull=True,
                    indicator__isnull=False,
                    consideration__isnull=True,
                )
                | Q(
                    duty=Duty.COLLECTOR,
                    standard__isnull=True,
                    indicator__isnull=True,
                    consideration__isnull=False,
                ),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="assignment_ends_after_it_begins",
            ),
            *(
                models.UniqueConstraint(
                    fields=["assessment", target],
                    condition=Q(until__isnull=True, **{f"{target}__isnull": False}),
                    name=f"assignment_{target}_once",
                )
                for target in ("standard", "indicator", "consideration")
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.target}"

    @property
    def target(self):
        """The standard, indicator or consideration."""
        return self.standard or self.indicator or self.consideration


class SupportingProjectQuerySet(models.QuerySet["SupportingProject"]):
    """Rows of projects."""

    def kept(self) -> "SupportingProjectQuerySet":
        """Not removed."""
        return self.filter(removed_at__isnull=True)


class SupportingProject(models.Model):
    """แผนงาน โครงการ กิจกรรม that supports indicators, tied to the year's agreements."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="projects")
    kind = models.CharField(_("kind"), max_length=10, choices=ProjectKind)
    title = models.CharField(_("title"), max_length=300)
    budget = models.DecimalField(
        _("budget (baht)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    work_group = models.ForeignKey(
        WorkGroup, models.PROTECT, null=True, blank=True, verbose_name=_("work group")
    )
    performance_agreement = models.CharField(_("performance agreement"), max_length=300, blank=True)
    annual_plan = models.CharField(_("annual action plan"), max_length=300, blank=True)
    indicators = models.ManyToManyField(
        Indicator, related_name="projects", verbose_name=_("indicators")
    )
    # Counts saves: an edit that started from an older version is refused.
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SupportingProjectQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("supporting project")
        verbose_name_plural = _("supporting projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0),
                name="project_budget_not_negative",
            ),
        ]

    def __str__(self):
        return self.title
