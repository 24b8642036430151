from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """What somebody types of an agreed or verified score is kept before it is recorded."""

    dependencies = [
        ("indicators", "0006_taken_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=10,
                        choices=[("agreed", "Agreed score"), ("verified", "Verified score")],
                    ),
                ),
                ("level", models.PositiveSmallIntegerField("level", blank=True, null=True)),
                ("reason", models.TextField("reason", blank=True)),
                ("seen", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey("indicators.item", PROTECT, related_name="score_drafts"),
                ),
                (
                    "typist",
                    models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "draft of a score",
                "verbose_name_plural": "drafts of scores",
                "ordering": ["item", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["item", "kind", "typist"], name="score_draft_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=5),
                        name="score_draft_level_1_to_5",
                    ),
                ],
            },
        ),
    ]
