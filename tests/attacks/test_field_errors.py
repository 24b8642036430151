"""Whatever field of whichever form is wrong: the error stands beside it, tied to it, to be read."""

import pytest
from django.urls import reverse

from tests.access.world import standing
from tests.attacks.field_errors import silent_fields
from tests.attacks.forms_found import read_page
from tests.attacks.test_garbage import START, browser_of, forms_of
from workflow.models import Proposal
from workflow.papers import decisions, proposals

pytestmark = pytest.mark.xdist_group("garbage")
TAKES_ALL = {"/people/office/": ["address"]}  # a text of any length


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


@pytest.fixture(scope="module")
def tried():
    """Forms that one of the roles tried: whoever else is given them need not."""
    return set()


@pytest.mark.parametrize("role", START)
def test_every_field_says_beside_it_what_is_wrong(db, half_way, tried, role):
    client, silent = browser_of(half_way, role), []
    for key, form in forms_of(half_way, role).items():
        if key not in tried:
            tried.add(key)
            silent += silent_fields(client, form, but=TAKES_ALL.get(form.action, ()))
    assert silent == []


def forms_at(client, url, words):
    """The forms of a page that send to an address with one of these words at its end."""
    response = client.get(url)
    assert response.status_code == 200, url
    forms, _links = read_page(response.content.decode(), url)
    return [form for form in forms if form.action.rstrip("/").rpartition("/")[2] in words]


def test_so_does_every_field_of_a_draft_and_of_its_decisions(db, half_way):
    """The half year holds none: its papers are approved."""
    writer, silent, tried = browser_of(half_way, "coordinator"), [], []

    def try_all(client, forms):
        for form in forms:
            form.fields += [(name, "9") for name in form.typed if name.endswith("number")]
            silent.extend(silent_fields(client, form))
            tried.append(form.action.rstrip("/").rpartition("/")[2])

    for kind in ("announcement", "order", "sar"):
        led_to = writer.post(reverse("workflow:proposal_draft", args=[*half_way.place, kind])).url
        try_all(writer, forms_at(writer, led_to, ["edit"]))
    memo = reverse("workflow:memo_edit", args=half_way.place)
    try_all(writer, forms_at(writer, memo, ["memo"]))
    order = Proposal.objects.filter(kind="order").latest("pk")
    proposals.propose(order, by=half_way.people["coordinator"])
    page = reverse("workflow:proposal", args=[*half_way.place, "order"])
    deputy, director = browser_of(half_way, "deputy"), browser_of(half_way, "director")
    try_all(deputy, forms_at(deputy, page, ["endorse"]))
    decisions.endorse(order, by=half_way.people["deputy"])
    try_all(director, forms_at(director, page, ["approve", "signed-scan"]))
    assert silent == []
    assert tried == ["edit", "edit", "edit", "memo", "endorse", "approve", "signed-scan"]
