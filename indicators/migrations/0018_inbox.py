"""The inbox of evidence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0017_reuse"),
        ("people", "0007_remove_let_in_of_user"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InboxEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "for_code",
                    models.CharField(blank=True, max_length=20, verbose_name="for which indicator"),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="what it shows"),
                ),
                ("event_on", models.DateField(verbose_name="date of the event")),
                ("put_at", models.DateTimeField()),
                (
                    "sorted_how",
                    models.CharField(
                        blank=True,
                        choices=[("cited", "Cited"), ("aside", "Set aside")],
                        max_length=10,
                    ),
                ),
                ("sorted_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.TextField(blank=True, default="")),
                (
                    "citation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to="indicators.citation",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to="indicators.evidence",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to="people.office",
                    ),
                ),
                (
                    "put_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sorted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the inbox",
                "verbose_name_plural": "entries of the inbox",
                "ordering": ["event_on", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="inboxentry",
            index=models.Index(
                condition=models.Q(("sorted_at__isnull", True)),
                fields=["office", "for_code"],
                name="inbox_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sorted_at__isnull", True)),
                fields=("evidence", "for_code"),
                name="inbox_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("citation__isnull", True),
                        ("sorted_at__isnull", True),
                        ("sorted_by__isnull", True),
                        ("sorted_how", ""),
                        ("why", ""),
                    ),
                    models.Q(
                        ("citation__isnull", False),
                        ("sorted_at__isnull", False),
                        ("sorted_by__isnull", False),
                        ("sorted_how", "cited"),
                        ("why", ""),
                    ),
                    models.Q(
                        ("citation__isnull", True),
                        ("sorted_at__isnull", False),
                        ("sorted_by__isnull", False),
                        ("sorted_how", "aside"),
                        models.Q(("why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inbox_sorted_one_way",
            ),
        ),
    ]
