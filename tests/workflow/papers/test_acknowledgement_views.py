"""Publishing and acknowledging an announcement through the browser."""

import pytest
from django.urls import reverse

from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    make_approved,
)
from tests.workflow.papers.pages import seen, url
from workflow.models import Acknowledgement
from workflow.papers import proposals

pytestmark = pytest.mark.django_db


# -- publishing and acknowledging ----------------------------------------------------------
def test_publish_then_acknowledge_in_one_click_from_where_one_is(client_for, cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    assert client_for(cast.coordinator).post(url("proposal_publish"), seen(announcement))
    staff = client_for(cast.staff)
    home = reverse("workflow:home")
    for _ in range(2):
        answer = staff.post(url("acknowledge"), headers={"referer": f"http://testserver{home}"})
        assert (answer.status_code, answer.url) == (302, f"http://testserver{home}")
    assert Acknowledgement.objects.filter(acknowledged_at__isnull=False).count() == 1
    assert staff.get(url("acknowledge")).status_code == 405


def test_acknowledge_before_publication_is_refused(client_for, cycle, cast):
    make_approved(cycle, cast=cast)
    assert client_for(cast.staff).post(url("acknowledge")).status_code == 409


def test_acknowledge_by_strangers_is_not_found(client_for, cycle, cast):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    stranger = make_person(make_office("skn1"))
    assert client_for(stranger).post(url("acknowledge")).status_code == 404
    assert client_for(stranger).get(url("acknowledgement_list")).status_code == 404


def test_acknowledgement_list_shows_share_and_who_is_missing(client_for, cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    assert client_for(cast.staff).get(url("acknowledgement_list")).status_code == 200
    proposals.publish(announcement, by=cast.coordinator)
    proposals.acknowledge(announcement, by=cast.director)
    client = client_for(cast.staff)
    page = client.get(url("acknowledgement_list"))
    assert (page.context["share"].done, page.context["share"].total) == (1, 5)
    missing = client.get(url("acknowledgement_list"), {"status": "missing"}).context["page"]
    assert cast.director not in [row.user for row in missing.object_list]
    found = client.get(url("acknowledgement_list"), {"q": cast.deputy.given_name}).context["page"]
    assert [row.user for row in found.object_list] == [cast.deputy]


def test_acknowledgement_list_asks_the_same_for_few_and_thirty(
    client_for, cycle, cast, office, django_assert_max_num_queries
):
    client = client_for(cast.staff)
    counts = []
    for people in (0, 30):
        for _ in range(people):
            make_person(office)
        announcement = make_approved(cycle, cast=cast)
        proposals.publish(announcement, by=cast.coordinator)
        with django_assert_max_num_queries(60) as captured:
            assert client.get(url("acknowledgement_list")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
