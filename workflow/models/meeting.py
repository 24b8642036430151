"""Briefings and committee meetings."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import thai
from workflow.models.cycle import Cycle
from workflow.states import MeetingKind, MeetingState

EARLIEST = timedelta(hours=1)  # people check in so long before a meeting begins


class Meeting(models.Model):
    """A meeting of a cycle; ``number`` counts per kind (ครั้งที่ n)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=10, choices=MeetingKind)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    title = models.CharField(_("title"), max_length=300)
    starts_at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=300)
    link = models.URLField(_("link to the online meeting"), max_length=4000, blank=True)
    # Words of the invitation: {"number", "subject", "to", "opening", "closing"}; empty: usual.
    invitation = models.JSONField(default=dict, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    version = models.PositiveIntegerField(default=0)
    # When it really began and ended (เริ่มประชุมเวลา, เลิกประชุมเวลา).
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # ผู้จดรายงานการประชุม and ผู้ตรวจรายงานการประชุม
    note_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    guests = models.TextField(_("others present"), blank=True)  # one a line
    # Shown in the room; whoever types it is present. Empty while nobody may check in.
    check_in_code = models.CharField(max_length=12, blank=True)
    # รับรองรายงานการประชุม: in which later meeting, and when that was recorded.
    confirmed_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="confirms"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["cycle", "starts_at", "pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind", "number"], name="meeting_number_once"),
        ]

    def __str__(self):
        return self.title

    @property
    def check_in_opens_at(self) -> datetime:
        """From when on the room may be opened for checking in."""
        return self.starts_at - EARLIEST

    def takes_check_in(self, at: datetime) -> bool:
        """Whether people may check in at ``at``: an hour before it begins, until the day ends."""
        day = thai.local_date(self.starts_at)
        return at >= self.check_in_opens_at and thai.local_date(at) <= day


class AgendaItem(models.Model):
    """ระเบียบวาระ, or a point under one; with what was said and resolved."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    # None for a ระเบียบวาระ itself; ``order`` runs through the whole agenda.
    under = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="points")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("agenda item"), max_length=300)
    text = models.TextField(_("minutes"), blank=True)
    resolution = models.TextField(_("resolution"), blank=True)

    class Meta:
        ordering = ["meeting", "order", "pk"]

    def __str__(self):
        return f"{self.order}. {self.title}"


class Attendance(models.Model):
    """An invited person; ``present`` is None until the secretary ticked or not."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendance")
    present = models.BooleanField(null=True)
    # Set when the person checked in with the code shown in the room.
    checked_in_at = models.DateTimeField(null=True, blank=True)
    excuse = models.CharField(_("reason for absence"), max_length=200, blank=True)

    class Meta:
        ordering = ["meeting", "user__sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="attendance_once"),
        ]

    def __str__(self):
        return f"{self.user} · {self.meeting}"


class ResolutionTaskQuerySet(models.QuerySet["ResolutionTask"]):
    """Rows of tasks."""

    def kept(self) -> "ResolutionTaskQuerySet":
        """Those that were not taken out of the minutes again."""
        return self.filter(removed_at__isnull=True)

    def shown(self, since: datetime) -> "ResolutionTaskQuerySet":
        """Those kept, and those taken out after ``since``."""
        return self.filter(Q(removed_at__isnull=True) | Q(removed_at__gt=since))


class ResolutionTask(models.Model):
    """Who does what by when: follows from a resolution (มติ) and is a todo until it is done."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="tasks")
    agenda_item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="tasks")
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="resolution_tasks"
    )
    due = models.DateField(_("due"))  # Bangkok date
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.TextField(_("what came of it"), blank=True)
    # Taken out of open minutes; put back within a while, gone with its agenda item.
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ResolutionTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = _("resolution task")
        verbose_name_plural = _("resolution tasks")

    def __str__(self):
        return self.text
