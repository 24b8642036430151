"""SHA-256 of each 4 MB of a stored file; files that are there get theirs as they are read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [
        migrations.AddField("blob", "pieces", models.TextField(blank=True, default="")),
    ]
