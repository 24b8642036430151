"""Sessions: how long they last unused, where they are, and ending them elsewhere."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people import members
from people.sign_in.sessions import BEGUN, LONGEST, USED, device_words
from tests.factories.loading import load_again
from tests.factories.people import PASSWORD, login, make_person, make_session

LOGIN = "/accounts/login/"
LIST = "/profile/sessions/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME = f"{WINDOWS}Chrome/131.0.0.0 Safari/537.36"
EDGE = f"{CHROME} Edg/131.0.0.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


@pytest.fixture
def kanda(office):
    return make_person(office, username="kanda", email="kanda@example.org", password=PASSWORD)


def signed_in(who="kanda", agent=CHROME, password=PASSWORD):
    client = Client(headers={"user-agent": agent})
    client.post(LOGIN, {"login": who, "password": password})
    assert "_auth_user_id" in client.session
    return client


def leave_alone(client, seconds, *, since=USED):
    session = client.session
    session[since] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome บน Windows"),
        (EDGE, "Edge บน Windows"),
        (IPHONE, "Safari บน iPhone"),
        (f"{IPHONE} Line/14.19.0", "LINE บน iPhone"),
        (IPHONE.replace("Version/18.1", "CriOS/131.0"), "Chrome บน iPhone"),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
            "Firefox บน Android",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Samsung Internet บน Android",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/131.0 Safari/537.36",
            "Chrome บน Chromebook",
        ),
        ("", "เบราว์เซอร์ที่ไม่รู้จัก บน อุปกรณ์ที่ไม่รู้จัก"),
        ("<script>", "เบราว์เซอร์ที่ไม่รู้จัก บน อุปกรณ์ที่ไม่รู้จัก"),
    ],
)
def test_a_device_is_named_in_plain_words(agent, words):
    assert device_words(agent) == words


def test_the_list_shows_every_device_the_present_one_first(kanda):
    desk, phone = signed_in(agent=EDGE), signed_in(agent=IPHONE)
    make_session(make_person(kanda.office), agent=CHROME)
    page = desk.get(LIST)
    rows = page.context["sessions"]
    assert [row.device for row in rows] == ["Edge บน Windows", "Safari บน iPhone"]
    assert [row.is_current for row in rows] == [True, False]
    assert reverse("people:session_list") in phone.get("/profile/").content.decode()
    assert "อุปกรณ์นี้" in page.content.decode()


def test_signing_out_elsewhere_ends_that_session_and_no_other(kanda):
    desk, phone, third = signed_in(), signed_in(agent=IPHONE), signed_in(agent=EDGE)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert desk.post(reverse("people:session_end", args=[row.pk])).url == LIST
    assert phone.get("/profile/").url == f"{LOGIN}?next=/profile/"
    for client in (desk, third):
        assert client.get("/profile/").status_code == 200


def test_signing_out_everywhere_but_here(kanda):
    desk, others = signed_in(), [signed_in(agent=IPHONE), signed_in(agent=EDGE)]
    stranger = make_session(make_person(kanda.office))
    desk.post(reverse("people:session_end_others"))
    for client in others:
        assert client.get("/profile/").status_code == 302
    assert [row.is_current for row in desk.get(LIST).context["sessions"]] == [True]
    assert UserSession.objects.filter(pk=stranger.pk).exists()


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_nobody_ends_the_session_of_another(kanda, whose):
    other = make_session(make_person(kanda.office))
    pk = other.pk if whose == "somebody else's" else other.pk + 1000
    assert signed_in().post(reverse("people:session_end", args=[pk])).status_code == 404
    assert UserSession.objects.filter(pk=other.pk).exists()


def test_the_list_costs_the_same_with_many_devices(kanda):
    client = signed_in()
    costs = []
    for amount in (1, 29):
        for _number in range(amount):
            make_session(kanda, agent=CHROME)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_changed_password_ends_the_other_sessions(kanda):
    desk, phone = signed_in(), signed_in(agent=IPHONE)
    new = {"oldpassword": PASSWORD, "password1": "new-horse-2561", "password2": "new-horse-2561"}
    desk.post(reverse("account_change_password"), new)
    assert desk.get("/profile/").status_code == 200
    assert phone.get("/profile/").status_code == 302
    assert [row.is_current for row in desk.get(LIST).context["sessions"]] == [True]


@pytest.mark.parametrize("verb", [members.new_password, members.deactivate_person])
def test_what_an_administrator_ends_is_listed_no_more(kanda, admin, verb):
    phone = signed_in(agent=IPHONE)
    verb(kanda, by=admin)
    assert phone.get("/profile/").status_code == 302
    assert not UserSession.objects.filter(user=kanda).exists()


def test_who_leaves_the_machine_alone_is_signed_out_and_reads_why(kanda, settings):
    settings.IDLE_MINUTES = 30
    desk = signed_in()
    leave_alone(desk, 31 * 60)
    answer = desk.get("/people/?q=x")
    assert answer.url == f"{LOGIN}?next=/people/%3Fq%3Dx"
    page = desk.get(answer.url).content.decode()
    assert "เนื่องจากไม่มีการใช้งานเป็นเวลา 30 นาที" in page
    assert "ข้อความที่พิมพ์ไว้ยังอยู่ในเครื่องนี้" in page
    back = desk.post(LOGIN, {"login": "kanda", "password": PASSWORD, "next": "/people/"})
    assert back.url == "/people/"


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(kanda):
    desk = signed_in()
    leave_alone(desk, 61 * 60)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}
    answer = desk.get("/people/", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, f"{LOGIN}?next=/people/")


@pytest.mark.parametrize("minutes", [1, 30, 59])
def test_who_works_stays(kanda, minutes):
    desk = signed_in()
    leave_alone(desk, minutes * 60)
    assert desk.get("/profile/").status_code == 200
    assert time.time() - desk.session[USED] < (120 if minutes > 1 else 70)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(kanda):
    desk = signed_in()
    leave_alone(desk, 40 * 60)
    used = desk.session[USED]
    assert desk.get(reverse("notifications:notification_badge")).status_code == 200
    assert desk.session[USED] == used


@pytest.mark.parametrize(("unused", "since"), [(61 * 60, USED), (LONGEST + 60, BEGUN)])
def test_nor_does_it_tell_anything_once_the_session_is_over(kanda, unused, since):
    desk = signed_in()
    leave_alone(desk, unused, since=since)
    badge = desk.get(reverse("notifications:notification_badge"))
    assert (badge.status_code, badge.content) == (204, b"")
    assert "เนื่องจากไม่มีการใช้งาน" in desk.get("/profile/", follow=True).content.decode()


def test_a_day_is_the_longest(kanda):
    desk = signed_in()
    leave_alone(desk, LONGEST + 60, since=BEGUN)
    assert desk.get("/profile/").status_code == 302


def test_a_session_from_before_is_taken_over(kanda):
    client = login(Client(headers={"user-agent": CHROME}), kanda)
    session = client.session
    for name in (BEGUN, USED):
        del session[name]
    session.save()
    assert client.get("/profile/").status_code == 200
    assert [row.is_current for row in client.get(LIST).context["sessions"]] == [True]


def test_use_is_noted_seldom(kanda):
    desk = signed_in()
    desk.get("/profile/")
    with CaptureQueriesContext(connection) as queries:
        desk.get("/profile/")
    assert [row["sql"] for row in queries if not row["sql"].startswith("SELECT")] == []


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize("written", ["{}", "{} ", " {0}"])
def test_the_code_that_switched_it_on_is_used_up(kanda, written):
    desk = signed_in()
    desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    desk.get(reverse("mfa_activate_totp"))
    code = code_for(desk.session["mfa.totp.secret"])
    assert desk.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    thief = Client()
    thief.post(LOGIN, {"login": "kanda", "password": PASSWORD})
    thief.post(reverse("mfa_authenticate"), {"code": written.format(code)})
    assert "_auth_user_id" not in thief.session


def test_a_code_signs_in_once(kanda):
    desk = signed_in()
    desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    desk.get(reverse("mfa_activate_totp"))
    secret = desk.session["mfa.totp.secret"]
    desk.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    cache.clear()  # as if half a minute had passed
    codes = [Client(), Client()]
    for client in codes:
        client.post(LOGIN, {"login": "kanda", "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert ["_auth_user_id" in client.session for client in codes] == [True, False]
    assert Authenticator.objects.filter(user=kanda, type="totp").count() == 1


@pytest.mark.parametrize("between", [members.new_password, members.deactivate_person])
def test_a_code_signs_in_only_who_still_has_the_password_of_the_first_step(kanda, admin, between):
    TOTP.activate(kanda, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.post(LOGIN, {"login": "kanda", "password": PASSWORD})
    between(load_again(kanda), by=admin)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for("JBSWY3DPEHPK3PXP")})
    assert answer.url == LOGIN
    assert "เข้าสู่ระบบอีกครั้ง" in client.get(LOGIN).content.decode()
    if not load_again(kanda).is_active:  # nor does it come alive with the person
        members.reactivate_person(load_again(kanda), by=admin)
    assert client.get("/profile/").status_code == 302
    assert not UserSession.objects.filter(user=kanda).exists()
