from django.db import migrations, models


class Migration(migrations.Migration):
    """Verified scores taken over at once are known from those that were typed."""

    dependencies = [("indicators", "0005_panel_opened")]

    operations = [
        migrations.AddField(
            "verifiedscore", "taken_over_at", models.DateTimeField(blank=True, null=True)
        ),
    ]
