from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

import thai

TEXTS = (
    ("Item", ("narrative", "result", "no_evidence_reason")),
    ("IndicatorReview", ("strengths", "to_improve", "problems", "measures")),
)


def fold_texts(apps, schema_editor):
    """What was written before is found, too, and evidence by the names of its newest files."""
    for model, names in TEXTS:
        rows = apps.get_model("indicators", model)._base_manager
        for row in rows.iterator():
            if text := thai.fold("\n".join(getattr(row, name) for name in names)):
                rows.filter(pk=row.pk).update(search_text=text)
    evidence = apps.get_model("indicators", "Evidence")._base_manager
    revisions = apps.get_model("indicators", "EvidenceRevision")._base_manager
    files = apps.get_model("indicators", "EvidenceFile")._base_manager
    for row in evidence.iterator():
        newest = revisions.filter(evidence=row.pk).order_by("-number").values("pk")[:1]
        named = files.filter(revision__in=newest).order_by("order", "pk")
        names = named.values_list("name", flat=True)
        text = " ".join(map(thai.fold, [row.title, *names]))
        evidence.filter(pk=row.pk).update(search_text=text)


class Migration(migrations.Migration):
    """Texts are folded for search where they stand, and those of files are kept page by page.

    The indexes by groups of letters are made after each ``migrate`` (search/index.py): where the
    database user may not make the extension they need, nothing fails and the search is slower.
    """

    dependencies = [
        ("people", "0007_remove_let_in_of_user"),
        ("indicators", "0009_renditions"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="indicatorreview",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="search_text",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.CreateModel(
            name="BlobText",
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
                        max_length=10,
                        default="queued",
                        choices=[
                            ("queued", "Queued"),
                            ("reading", "Reading"),
                            ("ready", "Ready"),
                            ("scan", "Scan"),
                            ("failed", "Failed"),
                        ],
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claimed_by", models.CharField(blank=True, max_length=40)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("has_pages", models.BooleanField(default=False)),
                ("is_cut", models.BooleanField(default=False)),
                (
                    "blob",
                    models.OneToOneField("indicators.blob", CASCADE, related_name="text"),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="TextPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("shown", models.TextField()),
                ("folded", models.TextField()),
                ("by_machine", models.BooleanField(default=False)),
                ("office", models.ForeignKey("people.office", PROTECT, related_name="+")),
                (
                    "text",
                    models.ForeignKey("indicators.blobtext", CASCADE, related_name="parts"),
                ),
            ],
            options={
                "ordering": ["text", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=["text", "number"], name="text_part_once")
                ],
            },
        ),
        migrations.RunPython(fold_texts, migrations.RunPython.noop),
    ]
