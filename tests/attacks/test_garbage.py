"""Whatever is sent to whichever form: a page says what is wrong, and never "server error".

The test's browser raises what a page raises, so an error shows where it happened.
"""

import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.table import TABLE
from tests.access.world import standing
from tests.attacks.forms_found import read_page

pytestmark = pytest.mark.xdist_group("half_way")
FORM = "application/x-www-form-urlencoded"
HUGE = "99999999999999999999999"
GARBAGE = ["", "-1", HUGE, "๑๒ก😀\u202e<script>", "=cmd|'/C calc'!A0\r\nBcc: a@b.th", "y" * 25_000]
NUL = b"why=a%00b"
ITEM = "/o/skn2/2560/items/{item}/"  # handed in, with a question
START = {
    "coordinator": ["/", "/cycles/", "/cycles/new/", "/people/", ITEM],
    "director": ["/", ITEM],
    "admin": ["/people/", "/standards/", "/people/office/", "/people/{acting.user_id}/"],
    "member1": ["/", ITEM],
}
CODE = re.compile(r"\d+(\.\d+)*")  # a number, or what the catalogue calls an item
ALIKE = 6  # pages of one address that are read, for all six steps: forms follow the work


def browser_of(world, name):
    client = Client()
    client.force_login(world.people[name], backend="people.sign_in.backend.SessionBackend")
    return client


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


def shape_of(url):
    return tuple("#" if CODE.fullmatch(part) else part for part in url.partition("?")[0].split("/"))


def shapes_of(names):
    """Names of fields with the numbers of their rows as one."""
    return frozenset(re.sub(r"\d+", "#", name) for name in names)


def forms_within(client, start):
    """One of each form that posts, on some of each page reachable from ``start``.

    Two of one address with the same fields are one form, for another row.
    """
    todo, seen, read, forms = list(start), set(), Counter(), {}
    while todo:
        url = todo.pop(0)
        shape = shape_of(url)
        if url in seen or read[shape] == ALIKE or url.startswith(("/static/", "/it/")):
            continue
        if "logout" in url:
            continue
        seen.add(url)
        read[shape] += 1
        response = client.get(url)
        if response.streaming:
            list(response.streaming_content)
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            continue
        found, links = read_page(response.content.decode(), response.request["PATH_INFO"])
        todo += sorted(links)
        for form in found:
            if "logout" not in form.action:
                forms.setdefault((shape_of(form.action), shapes_of(form.names)), form)
    return forms


_found = {}


def forms_of(world, role):
    """What ``forms_within`` finds for a role in the half year.

    Every module has the same year for itself, so its pages are walked once a process.
    """
    if role not in _found:
        start = [path.format(**world.rows) for path in START[role]]
        _found[role] = forms_within(browser_of(world, role), start)
    return _found[role]


def wholly_spoilt(form):
    """The form with all fields spoilt, with nothing at all."""
    yield "nothing", {}
    for text in GARBAGE:
        yield f"all={text[:12]!r}", {key: [text] for key in form.names}


def variants(form):
    """The form with nothing, with all fields spoilt, with one missing or spoilt at a time.

    What comes to the same, as nothing in a field that is empty anyhow, comes once.
    """
    return {urlencode(data, doseq=True): (what, data) for what, data in _variants(form)}.values()


def _variants(form):
    base = {}
    for name, value in form.fields:
        base.setdefault(name, []).append(value)
    yield from wholly_spoilt(form)
    for name in sorted(form.names):
        yield f"no {name}", {key: value for key, value in base.items() if key != name}
        for text in GARBAGE:
            yield f"{name}={text[:12]!r}", {**base, name: [text]}


def send(client, url, data, **kind):
    """Post and take everything back; the status."""
    with transaction.atomic():
        response = client.post(url, data, **kind)
        transaction.set_rollback(True)
    return response


@pytest.fixture(scope="module")
def sent():
    """Forms that one of the roles sent in all variants: whoever else is given them spoils whole."""
    return set()


@pytest.mark.parametrize("role", START)
def test_no_form_breaks_on_garbage(db, half_way, sent, role):
    client, tried = browser_of(half_way, role), 0
    for key, form in forms_of(half_way, role).items():
        spoilt = wholly_spoilt(form) if key in sent else variants(form)
        sent.add(key)
        for what, data in spoilt:
            response = send(client, form.action, data)
            assert response.status_code < 500, (form.action, what)
            if response.status_code == 302:
                assert response.url.startswith(("/", "#", "?")), (form.action, what)
                assert not response.url.startswith("//"), (form.action, what)
            tried += 1
    assert tried > 50


def entitled(row):
    return row.allowed[0] if row.allowed else "coordinator"


def address(world, name, row):
    return reverse(name, args=[part for arg in row.args for part in world.values(arg)])


def ask_rudely(world, name, row):
    client, url = browser_of(world, entitled(row)), address(world, name, row)
    fields = [key for key, _value in row.data]
    assert send(client, url, "", content_type=FORM).status_code < 500, name
    for value in ("", HUGE, "-1", "ก", "1.5", "null"):
        body = urlencode(dict.fromkeys([*fields, "user", "why", "q", "version", "kind"], value))
        assert send(client, url, body, content_type=FORM).status_code < 500, (name, value)
    assert send(client, url, NUL, content_type=FORM).status_code == 400, name
    assert send(client, url, b"why=%ED%A0%80", content_type=FORM).status_code < 500, name
    for kind in ("application/json", "text/xml", "multipart/form-data", "nonsense"):
        assert send(client, url, b"\xff{", content_type=kind).status_code < 500, (name, kind)


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.post))
def test_every_posting_address_survives_rudeness(db, half_way, name):
    ask_rudely(half_way, name, TABLE[name])


ODD = [
    "?q=%F0%9F%98%80&page=" + HUGE,
    "?page=-1&group=x&status=x&show=x",
    "?indicator=%27&kind=%27",
]


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if not row.post))
def test_no_page_breaks_on_odd_queries(db, half_way, name):
    row = TABLE[name]
    client, url = browser_of(half_way, entitled(row)), address(half_way, name, row)
    for query in ODD:
        response = client.get(url + query)
        if response.streaming:  # read to its end, so that the file is closed
            list(response.streaming_content)
        assert response.status_code < 500, response.content


@pytest.mark.parametrize(
    "path",
    [
        "/o/skn2/0/",
        "/o/skn2/99999/",
        f"/o/skn2/{HUGE}/",
        "/o/../2560/",
        "/o/%2e%2e/2560/",
        f"/o/skn2/2560/steps/{HUGE}/",
        "/o/skn2/2560/steps/0/",
        "/o/skn2/2560/proposals/..%2f/",
        "/o/skn2/2560/proposals/summary/",
        f"/o/skn2/2560/proposals/order/{HUGE}/",
        f"/o/skn2/2560/evidence/{HUGE}/",
        f"/o/skn2/2560/meetings/{HUGE}/",
        f"/o/skn2/2560/documents/{HUGE}/",
        f"/files/{HUGE}/",
        "/files/-1/",
        f"/people/{HUGE}/",
        "/o/skn2/2560/items/%27%20or%201=1/",
        "/o/skn2/2560/indicators/../../x/",
        f"/standards/esa-2560/{HUGE}/",
        f"/submissions/skn2/{HUGE}/",
    ],
)
def test_addresses_that_name_nothing(db, half_way, path):
    for role in ("coordinator", "obec"):
        assert browser_of(half_way, role).get(path).status_code == 404
