"""An office, its work groups, and when it may be disturbed."""

from datetime import time

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.states import Digits, OfficeKind


class Office(models.Model):
    """สำนักงานเขตพื้นที่การศึกษา: one of 245; all work belongs to exactly one."""

    code = models.CharField(
        _("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[a-z0-9-]+$")]
    )
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(
        _("kind"), max_length=10, choices=OfficeKind, default=OfficeKind.PRIMARY
    )
    province = models.CharField(_("province"), max_length=60, blank=True)
    address = models.TextField(_("address"), blank=True)
    digits = models.CharField(
        _("digits on papers"), max_length=6, choices=Digits, default=Digits.THAI
    )
    deputy_reviews = models.BooleanField(
        _("a deputy reviews proposals before the director"), default=True
    )
    # From this day on directors, deputies, coordinators and administrators sign in in two steps.
    second_factor_from = models.DateField(
        _("two-step sign-in required from"), null=True, blank=True, editable=False
    )
    # Bangkok times of day. Between the quiet hours nothing is sent outside the application; the
    # same time twice means no quiet hours.
    digest_at = models.TimeField(_("hour of the daily digest"), default=time(8, 30))
    quiet_from = models.TimeField(_("quiet from"), default=time(20))
    quiet_until = models.TimeField(_("quiet until"), default=time(7))

    class Meta:
        ordering = ["code"]
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self):
        return self.short_name


class WorkGroup(models.Model):
    """กลุ่มงาน / หน่วย inside an office."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="work_groups")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["office", "order", "code"]
        verbose_name = _("work group")
        verbose_name_plural = _("work groups")
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="work_group_code_once"),
        ]

    def __str__(self):
        return self.name


class RestDay(models.Model):
    """A day on which this office rests, besides weekends and public holidays."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="rest_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("occasion"), max_length=120)

    class Meta:
        ordering = ["office", "day"]
        verbose_name = _("rest day")
        verbose_name_plural = _("rest days")
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="rest_day_once"),
        ]

    def __str__(self):
        return self.name
