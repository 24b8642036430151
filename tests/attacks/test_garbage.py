"""Whatever is sent to whichever form: a page says what is wrong, and never "server error".

The test's browser raises what a page raises, so an error shows where it happened.
"""

import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.access.world import standing
from tests.attacks.forms_found import read_page

pytestmark = pytest.mark.xdist_group("garbage")
HUGE = "99999999999999999999999"
GARBAGE = ["", "-1", HUGE, "๑๒ก😀\u202e<script>", "=cmd|'/C calc'!A0\r\nBcc: a@b.th", "y" * 25_000]
ITEM = "/o/skn2/2560/items/{item}/"  # handed in, with a request
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


def as_shown(form):
    """What a browser would send, had somebody only pressed the first button."""
    base = {}
    for name, value in form.fields:
        if name not in form.buttons:
            base.setdefault(name, []).append(value)
    return base


def wholly_spoilt(form):
    """The form with all fields spoilt, with nothing at all; what stands in boxes spoilt alone."""
    yield "nothing", {}
    for text in GARBAGE:
        yield f"all={text[:12]!r}", {key: [text] for key in form.names}
    for text in GARBAGE if form.typed else ():
        yield f"typed={text[:12]!r}", as_shown(form) | {key: [text] for key in form.typed}


def variants(form):
    """The form with nothing, with all fields spoilt, with one missing or spoilt at a time.

    What comes to the same, as nothing in a field that is empty anyhow, comes once.
    """
    return {urlencode(data, doseq=True): (what, data) for what, data in _variants(form)}.values()


def _variants(form):
    base = as_shown(form)
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


def refused_fields(response):
    """Names of the fields that the form refuses; None where its page does not say."""
    if response.status_code == 302:
        return set()
    form = (response.context or {}).get("form")
    return set(form.errors) if getattr(form, "is_bound", False) else None


class Spoiling:
    """Sends a form in all its variants, but for those that can bring nothing new.

    A form that refuses a text in one field goes no way that it does not go with another text it
    refuses there: one of them comes alone, all come in company. And where what is shown is not
    taken either, no text in a field that it takes leads further than another. What comes to the
    same, as nothing in a field that is empty anyhow, comes once.
    """

    def __init__(self, client, form):
        self.client, self.form, self.base, self.tried = client, form, as_shown(form), 0
        self.sent = set()

    def send(self, what, data):
        response = send(self.client, self.form.action, data)
        self.tried += 1
        self.sent.add(urlencode(data, doseq=True))
        assert response.status_code < 500, (self.form.action, what)
        if response.status_code == 302:
            assert response.url.startswith(("/", "#", "?")), (self.form.action, what)
            assert not response.url.startswith("//"), (self.form.action, what)
        return response

    def send_whole(self):
        """The variants with several fields spoilt; which fields refuse which text."""
        found = {what: self.send(what, data) for what, data in wholly_spoilt(self.form)}
        return {text: refused_fields(found[f"all={text[:12]!r}"]) for text in GARBAGE}

    def send_all(self):
        refused, shown = self.send_whole(), self.send("as shown", self.base)
        wrong = refused_fields(shown)
        known = wrong is not None and None not in refused.values()
        for name in sorted(self.form.names):
            self.send_new(f"no {name}", {k: v for k, v in self.base.items() if k != name})
            for text in self.telling(name, refused, wrong) if known else GARBAGE:
                self.send_new(f"{name}={text[:12]!r}", {**self.base, name: [text]})

    def send_new(self, what, data):
        if urlencode(data, doseq=True) not in self.sent:
            self.send(what, data)

    def telling(self, name, refused, wrong):
        """The texts that ``name`` is given alone."""
        no = [text for text in GARBAGE if name in refused[text]]
        yes = [text for text in GARBAGE if name not in refused[text]]
        return no[:1] + (yes if not wrong or name in wrong else yes[:1])


@pytest.fixture(scope="module")
def sent():
    """Forms that one of the roles sent in all variants: whoever else is given them spoils whole."""
    return set()


@pytest.mark.parametrize("role", START)
def test_no_form_breaks_on_garbage(db, half_way, sent, role):
    client, tried = browser_of(half_way, role), 0
    for form in forms_of(half_way, role).values():
        key = resolve(form.action.partition("?")[0]).view_name, form.names
        spoiling = Spoiling(client, form)
        spoiling.send_whole() if key in sent else spoiling.send_all()
        sent.add(key)
        tried += spoiling.tried
    assert tried > 50


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
