"""What the history says of documents."""

from core.models import Event


def verbs():
    events = Event.objects.filter(verb__startswith="document.")
    return list(events.order_by("number").values_list("verb", flat=True))
