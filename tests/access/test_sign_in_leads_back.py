"""Signed out while typing: signing in leads to a page that opens, never to one that takes forms."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from esa_standards.form_pages import opens
from tests.access.table import SUBMITTED, TABLE
from tests.access.world import standing
from tests.factories.people import PASSWORD, make_person

# One worker builds the world once.
pytestmark = pytest.mark.xdist_group("half_way")
ROWS = TABLE | SUBMITTED
FORMS_ONLY = sorted(name for name, row in ROWS.items() if row.post)
SITE = "http://testserver"
SAVING = "/o/skn2/2560/items/1.1.1/save/"
PAGE = "/o/skn2/2560/indicators/2.1/?page=2&q=%E0%B8%81"


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


def address(world, name):
    parts = [part for arg in ROWS[name].args for part in world.values(arg)]
    return reverse(name, args=[1 if part is None else part for part in parts])


def led_to(path, referer="", client=None):
    """Where signing in leads after a form was sent to ``path`` without a session."""
    headers = {"referer": referer} if referer else {}
    return next_of((client or Client()).post(path, {"why": "ข้อความที่พิมพ์"}, headers=headers))


def next_of(answer):
    """Where the page to sign in, to which ``answer`` sends, would lead."""
    assert answer.status_code == 302
    assert urlsplit(answer.url).path == reverse("account_login")
    (page,) = parse_qs(urlsplit(answer.url).query)["next"]
    return page


def test_there_are_addresses_that_take_forms_only():
    assert len(FORMS_ONLY) > 60


@pytest.mark.parametrize("name", FORMS_ONLY)
def test_sign_in_leads_to_the_page_of_the_form(db, half_way, name):
    path = address(half_way, name)
    assert opens(path) is False
    assert led_to(path, SITE + PAGE) == PAGE
    nearest = {led_to(path), led_to(path, SITE + path), led_to(path, "https://evil.example/x/")}
    # the answer to a refused form stands there, and is opened again after the session's end
    nearest.add(next_of(Client().get(path)))
    (page,) = nearest
    assert path.startswith(page)
    assert opens(page)


@pytest.mark.parametrize("path", ["/", "/o/skn2/2560/scores/", "/people/"])
def test_what_opens_is_no_address_for_forms_only(db, half_way, path):
    coordinator = Client()
    coordinator.force_login(
        half_way.people["coordinator"], backend="people.sign_in.backend.SessionBackend"
    )
    assert opens(path)
    assert coordinator.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "referer", "page"),
    [
        # a page that sends to itself, with and without a referer
        ("/o/skn2/2560/projects/new/", "/o/skn2/2560/projects/new/", None),
        ("/o/skn2/2560/projects/new/", "", None),
        # the form came back with errors at an address that takes forms only
        (SAVING, SAVING, "/o/skn2/2560/items/1.1.1/"),
        # a page of ours that looks like another machine
        (SAVING, "//evil.example/", "/evil.example/"),
    ],
)
def test_other_forms_lead_to_their_page_too(db, path, referer, page):
    assert led_to(path, SITE + referer if referer else "") == (page or path)


@pytest.mark.parametrize("machine", ["https://testserver.evil.example", "javascript:", "http://["])
def test_no_strange_page_is_led_to(db, machine):
    assert led_to("/o/skn2/2560/projects/new/", f"{machine}/o/") == "/o/skn2/2560/projects/new/"


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/people/1/deactivate/", "/people/1/deactivate/"),
        ("/people/held/drop/", "/people/held/"),
        ("/profile/sessions/end/?q=1", "/profile/sessions/"),
        ("/language/", "/"),
        ("/o/skn2/2560/proposals/sar/approve/", "/o/skn2/2560/proposals/sar/"),
        ("/people/?page=2", "/people/?page=2"),
        ("//evil.example/", "/"),
    ],
)
def test_a_link_to_sign_in_leads_to_a_page_too(db, half_way, asked, page):
    person = make_person(half_way.cycle.assessment.office, password=PASSWORD)
    who = {"login": person.username, "password": PASSWORD, "next": asked}
    answer = Client().post(reverse("account_login"), who)
    assert (answer.status_code, answer.url) == (302, page)


def test_a_page_that_is_only_read_leads_to_itself(db):
    answer = Client().get(PAGE, headers={"referer": f"{SITE}/people/"})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [PAGE]
