"""A page that stood open while its reader signed in again: the text comes back, never a 403."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from people.models import WorkGroup
from people.states import Role
from tests.attacks.forms_found import read_page
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
OURS = {"origin": SITE, "sec-fetch-site": "same-origin"}
CHANNELS = "notifications:channel_list"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def token_on(client, address):
    return TOKEN.search(client.get(address).content.decode())[1]


def sign_in(client, person):
    address = reverse("account_login")
    who = {"login": person.username, "password": PASSWORD}
    sent = client.post(address, who | {"csrfmiddlewaretoken": token_on(client, address)})
    assert sent.status_code == 302


@pytest.fixture
def person(office):
    return make_person(office, Role.ADMIN, Role.COORDINATOR, password=PASSWORD)


@pytest.fixture
def browser(person):
    """A browser whose person signed in again after ``browser.old`` was written into a page."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, person)
    client.old = token_on(client, reverse("people:profile"))
    client.cookies.pop("sessionid")
    sign_in(client, person)
    return client


def send(browser, view, *, headers=OURS, **fields):
    old = {"csrfmiddlewaretoken": browser.old}
    return browser.post(reverse(view), fields | old, headers=headers)


def offered(answer):
    """The form that the answer offers to send again."""
    forms, _links = read_page(answer.content.decode(), "/")
    return next((form for form in forms if form.action == answer.wsgi_request.path), None)


TEXTS = [
    ("people:group_create", {"name": "กลุ่มนโยบายและแผน", "code": "plan"}, "กลุ่มนโยบายและแผน"),
    ("workflow:rest_day_add", {"day": "5/12/2569", "name": "วันชาติ <b>"}, "วันชาติ &lt;b&gt;"),
    ("people:person_create", {"given_name": "สมหญิง", "family_name": "ใจดี"}, "สมหญิง"),
    ("people:profile", {"position": "line one\r\nline two"}, "line one<br>line two"),
]


@pytest.mark.parametrize(("name", "fields", "shown"), TEXTS, ids=[row[0] for row in TEXTS])
def test_the_text_comes_back_with_everything_else(browser, person, name, fields, shown):
    answer = send(browser, name, **fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert shown in page
    assert person.full_name in page
    assert reverse(name) in page
    assert answer.headers["X-Frame-Options"] == "DENY"
    again = dict(offered(answer).fields)
    assert again == fields


def test_one_click_sends_it_again(browser, office):
    answer = send(browser, "people:group_create", name="กลุ่มนิเทศ", code="sup", order="3")
    assert not WorkGroup.objects.filter(code="sup").exists()
    fresh = TOKEN.findall(answer.content.decode())[-1]
    fields = dict(offered(answer).fields) | {"csrfmiddlewaretoken": fresh}
    assert browser.post(reverse("people:group_create"), fields).status_code == 302
    assert WorkGroup.objects.get(office=office, code="sup").name == "กลุ่มนิเทศ"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": SITE},
        {"referer": "https://testserver.evil.example/"},
        {"origin": SITE, "referer": "https://evil.example/people/"},
    ],
)
def test_nothing_of_another_site_is_offered(browser, headers):
    answer = send(browser, "people:group_create", headers=headers, name="กลุ่มปลอม", code="x")
    assert answer.status_code == 403
    assert "กลุ่มปลอม" not in answer.content.decode()


def test_a_browser_that_names_no_origin_gets_its_text_back(browser):
    answer = send(browser, "people:group_create", headers={}, name="กลุ่มบุคคล", code="hr")
    assert (answer.status_code, "กลุ่มบุคคล" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("token", ["", "short", "x" * 65])
def test_a_form_without_a_token_of_ours_is_refused(browser, token):
    browser.old = token
    assert send(browser, "people:group_create", name="กลุ่ม", code="x").status_code == 403


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("account_change_password", {"oldpassword": "ความลับเก่า", "password1": "ความลับใหม่"}),
        ("account_login", {"login": "somchai", "password": "ความลับเก่า"}),
        ("mfa_activate_totp", {"code": "ความลับ 123456"}),
        (CHANNELS, {"key": "ความลับ token ของบริการอื่น", "label": "LINE"}),
    ],
)
def test_passwords_codes_and_keys_are_never_shown_again(browser, name, secret):
    answer = send(browser, name, **secret)
    assert answer.status_code == 403
    assert "ความลับ" not in answer.content.decode()


def test_a_file_has_to_be_chosen_again(browser):
    file = SimpleUploadedFile("e.png", b"\x89PNG", content_type="image/png")
    answer = send(browser, "workflow:letterhead", address="ถนนสุขุมวิท 10", emblem=file)
    page = answer.content.decode()
    assert (answer.status_code, "ถนนสุขุมวิท 10" in page) == (409, True)
    assert offered(answer) is None
    assert "เลือกไฟล์อีกครั้ง" in page


def test_more_than_a_person_types_is_not_sent_back(browser):
    answer = send(browser, "people:group_create", name="ก" * 300_001, code="x")
    assert answer.status_code == 403
    assert len(answer.content) < 20_000


def test_a_part_of_a_page_says_so_and_leaves_the_page_alone(browser):
    headers = OURS | {"hx-request": "true"}
    answer = send(browser, "people:group_create", headers=headers, name="กลุ่ม", code="x")
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


def test_who_is_signed_out_is_led_to_the_sign_in(browser):
    browser.cookies.pop("sessionid")
    answer = send(browser, "people:group_create", name="กลุ่มนิเทศ", code="sup", order="3")
    assert answer.status_code == 302
    assert "กลุ่มนิเทศ" not in answer.url


@pytest.mark.parametrize(
    ("name", "args", "status"),
    [
        ("people:person_create", [], 403),
        ("people:office_edit", [], 403),
        ("people:group_edit", [987654], 404),
        ("workflow:recommendation_answer", ["skn2", 2560, 987654], 404),
        ("indicators:request_finish", ["skn2", 2560, 987654], 404),
    ],
)
def test_what_a_refused_form_said_is_shown_again(client, office, name, args, status):
    """The role ended, or the thing was removed, while the page stood open."""
    client.force_login(make_person(office))
    sent = {
        "name": "ข้อความ <i>ยาว</i>\nสองบรรทัด",
        "seen": "ค" * 30,
        "csrfmiddlewaretoken": "a" * 64,
    }
    page = client.post(reverse(name, args=args), sent)
    assert page.status_code == status
    text = page.content.decode()
    assert "ข้อความ &lt;i&gt;ยาว&lt;/i&gt;<br>สองบรรทัด" in text
    assert "คคค" not in text
    elsewhere = client.post(
        reverse(name, args=args), sent, headers={"Origin": "https://else.example"}
    )
    assert (elsewhere.status_code, "สองบรรทัด" in elsewhere.content.decode()) == (status, False)
    assert "blockquote" not in client.get(reverse("people:group_edit", args=[9])).content.decode()


def test_a_stranger_s_address_is_answered_without_what_was_sent(client):
    page = client.post("/no/such/page/", {"name": "ข้อความที่พิมพ์ไว้", "csrfmiddlewaretoken": "a" * 64})
    assert "ข้อความที่พิมพ์ไว้" not in page.content.decode()
