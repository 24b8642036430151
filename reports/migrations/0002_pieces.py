"""SHA-256 of each 4 MB of a paper, and when it was found damaged; filled as papers are read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField("document", "pieces", models.TextField(blank=True, default="")),
        migrations.AddField("document", "damaged_at", models.DateTimeField(blank=True, null=True)),
    ]
