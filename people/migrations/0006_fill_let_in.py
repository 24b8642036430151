"""Who let whom in so far: the accounts as people hold it, the rest as the history does."""

from django.db import migrations

VERBS = {"person.password": "password", "person.second_factor_reset": "second_factor"}


def fill(apps, schema_editor):
    """One row for each account made or opened again, and each change of how somebody signs in."""
    User, LetIn = apps.get_model("people", "User"), apps.get_model("people", "LetIn")
    Event = apps.get_model("core", "Event")
    made = User.objects.filter(let_in_by__isnull=False, let_in_at__isnull=False)
    rows = [
        LetIn(person_id=user.pk, by_id=user.let_in_by_id, what="account", at=user.let_in_at)
        for user in made
    ]
    people = set(User.objects.values_list("pk", flat=True))
    events = Event.objects.filter(
        target_type="people.user", verb__in=[*VERBS, "person.change"], actor__isnull=False
    )
    for event in events.order_by("at", "pk").iterator():
        person = int(event.target_id)
        if person == event.actor_id or person not in people:
            continue
        changed = [name for name in ("username", "email") if name in (event.after or {})]
        for what in [VERBS[event.verb]] if event.verb in VERBS else changed:
            rows.append(LetIn(person_id=person, by_id=event.actor_id, what=what, at=event.at))
    LetIn.objects.bulk_create(rows)


def unfill(apps, schema_editor):
    """Back to the one column of each person: who made the account last."""
    User, LetIn = apps.get_model("people", "User"), apps.get_model("people", "LetIn")
    for row in LetIn.objects.filter(what="account", by__isnull=False).order_by("at", "pk"):
        User.objects.filter(pk=row.person_id).update(let_in_by=row.by_id, let_in_at=row.at)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_let_in"), ("core", "0001_initial")]
    operations = [migrations.RunPython(fill, unfill)]
