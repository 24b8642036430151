"""The same rudeness against OBEC's addresses, once the year is submitted."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.access.table import SUBMITTED
from tests.access.world import follow_up_again, standing
from tests.attacks.test_garbage import HUGE, browser_of, forms_within, send, variants

pytestmark = pytest.mark.xdist_group("submitted")
FORM = "application/x-www-form-urlencoded"
NUL = b"why=a%00b"


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


def ask_rudely(world, name, row):
    client = browser_of(world, row.allowed[0])
    url = reverse(name, args=[part for arg in row.args for part in world.values(arg)])
    fields = [key for key, _value in row.data]
    assert send(client, url, "", content_type=FORM).status_code < 500, name
    for value in ("", HUGE, "-1", "ก", "1.5", "null"):
        body = urlencode(dict.fromkeys([*fields, "user", "why", "q", "version", "kind"], value))
        assert send(client, url, body, content_type=FORM).status_code < 500, (name, value)
    assert send(client, url, NUL, content_type=FORM).status_code == 400, name
    assert send(client, url, b"why=%ED%A0%80", content_type=FORM).status_code < 500, name
    for kind in ("application/json", "text/xml", "multipart/form-data", "nonsense"):
        assert send(client, url, b"\xff{", content_type=kind).status_code < 500, (name, kind)


@pytest.mark.parametrize("name", sorted(name for name, row in SUBMITTED.items() if row.post))
def test_every_posting_address_survives_rudeness(db, submitted, name):
    ask_rudely(submitted, name, SUBMITTED[name])


def test_no_form_of_the_reviewer_breaks_on_garbage(db, submitted):
    follow_up_again(submitted)
    client = browser_of(submitted, "obec")
    forms = forms_within(client, ["/submissions/"]).values()
    assert {"i1-level", "recommendation"} <= {name for form in forms for name in form.names}
    for form in forms:
        for what, data in variants(form):
            assert send(client, form.action, data).status_code < 500, (form.action, what)
