from django.db import migrations


def say_what_was_opened(apps, schema_editor):
    """OBEC has read what it verified: it was open at the latest by then."""
    Assessment = apps.get_model("indicators", "Assessment")
    VerifiedScore = apps.get_model("indicators", "VerifiedScore")
    for assessment in Assessment.objects.filter(submitted_at__isnull=False):
        rows = VerifiedScore.objects.filter(
            item__assessment=assessment, saved_at__gte=assessment.submitted_at
        )
        first = rows.order_by("saved_at", "pk").first()
        if first is not None:
            Assessment.objects.filter(pk=assessment.pk).update(
                taken_up_at=first.saved_at, taken_up_by=first.saved_by_id
            )


class Migration(migrations.Migration):
    """Years that OBEC began to verify before this was noted. Backwards the columns go anyway."""

    dependencies = [("indicators", "0004_panel")]

    operations = [migrations.RunPython(say_what_was_opened, migrations.RunPython.noop)]
