"""Reminders: what each office's schedule says, who was reminded of what, how late the year is."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifications.models import Notification
from people.models import Office, WorkGroup
from workflow.models.cycle import Cycle


def usual_days_before():
    """Two weeks, one week, one day."""
    return [14, 7, 1]


class ReminderSchedule(models.Model):
    """When an office's people are reminded; an office without a row has the usual one.

    ``before`` counts calendar days, everything after the due date counts working days. An empty
    escalation is never notified.
    """

    office = models.OneToOneField(
        Office, models.PROTECT, primary_key=True, related_name="reminder_schedule"
    )
    before = models.JSONField(_("days before the due date"), default=usual_days_before)
    every = models.PositiveSmallIntegerField(_("working days between reminders"), default=3)
    group_director_after = models.PositiveSmallIntegerField(
        _("group director notified after"), default=5, null=True, blank=True
    )
    deputy_after = models.PositiveSmallIntegerField(
        _("deputy notified after"), default=10, null=True, blank=True
    )
    director_after = models.PositiveSmallIntegerField(
        _("director notified after"), default=15, null=True, blank=True
    )
    on_rest_days = models.BooleanField(_("also on rest days"), default=False)
    version = models.PositiveIntegerField(default=0)  # counts saves: a stale edit is refused

    class Meta:
        verbose_name = _("reminder schedule")
        verbose_name_plural = _("reminder schedules")
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1), name="reminders_some_days_apart"),
        ]

    def __str__(self):
        return str(self.office)


class ReminderQuerySet(models.QuerySet):
    """Rows of reminders."""

    def waiting(self):
        """Owed, and part of no message yet."""
        return self.filter(notification__isnull=True, closed_at__isnull=True)


class Reminder(models.Model):
    """One stage of one todo that one person is to be notified, or was.

    Unique by person, todo, stage and due date: planners write it as often as they like. The
    sentence is kept as it was sent; what a mail says is worded anew when it is sent.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="reminders")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminders"
    )
    todo_key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)  # a TodoKind
    step = models.PositiveSmallIntegerField()
    # new, before7, today, late3 …, group_director, deputy, director, message-…
    stage = models.CharField(max_length=60)
    due_date = models.DateField()
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    owed_at = models.DateTimeField()
    notification = models.ForeignKey(
        Notification, models.SET_NULL, null=True, blank=True, related_name="reminders"
    )
    # Whose words the notification carries; planned reminders are nobody's.
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When the planner first saw that it waits for this person no more.
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "todo_key", "stage", "due_date"], name="reminder_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["cycle"], condition=Q(closed_at__isnull=True), name="reminder_open"
            ),
            models.Index(
                fields=["recipient"],
                condition=Q(notification__isnull=True, closed_at__isnull=True),
                name="reminder_waiting",
            ),
        ]

    def __str__(self):
        return f"{self.todo_key} {self.stage}"


class ReminderPlan(models.Model):
    """How far the planner has looked at one cycle; locked while it looks."""

    cycle = models.OneToOneField(
        Cycle, models.PROTECT, primary_key=True, related_name="reminder_plan"
    )
    # The last Bangkok date whose stages were written.
    planned_on = models.DateField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    # Length of the office's history when it looked: a longer one means that something happened.
    seen = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return f"{self.cycle} {self.planned_on}"


class LateCount(models.Model):
    """How many todos were open and overdue on one day; ``group`` None counts the whole office."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="late_counts")
    day = models.DateField()
    group = models.ForeignKey(
        WorkGroup, models.PROTECT, null=True, blank=True, related_name="late_counts"
    )
    open = models.PositiveIntegerField()
    late = models.PositiveIntegerField()

    class Meta:
        ordering = ["cycle", "day", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "day"],
                condition=Q(group__isnull=True),
                name="late_count_of_office_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "day", "group"],
                condition=Q(group__isnull=False),
                name="late_count_of_group_once",
            ),
            models.CheckConstraint(condition=Q(late__lte=F("open")), name="late_is_open"),
        ]

    def __str__(self):
        return f"{self.cycle} {self.day}: {self.late}/{self.open}"
