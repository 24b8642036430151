from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0006_fill_let_in")]
    operations = [
        migrations.RemoveField(
            model_name="user",
            name="let_in_at",
        ),
        migrations.RemoveField(
            model_name="user",
            name="let_in_by",
        ),
    ]
