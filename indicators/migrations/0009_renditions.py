"""Pictures of files, and what OBEC was given with each submission."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def keep_earlier_submissions(apps, schema_editor):
    """Of years submitted before: a citation counts as it stood at the moment of the submission."""
    for year in apps.get_model("indicators", "Assessment").objects.filter(
        Q(submitted_at__isnull=False) | Q(withdrawn_submission_at__isnull=False)
    ):
        # OBEC opened what it has papers of: nothing else leaves them behind when taken back.
        if year.withdrawn_submission_at:
            keep(apps, year, year.withdrawn_submission_at, year.withdrawn_submission_at)
        if year.submitted_at:
            keep(apps, year, year.submitted_at, year.taken_up_at)


def keep(apps, year, at, opened_at):
    YearSubmission = apps.get_model("indicators", "YearSubmission")
    withdrawn_at = year.withdrawn_at or at if at == year.withdrawn_submission_at else None
    submission = YearSubmission.objects.create(
        assessment=year, submitted_at=at, opened_at=opened_at, withdrawn_at=withdrawn_at
    )
    cited = apps.get_model("indicators", "Citation").objects.filter(
        Q(removed_at__isnull=True) | Q(removed_at__gt=at),
        Q(evidence__removed_at__isnull=True) | Q(evidence__removed_at__gt=at),
        item__assessment=year,
        created_at__lte=at,
    )
    Submitted = apps.get_model("indicators", "SubmittedCitation")
    Submitted.objects.bulk_create(
        Submitted(submission=submission, citation=citation) for citation in cited.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0008_uploads")]

    operations = [
        migrations.CreateModel(
            name="YearSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="indicators.assessment",
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "ordering": ["assessment", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("withdrawn_at__isnull", True)),
                        fields=("assessment",),
                        name="submission_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmittedCitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "citation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submitted",
                        to="indicators.citation",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="citations",
                        to="indicators.yearsubmission",
                    ),
                ),
            ],
            options={
                "verbose_name": "submitted citation",
                "verbose_name_plural": "submitted citations",
                "ordering": ["submission", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "citation"), name="submitted_citation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("working", "Being prepared"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("unavailable", "Not available here"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("wanted", models.PositiveIntegerField(default=1)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("thumbnail", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claimed_by", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "blob",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rendition",
                        to="indicators.blob",
                    ),
                ),
            ],
            options={
                "verbose_name": "pictures of a file",
                "verbose_name_plural": "pictures of files",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["state"], name="rendition_state")],
            },
        ),
        migrations.RunPython(keep_earlier_submissions, migrations.RunPython.noop),
    ]
