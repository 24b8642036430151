import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The evidence that considerations require, and which citation shows it.

    Years that are open already keep their edition, which requires none: they get no rows.
    """

    dependencies = [
        ("indicators", "0018_inbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChecklistRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "title",
                    models.CharField(max_length=300, verbose_name="required piece of evidence"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("excused_why", models.TextField(blank=True, default="")),
                ("excused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "excused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklist",
                        to="indicators.item",
                    ),
                ),
                (
                    "removed_by",
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
                "ordering": ["item", "order", "pk"],
            },
        ),
        migrations.AddField(
            model_name="upload",
            name="checklist_row",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uploads",
                to="indicators.checklistrow",
            ),
        ),
        migrations.CreateModel(
            name="RequiredEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "source",
                    models.CharField(
                        choices=[("public", "Official wording"), ("draft", "Working wording")],
                        default="draft",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "consideration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="required",
                        to="indicators.consideration",
                    ),
                ),
            ],
            options={
                "ordering": ["consideration", "order"],
            },
        ),
        migrations.AddField(
            model_name="checklistrow",
            name="required",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checklist_rows",
                to="indicators.requiredevidence",
            ),
        ),
        migrations.CreateModel(
            name="ChecklistTick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "citation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticks",
                        to="indicators.citation",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticks",
                        to="indicators.checklistrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("row", "citation"), name="checklist_tick_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="requiredevidence",
            constraint=models.UniqueConstraint(
                fields=("consideration", "title"), name="required_evidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("item", "title"),
                name="checklist_row_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("required__isnull", True), ("removed_at__isnull", True), _connector="OR"
                ),
                name="checklist_row_of_edition_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("required__isnull", False), ("added_by__isnull", False), _connector="OR"
                ),
                name="checklist_row_has_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("excused_at__isnull", True), ("excused_why", "")),
                    models.Q(
                        ("excused_at__isnull", False), models.Q(("excused_why", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="checklist_row_excused_with_reason",
            ),
        ),
    ]
