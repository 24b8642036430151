"""What a page offers, it does: no form that stands on a page is refused for the time it comes at.

The forms are found, not listed, and sent with something in every box. A form may say what is wrong
in it (400) or ask (200); it must not be refused because the year, the step or the item is past it.
"""

import pytest
from django.urls import reverse

from tests.access.table import SUBMITTED
from tests.access.world import standing
from tests.attacks.test_garbage import as_shown, browser_of, forms_of, forms_within, send

pytestmark = pytest.mark.xdist_group("garbage")
REFUSED = (403, 404, 405, 409)
YEAR = "/o/skn2/2560/"
CLOSED = {
    "coordinator": ["/", f"{YEAR}evidence/", f"{YEAR}indicators/"],
    "director": ["/", f"{YEAR}evidence/"],
    "deputy": ["/", f"{YEAR}evidence/"],
    "member1": ["/", f"{YEAR}evidence/"],
    "obec": ["/submissions/"],
}


def filled(form):
    """What somebody sends who chose the last of every list and wrote into every empty box."""
    data = as_shown(form)
    for name, values in form.choices.items():
        if not any(data.get(name, [])):
            data[name] = [value for value in values if value][-1:]
    for name in form.typed:
        if not any(data.get(name, [])):
            data[name] = ["ข้อความ"]
    return data


def refused(world, role, forms):
    """Forms that lead to a refusal: ``(address, status)``."""
    client = browser_of(world, role)
    offered = [form for form in forms if form.offered]
    assert len(offered) > 3
    answers = [(form.action, send(client, form.action, filled(form))) for form in offered]
    return [(url, answer.status_code) for url, answer in answers if answer.status_code in REFUSED]


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


@pytest.mark.parametrize("role", ["coordinator", "director", "admin", "member1"])
def test_while_the_work_goes_on(db, half_way, role):
    assert refused(half_way, role, forms_of(half_way, role).values()) == []


@pytest.fixture(scope="module")
def closed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


@pytest.mark.parametrize("role", CLOSED)
def test_once_the_year_is_closed(db, closed, role):
    forms = forms_within(browser_of(closed, role), CLOSED[role])
    assert refused(closed, role, forms.values()) == []


@pytest.mark.parametrize("name", sorted(name for name in SUBMITTED if "recommendation_" in name))
def test_a_closed_year_takes_no_recommendation(db, closed, name):
    """Nor does a page for it open by its address."""
    row = SUBMITTED[name]
    url = reverse(name, args=[part for arg in row.args for part in closed.values(arg)])
    assert browser_of(closed, row.allowed[0]).get(url).status_code in (405, 409)
