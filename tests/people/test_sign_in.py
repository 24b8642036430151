"""Signing in, out and back in: by name or e-mail, never when deactivated, slowed per account."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as real_settings
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from notifications import delivery
from notifications.models import Delivery, Notification
from people import account_urls, members
from people.models import User
from people.sign_in.password_links import answer_requests
from tests.factories.loading import load_again
from tests.factories.people import PASSWORD, login, make_office, make_person

HOME = "/"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_counts(db):
    """Failed sign-ins are counted in the cache, which lies in the database."""
    cache.clear()


@pytest.fixture
def kanda(office):
    return make_person(
        office, username="kanda", email="kanda@example.org", password=PASSWORD, given_name="กานดา"
    )


def sign_in(client, who, password=PASSWORD):
    return client.post(LOGIN, {"login": who, "password": password})


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("who", ["kanda", "KANDA", "kanda@example.org", "Kanda@Example.org"])
def test_sign_in_by_name_or_e_mail(client, kanda, who):
    response = sign_in(client, who)
    assert (response.status_code, response.url) == (302, HOME)
    assert client.session["_auth_user_id"] == str(kanda.pk)


def test_people_added_by_the_administrator_sign_in_by_e_mail(client, office, admin):
    members.add_person(
        office,
        username="somchai",
        given_name="สมชาย",
        email="Somchai@Example.org",
        password=PASSWORD,
        by=admin,
    )
    assert sign_in(client, "somchai@example.org").status_code == 302


def test_the_language_of_the_person_follows_to_a_new_machine(client, kanda):
    User.objects.filter(pk=kanda.pk).update(language="en")
    assert sign_in(client, "kanda").cookies[real_settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_wrong_password_says_so_in_thai_and_keeps_the_name(client, kanda):
    page = sign_in(client, "kanda", "wrong").content.decode()
    assert "ไม่ถูกต้อง" in page
    assert 'value="kanda"' in page
    assert not signed_in(client)


def test_deactivated_people_do_not_sign_in(client, kanda):
    User.objects.filter(pk=kanda.pk).update(is_active=False)
    response = sign_in(client, "kanda")
    assert response.url == reverse("account_inactive")
    assert not signed_in(client)


def test_deactivated_people_lose_their_session_with_the_next_request(client, kanda, admin):
    sign_in(client, "kanda")
    assert client.get("/profile/").status_code == 200
    members.deactivate_person(kanda, by=admin)
    assert client.get("/profile/").url == f"{LOGIN}?next=/profile/"
    members.reactivate_person(kanda, by=admin)
    assert client.get("/profile/").status_code == 302


def test_guessing_is_slowed_per_account_and_for_nobody_else(client, kanda, office):
    other = make_person(office, username="other", password=PASSWORD)
    for _guess in range(10):
        sign_in(client, "kanda", "wrong")
    assert "หลายครั้งเกินไป" in sign_in(client, "kanda").content.decode()
    assert not signed_in(client)
    assert sign_in(client, other.username).status_code == 302


def test_sixty_people_behind_one_address_sign_in(client, kanda):
    for _person in range(60):
        assert sign_in(client, "kanda").status_code == 302
        client.logout()


def test_signing_up_does_not_exist(client, db):
    assert client.get("/accounts/signup/").url.startswith(LOGIN)
    for method in (client.get, client.post):
        assert method("/accounts/signup/").status_code == 302
    login(client, make_person(make_office()))
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/email/").status_code == 404


def test_demo_accounts_are_shown_in_demo_mode_only(client, kanda, settings):
    settings.DEMO_MODE = False
    assert settings.DEMO_PASSWORD not in client.get(LOGIN).content.decode()
    settings.DEMO_MODE = True
    page = client.get(LOGIN).content.decode()
    assert settings.DEMO_PASSWORD in page
    assert 'data-demo-username="kanda"' in page


def test_the_demo_password_opens_nothing_outside_the_demo(client, office, settings):
    make_person(office, username="director", password=settings.DEMO_PASSWORD)
    settings.DEMO_MODE = False
    sign_in(client, "director", settings.DEMO_PASSWORD)
    assert not signed_in(client)
    settings.DEMO_MODE = True
    assert sign_in(client, "director", settings.DEMO_PASSWORD).status_code == 302


def test_the_demo_password_cannot_be_chosen(client, kanda, settings):
    login(client, kanda)
    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": settings.DEMO_PASSWORD,
            "password2": settings.DEMO_PASSWORD,
        },
    )
    assert load_again(kanda).check_password(PASSWORD)


def ask_for_link(client, address):
    response = client.post("/accounts/password/reset/", {"email": address})
    assert (response.status_code, response.url) == (302, reverse("account_reset_password_done"))
    assert not Notification.objects.exists()  # the page looks nothing up
    answer_requests()


def test_a_forgotten_password_goes_through_the_outbox(client, kanda):
    ask_for_link(client, "kanda@example.org")
    assert mail.outbox == []
    assert Notification.objects.get(recipient=kanda)
    delivery.deliver_due()
    (sent,) = mail.outbox
    link = re.search(r"http\S+/accounts/password/reset/key/\S+", sent.body)[0]
    path = link.removeprefix(real_settings.SITE_URL)
    form = client.get(path, follow=True)
    chosen = {"password1": "new-horse-2561", "password2": "new-horse-2561"}
    response = client.post(form.request["PATH_INFO"], chosen)
    assert response.status_code == 302
    assert load_again(kanda).check_password("new-horse-2561")
    assert "ใช้ไม่ได้แล้ว" in client.get(path, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, kanda):
    ask_for_link(client, "nobody@example.org")
    assert not Notification.objects.exists()
    assert mail.outbox == []


@time_machine.travel(datetime(2017, 1, 15, 3, 0, 10, tzinfo=UTC))
def test_pressing_twice_mails_one_link(client, kanda):
    for _press in range(2):
        client.post("/accounts/password/reset/", {"email": "kanda@example.org"})
        answer_requests()
    assert Delivery.objects.count() == 1


def test_weak_passwords_are_refused_in_thai(client, kanda):
    login(client, kanda)
    page = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "1234567", "password2": "1234567"},
    ).content.decode()
    assert "อย่างน้อย 8 ตัวอักษร" in page
    assert "ตัวเลขล้วน" in page


def confirm(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_two_step_sign_in_from_the_profile_to_the_recovery_code(client, kanda):
    sign_in(client, "kanda")
    assert reverse("mfa_index") in client.get("/profile/").content.decode()
    assert client.get(reverse("mfa_activate_totp")).status_code == 302
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=kanda, type="totp").exists()
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).status_code == 200
    codes = RecoveryCodes(Authenticator.objects.get(user=kanda, type="recovery_codes"))
    first = codes.get_unused_codes()[0]
    assert first in client.get(reverse("mfa_download_recovery_codes")).content.decode()
    client.post("/accounts/logout/")
    assert sign_in(client, "kanda").url == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": first})
    assert signed_in(client)
    confirm(client)
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=kanda, type="totp").exists()


AS_COPIED = [
    lambda code: f"\u200b{code[:3]}\xa0{code[3:]}\u200e",
    lambda code: code.translate({48 + n: 0xE50 + n for n in range(10)}),
    lambda code: code.translate({48 + n: 0xFF10 + n for n in range(10)}),
    lambda code: f"{code[:3]}\u2011{code[3:]}\u3000",
]


@pytest.mark.parametrize("copied", AS_COPIED, ids=["unseen", "thai", "wide", "dash"])
def test_a_code_is_read_as_it_is_meant(client, kanda, copied):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(kanda, secret)
    sign_in(client, "kanda")
    client.post(reverse("mfa_authenticate"), {"code": copied(code_for(secret))})
    assert signed_in(client)
    cache.clear()
    answer = client.post(reverse("mfa_reauthenticate"), {"code": copied(code_for(secret))})
    assert answer.status_code == 302


@pytest.mark.parametrize("copied", AS_COPIED, ids=["unseen", "thai", "wide", "dash"])
def test_a_code_that_switches_it_on_too(client, kanda, copied):
    sign_in(client, "kanda")
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    code = copied(code_for(client.session["mfa.totp.secret"]))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=kanda, type="totp").exists()


def test_a_second_factor_survives_an_unproved_address(client, kanda):
    """Asking for a password link makes allauth write the address down as unproved."""
    ask_for_link(client, "kanda@example.org")
    delivery.deliver_due()
    login(client, kanda)
    confirm(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_it_uses_the_product_s_second_step(client, office):
    """Django admin has no sign-in of its own."""
    it = make_person(office, is_staff=True, is_superuser=True, password=PASSWORD)
    TOTP.activate(it, "JBSWY3DPEHPK3PXP")
    assert client.get("/it/").status_code == 302
    assert sign_in(client, it.username).url == reverse("mfa_authenticate")
    assert client.get("/it/").status_code == 302


OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "openid_connect_callback",  # where no provider is set, both are 404
    "openid_connect_login",
}


def account_addresses(patterns=account_urls.urlpatterns, prefix="/accounts/"):
    """Every address under accounts/ by name, the first one where two share it."""
    found = {}
    for pattern in patterns:
        here = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            inner = account_addresses(pattern.url_patterns, here)
        else:
            inner = {pattern.name or here: re.sub(r"<[^>]+>|\(.*\)", "1-1", here)}
        found = inner | found
    return found


@pytest.mark.parametrize("name", sorted(account_addresses()))
def test_strangers_open_the_sign_in_pages_and_nothing_else(client, db, name):
    response = client.get(account_addresses()[name])
    asked = response.status_code == 302 and response.url.startswith(f"{LOGIN}?next=")
    assert asked is (name not in OPEN_TO_ALL)


@pytest.mark.parametrize(
    "page",
    ["http://[", "//[", "http://[::1", "http://a]b", "//\u2100", "http://\uff0f.x/", " //a@[x"],
)
@pytest.mark.parametrize("where", ["account_login", "account_logout", "account_reset_password"])
def test_a_way_back_that_is_no_address_is_not_taken(client, kanda, where, page):
    address = reverse(where)
    assert client.get(address, {"next": page}).status_code in (200, 302)
    data = {"next": page, "login": "kanda", "password": PASSWORD, "email": kanda.email}
    answer = client.post(address, data)
    assert answer.status_code == 302
    assert answer.url.startswith("/")
    assert "[" not in answer.url
