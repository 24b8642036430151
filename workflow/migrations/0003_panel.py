from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was not complete at an approval and why; what a later version corrects."""

    dependencies = [
        ("workflow", "0002_long_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="correction",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="proposal",
            name="gaps",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="proposal",
            name="gaps_reason",
            field=models.TextField(blank=True, verbose_name="reason for approving over gaps"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gaps", models.Value([], models.JSONField())),
                    models.Q(("gaps_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposal_gaps_have_a_reason",
            ),
        ),
    ]
