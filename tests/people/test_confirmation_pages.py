"""The page of confirming, and where a role that waits shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from notifications.models import Notification
from people import rules
from people.models import Acting, RoleGrant
from people.states import OfficeKind, Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, login, make_office, make_person
from tests.people.test_views import FOR_EVER

pytestmark = pytest.mark.django_db
WAITS = "รอการยืนยัน"


@pytest.fixture
def director(office):
    return make_person(office, Role.DIRECTOR, given_name="บุญมี")


@pytest.fixture
def waiting(office, admin, director, staff):
    return grant(staff, Role.DEPUTY, giver=admin)


def url(name, row):
    return reverse(f"people:{name}", args=[row.pk])


def text(client, address):
    return client.get(address).content.decode()


def test_the_director_reads_who_gave_what_and_confirms_by_one_click(client, waiting, director):
    page = text(login(client, director), url("role_confirm", waiting))
    for said in ("กานดา", "ผู้ดูแล", "รองผู้อำนวยการ", "ยืนยันให้มีผล"):
        assert said in page
    answer = client.post(url("role_confirm", waiting))
    assert answer.url == reverse("people:person", args=[waiting.user_id])
    assert rules.is_deputy(load_again(waiting.user), waiting.office_id, clock.today())


def test_reading_confirms_nothing(client, waiting, director):
    login(client, director)
    for name in ("role_confirm", "role_decline"):
        assert client.get(url(name, waiting)).status_code == 200
    waiting.refresh_from_db()
    assert waiting.awaits_confirmation


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.DEPUTY])
@pytest.mark.parametrize(("since", "until"), [(-1, -1), (-30, -1), (-800, -400)])
@pytest.mark.parametrize(("page", "name"), [("role_grant", "role"), ("acting_create", "for_role")])
def test_no_role_to_confirm_is_given_for_days_that_are_over(
    client, admin, staff, role, page, since, until, name
):
    """All were asked to confirm it, and nobody could."""
    today = clock.today()
    days = {"since": today + timedelta(days=since), "until": today + timedelta(days=until)}
    sent = {key: f"{day:%d/%m}/{day.year + 543}" for key, day in days.items()}
    sent |= {name: role, "idempotency_token": "one"}
    address = reverse(f"people:{page}", args=[staff.pk])
    answer = login(client, admin).post(address, sent)
    assert answer.context["form"].errors == {"until": ["ช่วงเวลานี้ผ่านไปแล้ว จึงไม่มีผู้ใดยืนยันได้"]}
    assert not Notification.objects.exists()
    client.post(address, {**sent, "until": f"{today:%d/%m}/{today.year + 543}"})
    assert Notification.objects.filter(kind="role_granted").exists()


@pytest.mark.parametrize("why", ["", "   ", "ก" * 1001])
def test_declining_asks_for_the_reason_at_its_field(client, waiting, director, why):
    answer = login(client, director).post(url("role_decline", waiting), {"why": why})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<details" in page
    assert "open>" in page.partition("<details")[2][:40]
    assert "invalid-feedback" in page
    waiting.refresh_from_db()
    assert waiting.awaits_confirmation


def test_declined_the_row_is_over(client, waiting, director, office, admin):
    period = act_for(make_person(office), Role.DIRECTOR, giver=admin, **FOR_EVER)
    login(client, director)
    for name, row in (("role_decline", waiting), ("acting_decline", period)):
        assert client.post(url(name, row), {"why": "ไม่มีคำสั่ง"}).status_code == 302
    for model in (RoleGrant, Acting):
        assert not model.objects.awaiting(clock.today()).exists()


def test_the_giver_reads_who_may_confirm_and_has_no_button(client, waiting, admin):
    page = text(login(client, admin), url("role_confirm", waiting))
    assert "บุญมี" in page
    assert "ยืนยันให้มีผล" not in page
    assert client.post(url("role_confirm", waiting)).status_code == 403
    waiting.refresh_from_db()
    assert waiting.awaits_confirmation


def test_confirmed_meanwhile_says_by_whom(client, waiting, director, office):
    other = make_person(office, Role.DEPUTY, given_name="มานี")
    login(client, director).post(url("role_confirm", waiting))
    page = text(login(client, other), url("role_confirm", waiting))
    assert "บุญมี" in page
    assert "ยืนยันให้มีผล" not in page
    assert client.post(url("role_confirm", waiting)).status_code == 409


def test_what_waits_shows_on_the_page_the_list_the_profile_and_the_first_page(
    client, waiting, director, staff
):
    there = url("role_confirm", waiting)
    person = reverse("people:person", args=[staff.pk])
    login(client, director)
    page = text(client, person)
    assert WAITS in page
    assert there in page
    assert "บุญมี" in page
    assert WAITS in text(client, reverse("people:person_list"))
    assert there in text(client, reverse("workflow:home"))
    login(client, staff)
    for address in (reverse("workflow:home"), reverse("people:profile")):
        page = text(client, address)
        assert WAITS in page
        assert "บุญมี" in page
        assert there not in page


def test_an_administrator_sees_no_way_to_raise_themselves(client, admin):
    login(client, admin)
    page = text(client, reverse("people:person", args=[admin.pk]))
    for name in ("role_grant", "acting_create"):
        there = reverse(f"people:{name}", args=[admin.pk])
        assert there not in page
        data = {"role": "director", "for_role": "director", "since": "1/10/2559"}
        for answer in (client.get(there), client.post(there, data | {"until": "30/9/2640"})):
            assert answer.status_code == 403
    assert RoleGrant.objects.filter(user=admin).count() == 1
    assert not Acting.objects.exists()


def test_the_country_decides_on_its_first_page_where_nobody_is_left(client, office, admin, staff):
    national = make_person(make_office("obec", kind=OfficeKind.NATIONAL), Role.ADMIN)
    row = grant(staff, Role.DIRECTOR, giver=admin)
    there = url("role_confirm", row)
    login(client, national)
    assert there in text(client, reverse("workflow:home"))
    assert "กานดา" in text(client, there)
    assert client.post(there).url == reverse("workflow:home")
    row.refresh_from_db()
    assert row.confirmed_by == national
    assert "ยืนยันเมื่อ" in text(client, there)


def test_the_country_finds_nothing_where_somebody_is_left(client, waiting):
    national = make_person(make_office("obec", kind=OfficeKind.NATIONAL), Role.ADMIN)
    login(client, national)
    assert url("role_confirm", waiting) not in text(client, reverse("workflow:home"))
    for name in ("role_confirm", "role_decline"):
        for ask in (client.get, client.post):
            assert ask(url(name, waiting)).status_code == 404


@pytest.mark.parametrize("page", ["workflow:home", "people:person", "people:person_list"])
def test_pages_cost_the_same_with_few_waiting_and_with_many(
    client, office, admin, director, staff, page
):
    login(client, director)
    address = reverse(page, args=[staff.pk] if page == "people:person" else [])

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert WAITS in text(client, address) or page == "workflow:home"
        return len(queries)

    grant(staff, Role.DEPUTY, giver=admin)
    few = cost()
    for _more in range(4):
        grant(make_person(office), Role.DIRECTOR, giver=admin)
        act_for(staff, Role.DEPUTY, giver=admin, **FOR_EVER)
    assert cost() == few
