from django.db import migrations, models


class Migration(migrations.Migration):
    """What was submitted and taken back is remembered: OBEC keeps reading the papers it got."""

    dependencies = [("indicators", "0005_due_dates_and_questions")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="withdrawn_submission_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
