"""A link to an online meeting is stored whole, percent-encoded or not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="meeting",
            name="link",
            field=models.URLField(
                blank=True, max_length=4000, verbose_name="link to the online meeting"
            ),
        ),
    ]
