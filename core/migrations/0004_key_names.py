"""A chain names the key it goes on with: a process that still has an older one writes no row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_keyed")]

    operations = [
        migrations.AddField(
            model_name="eventchain",
            name="key_name",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
