"""One office's year: a cycle with its six steps."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnly
from indicators.models import Assessment
from workflow.states import StepKind, StepMove, StepState


class CycleQuerySet(models.QuerySet):
    """Rows of cycles."""

    def visible_to(self, user):
        """The cycles of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(assessment__office=user.office_id)

    def submitted(self):
        """What offices handed to OBEC."""
        return self.filter(assessment__submitted_at__isnull=False)

    def handed_over(self):
        """What OBEC got, also what was taken back since; with ``handed_over_at``."""
        last = Coalesce("assessment__submitted_at", "assessment__withdrawn_submission_at")
        return self.annotate(handed_over_at=last).filter(handed_over_at__isnull=False)


class Cycle(models.Model):
    """The process around one assessment."""

    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="cycle")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-assessment__fiscal_year"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")

    def __str__(self):
        return str(self.assessment)

    @property
    def office(self):
        """The office; select_related("assessment__office") before asking in a list."""
        return self.assessment.office

    @property
    def fiscal_year(self):
        """พ.ศ."""
        return self.assessment.fiscal_year


class Step(models.Model):
    """One of the six; dates are Bangkok dates, both ends included."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="steps")
    kind = models.PositiveSmallIntegerField(choices=StepKind)
    state = models.CharField(max_length=10, choices=StepState, default=StepState.WAITING)
    planned_start = models.DateField(_("planned begin"))
    planned_end = models.DateField(_("planned end"))
    responsible = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="steps", verbose_name=_("responsible")
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "kind"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], name="step_once"),
            models.CheckConstraint(
                condition=Q(planned_end__gte=F("planned_start")),
                name="step_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind__gte=1, kind__lte=6), name="step_is_one_of_six"
            ),
        ]

    def __str__(self):
        return f"{self.kind}. {self.get_kind_display()}"

    def is_late(self, day):
        """Whether the planned end has passed without the step being done."""
        return self.state != StepState.DONE and self.planned_end < day


class StepEvent(AppendOnly):
    """One move of a step; append-only."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="events")
    move = models.CharField(max_length=12, choices=StepMove)
    before = models.CharField(max_length=10, choices=StepState)
    after = models.CharField(max_length=10, choices=StepState)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["step", "pk"]

    def __str__(self):
        return f"{self.step} {self.move}"
