"""What the server says to the script that keeps typed text on the device."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from people.states import Role
from tests.factories.people import login, make_person
from tests.factories.workflow import make_cycle

pytestmark = pytest.mark.django_db
PROFILE = {"given_name": "สมหญิง", "language": "th"}


def named(client):
    """The addresses of forms that were taken, as the next page's script reads them."""
    cookie = client.cookies.get("saved")
    return [unquote(path) for path in cookie.value.split("|")] if cookie and cookie.value else []


@pytest.fixture
def person(office):
    return make_person(office, Role.ADMIN, Role.COORDINATOR)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people:profile", PROFILE),
        ("people:group_create", {"name": "กลุ่มนิเทศ", "code": "sup", "order": "3"}),
        ("workflow:rest_day_add", {"day": "5/12/2569", "name": "วันชาติ"}),
    ],
)
def test_a_form_that_was_taken_is_named(client, person, name, data):
    answer = login(client, person).post(reverse(name), data)
    assert answer.status_code == 302
    assert named(client) == [reverse(name)]
    cookie = client.cookies["saved"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", "", 600)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people:profile", {"given_name": "", "language": "th"}),
        ("people:group_create", {"name": "", "code": ""}),
        ("workflow:rest_day_add", {"day": "31/02/2569", "name": "วันชาติ"}),
    ],
)
def test_a_form_that_comes_back_is_not(client, person, name, data):
    login(client, person).post(reverse(name), data)
    assert named(client) == []


def test_a_form_that_led_on_with_an_error_is_not(client, person):
    """The page that follows says the error; the text must come back with it."""
    cycle = make_cycle(person.office, by=person)
    year = [person.office.code, cycle.assessment.fiscal_year]
    answer = login(client, person).post(reverse("indicators:scores_hand_in", args=year))
    assert answer.status_code in (302, 403)
    assert named(client) == []


def test_nothing_is_said_of_signing_in_and_out(client, person):
    login(client, person).post(reverse("account_logout"))
    assert named(client) == []


def test_who_is_signed_out_hears_nothing(client):
    client.post(reverse("people:profile"), PROFILE)
    assert named(client) == []


def test_several_forms_are_named_until_a_page_has_read_them(client, person):
    login(client, person)
    for number in range(7):
        data = {"name": f"กลุ่ม {number}", "code": f"g{number}", "order": "1"}
        client.post(reverse("people:group_create"), data)
    client.post(reverse("people:profile"), PROFILE)
    assert named(client) == [reverse("people:group_create")] * 4 + [reverse("people:profile")]


@pytest.mark.parametrize("kind", ["part", "script"])
def test_a_page_of_somebody_else_sends_nothing(client, person, office, kind):
    other = make_person(office)
    headers = {"x-writer": str(other.pk)} | ({"hx-request": "true"} if kind == "part" else {})
    answer = login(client, person).post(reverse("people:profile"), PROFILE, headers=headers)
    assert answer.status_code == 403
    assert "ผู้อื่นเข้าสู่ระบบ" in (
        answer.content.decode() if kind == "part" else answer.json()["message"]
    )
    person.refresh_from_db()
    assert person.given_name != "สมหญิง"


def test_the_page_says_whose_it_is(client, person):
    page = login(client, person).get(reverse("people:profile")).content.decode()
    assert f'data-person="{person.pk}"' in page
    client.logout()
    page = client.get(reverse("account_login")).content.decode()
    assert ("data-person" in page, "typed-words" in page) == (False, False)


def test_the_page_with_a_new_persons_password_says_that_the_form_was_taken(client, person):
    data = {"given_name": "สมหญิง", "family_name": "ใจดี", "first_password": "password"}
    page = login(client, person).get(reverse("people:person_create"))
    sent = page.context["form"].initial | {"username": "somying", "position": "ครู"} | data
    answer = client.post(reverse("people:person_create"), sent)
    assert (answer.status_code, "data-taken" in answer.content.decode()) == (200, True)
    again = client.post(reverse("people:person_create"), {"given_name": "สมหญิง"})
    assert "data-taken" not in again.content.decode()
