"""The same for OBEC's forms, and for the office's answers to them."""

import pytest
from django.urls import reverse

from tests.access.world import follow_up_again, standing
from tests.attacks.field_errors import silent_fields
from tests.attacks.forms_found import read_page
from tests.attacks.test_garbage import browser_of, forms_within

pytestmark = pytest.mark.xdist_group("submitted")


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


def test_every_field_of_the_reviewer_says_beside_it_what_is_wrong(db, submitted):
    follow_up_again(submitted)
    client, silent = browser_of(submitted, "obec"), []
    forms = forms_within(client, ["/submissions/"]).values()
    of_submissions = [form for form in forms if form.action.startswith("/submissions/")]
    assert {"i1-level", "indicator"} <= {name for form in of_submissions for name in form.names}
    for form in of_submissions:
        silent += silent_fields(client, form)
    assert silent == []


def test_so_does_every_field_of_an_answer(db, submitted):
    follow_up_again(submitted)
    client = browser_of(submitted, "coordinator")
    page = reverse("workflow:followup", args=submitted.place)
    forms, _links = read_page(client.get(page).content.decode(), page)
    answer = next(form for form in forms if form.action.endswith("/answer/"))
    assert sorted(answer.kinds) == ["r1-owner"]
    assert silent_fields(client, answer) == []
