"""Odd requests on the product's own addresses, languages, log lines and limits of checks."""

import json
import logging
import sys

import pytest
from django.conf import settings as project
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import MoveRefused, NotAllowed, Refused, RuleBroken, StaleEdit
from core.views import page_before, page_of
from esa_standards import checks, logs
from esa_standards.form_pages import page_of_form
from esa_standards.logs import JsonFormatter, ReferenceFilter, without_rows
from esa_standards.middleware import unclean, unclean_values
from people.states import Role
from tests.factories.people import login, make_person

FORM = "application/x-www-form-urlencoded"
SITE = "http://testserver"


@pytest.fixture
def browser(db):
    """Nothing may fail: an exception of a view fails the test."""
    return Client()


@pytest.fixture
def of_admin(client, admin):
    return login(client, admin)


# -- bytes of every kind ------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    ["q=%ff", "q=%c3%28", "q=%ed%a0%80", "%ff=1", "q=%00", "q=%E0%B8", "&&&=&q", "q=" + "x" * 3000],
)
@pytest.mark.parametrize("name", ["people:person_list", "people:undelivered_list"])
def test_no_bytes_in_a_search_break_a_list(of_admin, name, query):
    response = of_admin.get(f"{reverse(name)}?{query}")
    assert response.status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize(
    "body", ["given_name=%ff%fe", "given_name=%ed%a0%80", "given_name=%E0%B8", "=&=", "given_name"]
)
@pytest.mark.parametrize("name", ["people:profile", "people:group_create", "people:office_edit"])
def test_no_bytes_in_a_form_break_a_page(of_admin, name, body):
    response = of_admin.post(reverse(name), body, content_type=FORM)
    assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "tis-620", "no-such-charset", "rot13", "zip"]
)
@pytest.mark.parametrize("name", ["people:profile", "people:group_create"])
def test_no_character_set_breaks_a_form(of_admin, name, charset):
    response = of_admin.generic(
        "POST", reverse(name), b"name=%A1&code=a", f"{FORM}; charset={charset}"
    )
    assert response.status_code == (200 if charset == "no-such-charset" else 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "", "multipart/form-data"]
)
def test_a_body_that_is_no_form_is_no_server_error(of_admin, content_type):
    response = of_admin.post(reverse("people:profile"), b"\x00\xff{", content_type=content_type)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "%E0%B9%91", "1.0"])
def test_a_page_that_is_none_shows_the_first_or_last(of_admin, page):
    assert of_admin.get(f"{reverse('people:person_list')}?page={page}").status_code == 200


def test_a_page_behind_the_last_is_the_last():
    request = RequestFactory().get("/?page=99")
    assert list(page_of(request, list(range(7)), size=3)) == [6]
    assert list(page_of(RequestFactory().get("/"), list(range(7)), size=3)) == [0, 1, 2]


@given(st.text(max_size=30))
def test_unclean_is_what_a_database_cannot_hold(text):
    storable = "\x00" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text)
    assert unclean(text) is not storable
    assert unclean_values({"a": text}) is unclean_values({text: "a"}) is not storable


# -- methods ------------------------------------------------------------------
@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace", "options"])
@pytest.mark.parametrize(
    "name",
    [
        "people:person_list",
        "people:group_list",
        "notifications:notification_list",
        "people:profile",
    ],
)
def test_no_other_method_is_a_server_error_or_writes(of_admin, method, name):
    assert getattr(of_admin, method)(reverse(name)).status_code in (200, 400, 403, 405)


@pytest.mark.parametrize("role", [None, *(role for role in Role if role not in ("admin", "obec"))])
@pytest.mark.parametrize(
    "name",
    ["person_create", "group_create", "office_edit", "undelivered_list", "health"],
)
def test_pages_of_administration_are_closed_to_every_other_role(client, office, role, name):
    login(client, make_person(office, *filter(None, [role])))
    assert client.get(reverse(f"people:{name}")).status_code == 403


@pytest.mark.parametrize(
    "name", ["person_list", "group_list", "person_create", "office_edit", "undelivered_list"]
)
def test_who_belongs_to_no_office_has_no_pages_of_people(client, db, name):
    login(client, make_person(None, is_superuser=True, is_staff=True))
    assert client.get(reverse(f"people:{name}")).status_code == 404


# -- languages ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("cookie", "language"),
    [
        (None, "th"),
        ("en", "en"),
        ("th", "th"),
        ("EN", "th"),
        ("en-gb", "th"),
        ("de", "th"),
        ("../en", "th"),
        ("", "th"),
    ],
)
def test_only_a_language_that_is_offered_is_spoken(browser, cookie, language):
    if cookie is not None:
        browser.cookies[project.LANGUAGE_COOKIE_NAME] = cookie
    response = browser.get(reverse("account_login"), headers={"accept-language": "en,de"})
    assert response.headers["Content-Language"] == language
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("to", ["//evil.example.org/", "https://evil.example.org/", "javascript:x"])
def test_the_switch_of_languages_leads_to_no_strange_page(of_admin, to):
    response = of_admin.post(reverse("people:language_set"), {"language": "en", "next": to})
    assert response.status_code == 302
    assert "evil" not in response.url
    assert not response.url.startswith("javascript")


