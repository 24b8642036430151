"""Names and links of evidence whole; what is searched spelt as the search spells it now."""

from django.db import migrations, models

import thai


def fold_again(apps, schema_editor):
    """A title with a torn word (ส านักงาน) is found by the whole one; the rest stays as it is."""
    for row in apps.get_model("indicators", "Evidence").objects.only("title").iterator():
        text = thai.fold(row.title)[:400]
        type(row).objects.filter(pk=row.pk).exclude(search_text=text).update(search_text=text)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_pieces")]

    operations = [
        migrations.AlterField(
            model_name="evidencefile",
            name="name",
            field=models.CharField(max_length=300),
        ),
        migrations.AlterField(
            model_name="evidencelink",
            name="url",
            field=models.URLField(max_length=4000),
        ),
        migrations.RunPython(fold_again, migrations.RunPython.noop),
    ]
