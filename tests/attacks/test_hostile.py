"""Every address × every role with hostile addresses, queries, bodies, headers and methods.

Nothing of it is a server error, comes back as more than text, tells what only the program or
another office knows, leads to another site, or lacks a header of SECURITY.md. Each role sends
another thing to each address, by counting, so that all of it is sent to all kinds of addresses by
all roles; who is entitled to one sends it more. Addresses of Django's admin, a few views hundreds
of times, are asked by IT and by two roles each, by turns.
"""

from io import BytesIO
from zlib import crc32

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from indicators.evidence.evidence import add_evidence
from indicators.models import Edition, Evidence, SupportingProject
from people.models import User
from tests.access.asking import OUTSIDERS, example_of, named
from tests.access.table import ALL, EVERYBODY, SUBMITTED, TABLE
from tests.access.world import standing
from tests.attacks import hostile
from tests.attacks.answers import wrong_with
from tests.factories.people import make_group
from tests.factories.workflow import make_cycle
from workflow.models import Meeting

pytestmark = pytest.mark.xdist_group("hostile")
OURS, THEIRS = "ความลับของเขตสอง", "ความลับของเขตหนึ่ง"  # in names of either office
ROWS = TABLE | SUBMITTED
ROLES = [*ALL, *OUTSIDERS, "it"]
BACKEND = "people.sign_in.backend.SessionBackend"


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        plant(world)
        world.people["it"] = User.objects.create_superuser("it", given_name="IT")
        world.people["deactivated"] = world.people["staff5"]
        world.browsers = {role: browser_of(world, role) for role in ROLES}
        yield world


def plant(world):
    """Names in both offices which nobody of the other one may read."""
    office, stranger = world.cycle.assessment.office, world.people["skn1-coordinator"]
    Evidence.objects.filter(office=office).update(title=OURS)
    SupportingProject.objects.update(title=OURS)
    Meeting.objects.update(title=OURS)
    User.objects.filter(office=office).update(family_name=OURS)
    User.objects.filter(office=stranger.office).update(family_name=THEIRS)
    make_group(stranger.office, name=THEIRS)
    make_cycle(stranger.office, by=stranger, edition=Edition.objects.get())
    add_evidence(stranger.office, title=THEIRS, links=[("https://e.example/", "")], by=stranger)


def browser_of(world, role):
    browser = hostile.Attacker(raise_request_exception=False)
    if role != "anonymous":
        browser.force_login(world.people[role], backend=BACKEND)
    return browser.remember()


def address_of(world, name):
    """The address, and where in it something stands that an attacker may replace."""
    if name not in ROWS:
        return example_of(name), []
    parts = [part for arg in ROWS[name].args for part in world.values(arg)]
    parts = [1 if part is None else part for part in parts]
    url = reverse(name, args=parts)
    return url, [f"/{part}/" for part in parts if f"/{part}/" in url]


def addresses():
    """All that have a name, but those with a key in them that only a mail carries."""
    found = {name for name in named(get_resolver().url_patterns) if "None" not in name}
    return sorted(name for name in found if name in ROWS or example_of(name))


class Walk:
    """All that is sent to one address; what was wrong is named by who sent what."""

    def __init__(self, world, name):
        self.world, self.name, self.number, self.wrong = world, name, crc32(name.encode()), []
        self.row, (self.url, self.parts) = ROWS.get(name), address_of(world, name)

    def secrets(self, role):
        """Words that this role may find in no answer; whoever has a token reads what is its."""
        if role == "it" or (self.row and self.row.outsiders == "ok" and self.row.args):
            return []
        words = [] if role in EVERYBODY else [OURS]
        return [word.encode() for word in words + ([] if "skn1" in role else [THEIRS])]

    def ask(self, role, what, method, url, status=None, **options):
        headers = hostile.headers(self.number, self.world.browsers[role].kept)
        with transaction.atomic():
            answer = self.world.browsers[role].generic(method, url, headers=headers, **options)
            transaction.set_rollback(True)
        wrong = wrong_with(answer, self.secrets(role))
        if status not in (None, answer.status_code):
            wrong.append(f"{answer.status_code} in place of {status}")
        if wrong:
            self.wrong.append((role, what, method, url[:200], wrong))
        self.number += 1

    def send(self, role, sent, status=None):
        more = {
            "wsgi.input": BytesIO(sent.body),
            "CONTENT_LENGTH": str(len(sent.body) if sent.length is None else sent.length),
        }
        self.ask(
            role,
            sent.what,
            "POST",
            self.url,
            status,
            data=sent.body,
            content_type=sent.kind,
            **more,
        )

    def query(self, role, number):
        self.ask(role, "query", "GET", f"{self.url}?{hostile.query(number)}")

    def method(self, role, number):
        self.ask(role, "method", hostile.pick(hostile.METHODS, number).upper(), self.url)

    def part(self, role, number):
        """Something else in a place of the address."""
        before, _at, after = self.url.rpartition(hostile.pick(self.parts, number // 3))
        part = hostile.pick(hostile.PARTS, number)
        self.ask(role, "part", "GET", f"{before}/{part}/{after}")

    def form(self, role, number):
        self.send(role, hostile.form(number))

    def body(self, role, number):
        self.send(role, hostile.pick(hostile.BODIES, number))

    def visit(self, role):
        """One thing of all; the next role sends another."""
        reading = self.query if self.row is None or not self.row.post else self.form
        part = self.part if self.parts else reading
        kinds = [reading, self.form, part, reading, self.body, self.method]
        hostile.pick(kinds, self.number)(role, self.number // len(kinds))

    def visit_at_length(self, role):
        """By somebody who gets past the door."""
        if not self.row.post:
            self.query(role, self.number)
            return self.query(role, self.number)
        for number in range(0, len(hostile.VALUES), 3):
            self.form(role, self.number + number)
        for sent in (hostile.BODIES[0], hostile.pick(hostile.BODIES, self.number)):
            self.send(role, sent, sent.status)
        return None


@pytest.mark.parametrize("name", addresses())
def test_nothing_hostile_breaks_or_leaks(db, half_way, name):
    walk = Walk(half_way, name)
    some = [*hostile.some(ROLES, walk.number, 2), "it"]
    for role in some if name.startswith("admin:") else ROLES:
        walk.visit(role)
    if name in TABLE:
        walk.visit_at_length(TABLE[name].allowed[0] if TABLE[name].allowed else "coordinator")
    assert walk.wrong == []
