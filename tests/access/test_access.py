"""Every address × every role, own and other office, anonymous and deactivated."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from core import clock, health
from core.models import Event
from notifications.models import CalendarFeed, PersonalChannel
from people.models import User
from tests.access.asking import ask, check, named, outcome
from tests.access.table import ASKED_ONCE, PUBLIC, SUBMITTED, TABLE
from tests.access.world import standing

# One worker builds the world once.
pytestmark = pytest.mark.xdist_group("half_way")
OBEC_ONLY = [
    name
    for name, row in SUBMITTED.items()
    if row.allowed == ("obec",) and row.args and "recommendation" not in row.args
]


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


def test_every_address_is_declared():
    ours = {name for name in named(get_resolver().url_patterns) if ":" in name}
    ours = {name for name in ours if not name.startswith("admin:")}
    assert ours == TABLE.keys() | SUBMITTED.keys()


@pytest.mark.django_db
def test_addresses_of_sign_in_are_declared(client):
    """allauth's and whatever has no name space: open without signing in only where declared."""
    opened = set()
    for name in {name for name in named(get_resolver().url_patterns) if ":" not in name}:
        try:
            address = reverse(name)
        except NoReverseMatch:  # needs a key that only a mail carries
            continue
        if outcome(client.get(address)) == "ok":
            opened.add(name)
    assert opened == PUBLIC


@pytest.mark.django_db
def test_django_admin_is_for_it_alone(half_way):
    for role in ("admin", "director", "obec"):
        client = Client()
        client.force_login(half_way.people[role], backend="people.sign_in.backend.SessionBackend")
        assert client.get(reverse("admin:index")).status_code == 302


def test_the_site_stays_well_for_as_long_as_the_tests_take(db, half_way):
    with clock.pretend(clock.now() + timedelta(minutes=40)):
        ill = [check for check in health.checks() if not check.ok]
    assert not ill


@pytest.mark.parametrize("name", sorted(TABLE))
def test_address_while_the_work_goes_on(db, half_way, name):
    check(half_way, name, TABLE[name])


@pytest.mark.parametrize("name", OBEC_ONLY)
def test_obec_finds_nothing_before_it_is_submitted(db, half_way, name):
    row = SUBMITTED[name]
    assert outcome(ask(half_way, "obec", name, row, "post" if row.post else "get")) == "404"


@pytest.mark.parametrize("data", [{}, {"asked": ""}, {"asked": "0"}, {"confirmed": "on"}])
@pytest.mark.parametrize("name", ASKED_ONCE)
def test_what_cannot_be_undone_is_asked_once_and_changes_nothing_before(db, half_way, name, data):
    def everything():
        passwords = list(User.objects.order_by("pk").values_list("password", flat=True))
        tokens = list(CalendarFeed.objects.values_list("token"))
        channels = list(PersonalChannel.objects.order_by("pk").values_list("removed_at"))
        return Event.objects.count(), passwords, tokens, channels

    row = replace(TABLE[name], data=(*TABLE[name].data, *data.items()))
    before = everything()
    for method in ("get", "post"):
        answer = ask(half_way, ASKED_ONCE[name], name, row, method)
        assert answer.status_code == 200
        assert 'name="asked"' in answer.content.decode()
    assert everything() == before
