"""Questions are requests by now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("indicators", "0014_questions_to_requests")]
    operations = [migrations.DeleteModel(name="Question")]
