"""Addresses that people wrote themselves open nothing by single sign-on.

Until now all were kept as confirmed. The history says who changed a person's address last.
"""

from django.db import migrations


def unconfirm(apps, schema_editor):
    """Take the confirmation from addresses whose last change was the person's own."""
    Event, EmailAddress = apps.get_model("core", "Event"), apps.get_model("account", "EmailAddress")
    last = {}
    changes = Event.objects.filter(
        target_type="people.user", verb__in=("person.add", "person.change")
    )
    for event in changes.order_by("at", "pk").iterator():
        if "email" in event.after:
            last[event.target_id] = event.actor_id
    own = [int(pk) for pk, actor in last.items() if pk == str(actor)]
    EmailAddress.objects.filter(user__in=own).update(verified=False)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_sign_in"),
        ("core", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    # Backwards nothing is to do: the version before asks no address whether it is confirmed.
    operations = [migrations.RunPython(unconfirm, migrations.RunPython.noop)]
