"""Who works in the load: sixty sessions of the demo office's people, and the pages they open."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import F
from django.urls import reverse

from indicators.models import Consideration, Indicator
from people.models import User
from tests.bench import worlds

SEATS = 60
BACKEND = "people.sign_in.backend.SessionBackend"


def measure(*, small):
    """Of each seat the key of its session and addresses; people sit in more than one."""
    world = worlds.tiny_world() if small else worlds.demo_world()
    worlds.settle()
    pages = addresses(world)
    office = world.cycle.assessment.office_id
    people = list(User.objects.active().filter(office=office).order_by(F("pk")))
    return [
        {"session": session_of(people[seat % len(people)]), "pages": turned(pages, seat)}
        for seat in range(SEATS if not small else 2)
    ]


def addresses(world):
    """What everybody of the office may open, in the order of a day's work."""
    year, edition = world.address, world.cycle.assessment.edition
    indicators = Indicator.objects.filter(standard__edition=edition)
    considerations = Consideration.objects.filter(indicator__standard__edition=edition)
    items = [[*year, code] for code in considerations.values_list("code", flat=True)[:10]]
    return [
        reverse("workflow:home"),
        reverse("workflow:cycle", args=year),
        *[reverse("indicators:item", args=args) for args in items],
        *[
            reverse("indicators:indicator", args=[*year, code])
            for code in indicators.values_list("code", flat=True)[:5]
        ],
        reverse("workflow:todo_list"),
        reverse("notifications:notification_list"),
        reverse("reports:document_list", args=year),
        reverse("workflow:meeting_list", args=year),
    ]


def turned(pages, by):
    """The same pages, begun elsewhere: not everybody opens the first page at once."""
    at = by % len(pages)
    return pages[at:] + pages[:at]


def session_of(person):
    """The key of a new session in which the person is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key
