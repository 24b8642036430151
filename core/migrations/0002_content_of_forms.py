"""The same token with other content is another form: nothing that was typed is lost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="submittedform",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="submittedform", name="form_sent_once"),
        migrations.AddConstraint(
            model_name="submittedform",
            constraint=models.UniqueConstraint(
                fields=["user", "form", "token", "digest"], name="form_sent_once"
            ),
        ),
    ]
