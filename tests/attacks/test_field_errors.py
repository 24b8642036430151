"""Whatever box of whichever form is wrong: the error stands beside it, tied to it, in Thai."""

import re
from html.parser import HTMLParser

import pytest

from tests.access.world import standing
from tests.attacks.test_garbage import START, browser_of, forms_within, send

pytestmark = pytest.mark.xdist_group("field_errors")
LONG = "y" * 120_000  # more than any field takes
TAKES_ALL = {("/people/office/", "address")}  # a text of any length


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


class Controls(HTMLParser):
    """Controls of a page by name, and the texts of everything that has an id."""

    VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "wbr", "source"}

    def __init__(self, html):
        super().__init__()
        self.controls, self.texts, self.open = {}, {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("input", "select", "textarea", "fieldset", "div") and attrs.get("name"):
            self.controls.setdefault(attrs["name"], []).append(attrs)
        if tag not in self.VOID:
            self.open.append((tag, attrs))
        if attrs.get("id"):
            self.texts.setdefault(attrs["id"], "")

    def handle_data(self, data):
        for _tag, attrs in self.open:
            if attrs.get("id"):
                self.texts[attrs["id"]] += data

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass


def said_beside(html, name):
    """What the page says beside the control that is marked as wrong."""
    page = Controls(html)
    return " ".join(
        page.texts.get(part, "").strip()
        for attrs in page.controls.get(name, [])
        if attrs.get("aria-invalid") == "true"
        for part in (attrs.get("aria-describedby") or "").split()
    ).strip()


@pytest.fixture(scope="module")
def tried():
    """Forms that one of the roles tried: whoever else is given them need not."""
    return set()


@pytest.mark.parametrize("role", START)
def test_every_box_says_beside_it_what_is_wrong(db, half_way, tried, role):
    client, silent = browser_of(half_way, role), []
    start = [path.format(**half_way.rows) for path in START[role]]
    for key, form in forms_within(client, start).items():
        if key in tried:
            continue
        tried.add(key)
        base = {}
        for name, value in form.fields:
            if name not in form.buttons:
                base.setdefault(name, []).append(value)
        for name in sorted(form.typed):
            if (form.action, name) in TAKES_ALL:
                continue
            response = send(client, form.action, {**base, name: [LONG]})
            if response.status_code == 413:  # strangers send no more than 64 KB
                response = send(client, form.action, {**base, name: [LONG[:50_000]]})
            if not re.search("[ก-๙]", said_beside(response.content.decode(), name)):
                silent.append((form.action, name, response.status_code))
    assert silent == []
