"""What the virus scanner said about each file; nothing about those that are there already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0011_handovers")]

    operations = [
        migrations.AddField(
            model_name="blob",
            name="scan_state",
            field=models.CharField(
                choices=[
                    ("none", "Not scanned for viruses"),
                    ("waiting", "Waits for the virus scan"),
                    ("clean", "No virus found"),
                    ("infected", "Virus found"),
                ],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="blob",
            name="scan_found",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="blob",
            name="scanned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="blob",
            name="scan_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="blob",
            index=models.Index(
                condition=models.Q(("scan_state__in", ("none", "waiting"))),
                fields=["scan_state", "id"],
                name="blob_unscanned",
            ),
        ),
    ]
