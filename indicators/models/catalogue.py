"""An edition of the standards: a tree that is frozen once an assessment uses it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from indicators.states import Source


class EditionQuerySet(models.QuerySet["Edition"]):
    """Rows of editions."""

    def visible_to(self, user) -> "EditionQuerySet":
        """The standards are public: everybody who signed in may read every edition."""
        return self.all() if user.is_authenticated else self.none()

    def with_counts(self) -> "EditionQuerySet":
        """With how many rows of each kind, and how many years use the edition."""
        return self.annotate(
            standard_count=_count(Standard, "edition"),
            indicator_count=_count(Indicator, "standard__edition"),
            consideration_count=_count(Consideration, "indicator__standard__edition"),
            draft_count=_drafts(Standard, "edition")
            + _drafts(Indicator, "standard__edition")
            + _drafts(Consideration, "indicator__standard__edition")
            + _drafts(RequiredEvidence, "consideration__indicator__standard__edition"),
        )


class Edition(models.Model):
    """ฉบับ of the ministry's standards. A changed file becomes the next ``version``."""

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=300)
    note = models.TextField(_("note"), blank=True)
    pass_level = models.PositiveSmallIntegerField(_("passing level"), default=3)
    # SHA-256 of the normalised content: the same file imported again changes nothing.
    content_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_note = models.TextField(_("how it was verified"), blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="edition_version_once"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_verified(self):
        """Whether an administrator confirmed the wording against the announcement."""
        return self.verified_at is not None


class QualityLevel(models.Model):
    """ระดับคุณภาพ of an edition: a mean of at least ``at_least`` bears ``name``."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="levels")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    name = models.CharField(max_length=60)
    at_least = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        ordering = ["edition", "-score"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "score"], name="quality_level_once"),
        ]

    def __str__(self):
        return self.name


class CatalogueRow(models.Model):
    """What standard, indicator and consideration have in common."""

    code = models.CharField(_("code"), max_length=20)
    title = models.TextField(_("title"))
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.DRAFT)
    # Share inside the parent; only the ratio between siblings counts.
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=3)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code} {self.title}"


class Standard(CatalogueRow):
    """มาตรฐาน."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="standards")

    class Meta:
        ordering = ["edition", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="standard_code_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="standard_weight_positive"),
        ]


class Indicator(CatalogueRow):
    """ตัวบ่งชี้."""

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="indicators")

    class Meta:
        ordering = ["standard__order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="indicator_code_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="indicator_weight_positive"),
        ]


class Consideration(CatalogueRow):
    """ประเด็นการพิจารณา."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="considerations")

    class Meta:
        ordering = ["indicator__standard__order", "indicator__order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "code"], name="consideration_code_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="consideration_weight_positive"),
        ]


class RequiredEvidence(models.Model):
    """A piece of evidence that a consideration must have; an edition may name some, or none."""

    consideration = models.ForeignKey(Consideration, models.CASCADE, related_name="required")
    title = models.CharField(_("title"), max_length=300)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.DRAFT)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["consideration", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["consideration", "title"], name="required_evidence_once"
            ),
        ]

    def __str__(self):
        return self.title


class RubricLevel(models.Model):
    """What a consideration must show for a level 1–5."""

    consideration = models.ForeignKey(Consideration, models.CASCADE, related_name="rubric")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.TextField()

    class Meta:
        ordering = ["consideration", "-score"]
        constraints = [
            models.UniqueConstraint(fields=["consideration", "score"], name="rubric_level_once"),
        ]

    def __str__(self):
        return f"{self.score}: {self.text}"


def _count(model, path, **where):
    """A correlated count: joins of three levels would multiply each other."""
    rows = model.objects.filter(**{path: models.OuterRef("pk")}, **where).order_by()
    counted = rows.values(path).annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


def _drafts(model, path):
    return _count(model, path, source=Source.DRAFT)
