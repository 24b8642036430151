"""The hashes of the history are keyed from each office's next row on.

Rows that are there keep their plain hashes. What says up to where is signed at once, so the key
must be there: ``prepare`` makes it first.
"""

import json

from django.db import migrations, models

from core.history import guards
from core.history.key import mac


def seal_chains(apps, schema_editor):
    chains = apps.get_model("core", "EventChain").objects
    for chain in chains.iterator():
        keyed_from = chain.length + 1
        text = json.dumps([chain.office_id, keyed_from, chain.last_hash])
        chains.filter(pk=chain.pk).update(keyed_from=keyed_from, keyed_seal=mac("keyed from", text))


def lift_guards(apps, schema_editor):
    """The columns that the triggers look at go; the next ``migrate`` makes its own triggers."""
    guards.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_content_of_forms")]

    operations = [
        migrations.AddField(
            model_name="eventchain",
            name="keyed_from",
            field=models.PositiveBigIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="eventchain",
            name="keyed_seal",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(seal_chains, lift_guards),
    ]
