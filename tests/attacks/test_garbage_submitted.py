"""The same rudeness against OBEC's addresses, once the year is submitted."""

import pytest

from tests.access.table import SUBMITTED
from tests.access.world import follow_up_again, standing
from tests.attacks.test_garbage import ask_rudely, browser_of, forms_within, send, variants

pytestmark = pytest.mark.xdist_group("submitted")


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


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
