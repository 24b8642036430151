"""Signing in, leading elsewhere, reading without leave, and IT's window."""

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from people.members import deactivate_person
from people.models import User
from people.states import Role
from tests.attacks.answers import is_inside
from tests.factories.loading import load_again
from tests.factories.people import PASSWORD, login, make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    cache.clear()
    return make_office()


def sign_in(client, name, password=PASSWORD, **extra):
    return client.post(
        reverse("account_login"), {"login": name, "password": password} | extra, follow=False
    )


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "https:evil.example",
        "/%09/evil.example",
        "evil",
        "http://testserver.evil.example/",
    ],
)
def test_nobody_is_led_out_of_the_house(office, there):
    make_person(office, username="somsri", password=PASSWORD)
    client = Client()
    answer = sign_in(client, "somsri", next=there)
    assert answer.status_code == 302
    assert is_inside(answer.url)
    answer = client.post(reverse("people:language_set"), {"language": "th", "next": there})
    assert answer.status_code == 302
    assert is_inside(answer.url)


def test_another_host_gets_nothing(office):
    assert Client().get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400


def test_the_session_is_new_after_signing_in(office):
    make_person(office, username="somsri", password=PASSWORD)
    client = Client()
    client.get(reverse("account_login"))
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, "somsri")
    assert client.cookies["sessionid"].value != "a" * 32


def test_guessing_is_slowed_for_the_account_and_not_for_the_office(office):
    for name in ("somsri", "somchai"):
        make_person(office, username=name, password=PASSWORD)
    for n in range(12):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{n}"), "SomSri" if n % 2 else "somsri", f"wrong-{n}")
    refused = sign_in(Client(), "somsri")
    assert refused.status_code != 302
    assert sign_in(Client(), "somchai").status_code == 302


def test_asking_for_a_password_tells_nothing_of_who_has_an_account(office):
    make_person(office, username="somsri", email="somsri@example.org")
    url = reverse("account_reset_password")
    known, unknown = (
        Client().post(url, {"email": name}) for name in ("somsri@example.org", "x@example.org")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_wrong_name_and_wrong_password_read_the_same(office):
    make_person(office, username="somsri", password=PASSWORD)
    answers = [sign_in(Client(), name, "wrong-1") for name in ("somsri", "nobody")]
    texts = [answer.context["form"].non_field_errors().as_text() for answer in answers]
    assert texts[0] == texts[1] != ""


def test_the_demo_password_opens_nothing_outside_the_demo(office, settings):
    settings.DEMO_MODE = False
    person = make_person(office, username="somsri", password=settings.DEMO_PASSWORD)
    assert sign_in(Client(), "somsri", settings.DEMO_PASSWORD).status_code != 302
    page = Client().get(reverse("account_login")).content.decode()
    assert settings.DEMO_PASSWORD not in page
    assert person.full_name not in page


def test_deactivation_ends_the_open_session(office):
    person, boss = make_person(office, given_name="ไป"), make_person(office, Role.ADMIN)
    client = Client()
    client.force_login(person, backend="people.sign_in.backend.SessionBackend")
    assert client.get("/people/me/").status_code != 500
    deactivate_person(person, by=boss)
    for method in (client.get, client.post):
        answer = method(reverse("people:profile"))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


def test_no_form_without_its_token(office):
    client = Client(enforce_csrf_checks=True)
    person = make_person(office)
    client.force_login(person, backend="people.sign_in.backend.SessionBackend")
    answer = client.post(reverse("people:language_set"), {"language": "en"})
    assert answer.status_code == 403
    person.refresh_from_db()
    assert person.language == "th"


def test_private_pages_are_not_kept_by_caches(office):
    client = Client()
    client.force_login(make_person(office), backend="people.sign_in.backend.SessionBackend")
    for name in ("workflow:home", "people:person_list", "people:profile"):
        answer = client.get(reverse(name))
        assert "public" not in answer.get("Cache-Control", "")
        assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_changes_its_password_where_guesses_are_counted(db, method):
    boss = User.objects.create_superuser("it", password=PASSWORD, given_name="IT")
    new = {"new_password1": "Zulu-77-kilo", "new_password2": "Zulu-77-kilo"}
    answer = getattr(login(Client(), boss), method)(
        "/it/password_change/", {"old_password": PASSWORD, **new}
    )
    assert answer.url == reverse("account_change_password")
    assert load_again(boss).check_password(PASSWORD)


def test_it_looks_and_changes_nothing():
    boss = User.objects.create_superuser("it", password="long-enough-2560", given_name="IT")
    request = RequestFactory().get("/it/")
    request.user = boss
    for model, window in admin.site._registry.items():
        allowed = (
            window.has_add_permission(request),
            window.has_change_permission(request),
            window.has_delete_permission(request),
        )
        assert allowed == (False, False, False), model
    assert "password" in admin.site._registry[User].exclude
