from django.db import migrations, models


class Migration(migrations.Migration):
    """Supporting projects count their saves, so that a stale edit is refused."""

    dependencies = [("indicators", "0003_evidence_changed_at")]

    operations = [
        migrations.AddField(
            model_name="supportingproject",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