# -- ways back ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("referer", "ours"),
    [
        (f"{SITE}/people/", True),
        ("/people/", True),
        ("http://testserver.example.org/", False),
        ("http://testserver@evil.example.org/", False),
        ("//evil.example.org/", False),
        ("///evil.example.org", False),
        ("javascript:alert(1)", False),
        ("http:\\\\evil.example.org", False),
        ("", False),
    ],
)
def test_a_way_back_stays_in_the_house(referer, ours):
    request = RequestFactory().get("/", headers={"referer": referer})
    assert (page_before(request) == referer) is ours


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        (f"{SITE}/people/?q=%E0%B8%81&page=2", "/people/?q=%E0%B8%81&page=2"),
        (f"{SITE}/people/#top", "/people/"),
        (f"{SITE}////evil.example.org/", "/evil.example.org/"),
        (SITE, "/"),
    ],
)
def test_the_page_that_asked_is_kept_with_its_query(page, asked):
    request = RequestFactory().get("/x/", headers={"hx-current-url": page})
    assert page_of_form(request) == asked


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refused("x"), 409),
        (MoveRefused("x"), 409),
        (StaleEdit("x", {"name": "ก"}), 409),
        (RuleBroken("x", field="name"), 400),
        (NotAllowed("x"), 403),
    ],
)
def test_each_refusal_is_a_sentence_with_a_status(refusal, status):
    assert (str(refusal), refusal.message, refusal.status) == ("x", "x", status)
    assert isinstance(refusal, Refused)


def test_what_stands_there_now_is_a_copy():
    theirs = {"name": "ก"}
    stale = StaleEdit("x", theirs)
    theirs.clear()
    assert (stale.theirs, StaleEdit("x").theirs) == ({"name": "ก"}, {})


# -- log lines ----------------------------------------------------------------
def record(message="said", **fields):
    made = logging.makeLogRecord({"msg": message, "name": "x", "levelname": "INFO", **fields})
    ReferenceFilter().filter(made)
    return made


@given(st.text(max_size=60))
def test_a_log_line_is_one_line_of_json_whatever_is_said(text):
    line = JsonFormatter().format(record("%s", args=(text,), esa_step=text))
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == said["esa_step"] == text
    assert said["at"].endswith("+00:00")


def test_only_our_extra_fields_stand_in_the_line():
    said = json.loads(JsonFormatter().format(record(esa_bytes=7, password="x", esa_who=object())))
    assert set(said) == {"at", "level", "logger", "reference", "message", "esa_bytes", "esa_who"}
    assert said["esa_bytes"] == 7


def test_a_line_of_json_holds_no_row_either():
    try:
        raise ValueError("DETAIL:  Key (email)=(kanda@example.org) already exists.")
    except ValueError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))
    assert "ValueError" in json.loads(line)["exception"]
    assert "kanda" not in line


@pytest.mark.parametrize(
    "quoted",
    [
        "Key (email)=(secret) already exists.",
        "Key (a, b)=(secret, (secret)) is not present in table",
        "Failing row contains (1, secret, null).",
        "PARAMETERS: ('secret', 2)",
        "parameter: secret",
    ],
)
def test_what_a_database_quotes_stays_out_on_every_line(quoted):
    text = without_rows(f"first\n{quoted}\nlast\n{quoted}")
    assert "secret" not in text
    assert text.startswith("first\n")
    assert "\nlast\n" in text


def test_the_reference_is_the_requests_or_the_threads_or_none():
    request = RequestFactory().get("/")
    assert record().reference == "-"
    token = logs.reference.set("THREAD")
    try:
        assert record().reference == "THREAD"
        assert record(request=request).reference == "THREAD"
        request.reference = "REQUEST"
        assert record(request=request).reference == "REQUEST"
    finally:
        logs.reference.reset(token)


# -- limits of checks ---------------------------------------------------------
@pytest.mark.parametrize(
    ("upload", "quota", "floor", "fine"),
    [(1, 1, 0, True), (1, 2, 0, True), (2, 1, 0, False), (0, 1, 0, False), (1, 1, -1, False)],
)
def test_limits_of_uploads_at_their_edges(settings, upload, quota, floor, fine):
    settings.UPLOAD_MAX_BYTES, settings.OFFICE_QUOTA_BYTES = upload, quota
    settings.FREE_SPACE_FLOOR_BYTES = floor
    assert (checks.sizes_make_sense(None) == []) is fine


@pytest.mark.parametrize(
    ("hosts", "public"),
    [
        ([], []),
        (["localhost", "127.0.0.1", "[::1]", "testserver"], []),
        (["b.go.th", "localhost", "a.go.th", "a.go.th"], ["a.go.th", "b.go.th"]),
        (["192.168.1.4"], ["192.168.1.4"]),
        ([".go.th"], [".go.th"]),
    ],
)
def test_public_is_every_name_but_this_machines(settings, hosts, public):
    settings.ALLOWED_HOSTS = hosts
    assert checks.public_hosts() == public


@pytest.mark.parametrize(
    "broker", ["redis://h", "rediss://h", "memory://", "filesystem://", "amqp://h", ""]
)
def test_brokers_that_were_tried_are_known(settings, broker):
    settings.CELERY_BROKER_URL = broker
    known = broker.partition(":")[0] in ("redis", "rediss", "memory", "filesystem")
    assert (checks.broker_is_known(None) == []) is known
