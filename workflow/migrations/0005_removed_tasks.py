from django.db import migrations, models


class Migration(migrations.Migration):
    """A task taken out of open minutes can be put back for a while."""

    dependencies = [("workflow", "0004_left_open")]

    operations = [
        migrations.AddField(
            "resolutiontask", "removed_at", models.DateTimeField(blank=True, null=True)
        ),
    ]
