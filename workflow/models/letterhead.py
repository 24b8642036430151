"""What an office's official papers carry: emblem, lines under signatures, standing phrases."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models import Blob
from people.models import Office


class Letterhead(models.Model):
    """One row per office; an office without one prints with blank places and the usual lines."""

    office = models.OneToOneField(Office, models.PROTECT, related_name="letterhead")
    # A picture whose ``Blob`` was inspected; None leaves its place blank on the paper.
    emblem = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    # ส่วนราชการ of memos, e.g. "สพป.สกลนคร เขต 2 กลุ่มอำนวยการ โทร. 0 4272 1234"
    department = models.CharField(_("department line on memos"), max_length=300, blank=True)
    # Lines under the signatures; blank prints the person's own position.
    director_position = models.CharField(
        _("line under the director's signature"), max_length=300, blank=True
    )
    deputy_position = models.CharField(
        _("line under the deputy's signature"), max_length=300, blank=True
    )
    version = models.PositiveIntegerField(default=0)  # counts saves: a stale edit is refused

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")

    def __str__(self):
        return str(self.office)


class StandingPhrase(models.Model):
    """The office's own wording of one phrase; without a row the usual wording holds.

    Names and their fields stand in ``workflow/papers/phrases/__init__.py``.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="standing_phrases")
    name = models.CharField(max_length=40)
    text = models.TextField(_("text"))

    class Meta:
        ordering = ["office", "name"]
        verbose_name = _("standing phrase")
        verbose_name_plural = _("standing phrases")
        constraints = [
            models.UniqueConstraint(fields=["office", "name"], name="phrase_once"),
        ]

    def __str__(self):
        return f"{self.office} · {self.name}"
