"""What was asked and said about pieces that are joined goes along; requests are found by words."""

import django.db.models.deletion
from django.db import migrations, models

import thai

FTS_TRIGGERS = [f"indicators_itemrequest_fts_{name}" for name in ("added", "gone", "changed")]


def fold_requests(apps, schema_editor):
    """What was asked before is found, too, and what was said of it."""
    rows = apps.get_model("indicators", "ItemRequest")._base_manager
    steps = apps.get_model("indicators", "RequestStep")._base_manager
    for row in rows.order_by("pk").iterator():
        later = steps.filter(request=row.pk, number__gt=1).order_by("number")
        said = [row.text, *later.values_list("text", flat=True)]
        rows.filter(pk=row.pk).update(search_text=" ".join(filter(None, map(thai.fold, said))))


def lift_index(apps, schema_editor):
    """SQLite drops no column that a trigger names; ``migrate`` forwards makes them anew."""
    if schema_editor.connection.vendor == "sqlite":
        for name in FTS_TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def piece(related_name):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="indicators.evidence",
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0019_required_evidence")]

    operations = [
        migrations.AddField(model_name="evidence", name="joined_into", field=piece("parts")),
        migrations.AddField(model_name="itemrequest", name="first_evidence", field=piece("+")),
        migrations.AddField(model_name="thread", name="first_evidence", field=piece("+")),
        migrations.AddField(
            model_name="itemrequest",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_into__isnull", True), ("removed_at__isnull", False), _connector="OR"
                ),
                name="evidence_joined_is_removed",
            ),
        ),
        migrations.RunPython(fold_requests, lift_index),
    ]
