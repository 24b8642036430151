from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """ZIPs of a year's evidence, the CRC-32 that a ZIP says of each file, reasons of removals.

    The column of old files is filled when they are read next: by the weekly check, by a reader, or
    by the worker when a ZIP is asked for.
    """

    dependencies = [
        ("indicators", "0010_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("blob", "crc32", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("evidence", "removed_why", models.TextField(blank=True, default="")),
        migrations.CreateModel(
            name="EvidenceHandover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(default="th", max_length=10)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        max_length=10,
                        default="waiting",
                        choices=[
                            ("waiting", "Waits to be prepared"),
                            ("working", "Being prepared"),
                            ("ready", "Ready"),
                        ],
                    ),
                ),
                ("claimed_by", models.CharField(blank=True, max_length=40)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("index", models.JSONField(blank=True, default=dict)),
                ("lists", models.BinaryField(blank=True, default=b"")),
                ("files", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "assessment",
                    models.ForeignKey("indicators.assessment", PROTECT, related_name="handovers"),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        "indicators.standard",
                        PROTECT,
                        related_name="handovers",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        "indicators.indicator",
                        PROTECT,
                        related_name="handovers",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "ZIP of evidence",
                "verbose_name_plural": "ZIPs of evidence",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(standard__isnull=True) | Q(indicator__isnull=True),
                        name="handover_of_one_part",
                    ),
                ],
            },
        ),
    ]
