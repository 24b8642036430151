import gzip
import logging
import re
from urllib.parse import parse_qs

import pytest
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import reverse

from esa_standards import logs
from esa_standards.middleware import (
    PageGZipMiddleware,
    ReferenceMiddleware,
    RefusalMiddleware,
    SignInMiddleware,
    unclean,
)

pytestmark = [pytest.mark.urls("tests.esa_standards.requests.trouble_urls"), pytest.mark.django_db]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


def test_every_response_has_its_own_reference(browser):
    seen = {browser.get("/language/").headers["X-Reference"] for _ in range(20)}
    assert len(seen) == 20
    assert all(re.fullmatch(rf"[{logs.ALPHABET}]{{8}}", reference) for reference in seen)


def test_server_error_shows_the_reference_and_nothing_else(browser, caplog):
    response = browser.get("/broken/")
    page, reference = response.content.decode(), response.headers["X-Reference"]
    assert response.status_code == 500
    assert "ระบบขัดข้อง" in page
    assert reference in page
    assert "สมหญิง" not in page
    assert "ValueError" not in page
    record = next(record for record in caplog.records if record.exc_info)
    logs.ReferenceFilter().filter(record)
    assert record.reference == reference


def test_server_error_page_needs_no_static_files(browser, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    response = browser.get("/broken/")
    assert response.status_code == 500
    assert "ระบบขัดข้อง" in response.content.decode()


class Locked(Exception):
    """What the driver of PostgreSQL raises."""

    def __init__(self, sqlstate):
        super().__init__("canceling statement")
        self.sqlstate = sqlstate


def gave_up(code):
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = Locked(code)
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (gave_up("55P03"), 503),
        (gave_up("40P01"), 503),
        (gave_up("57014"), 503),
        (OperationalError("database is locked"), 503),
        (OperationalError("disk I/O error"), None),
        (gave_up("08006"), None),  # the connection is gone: that is an error
        (ValueError("database is locked"), None),
    ],
)
def test_a_database_that_gave_up_waiting_is_a_page_of_its_own(error, status):
    request = RequestFactory().post("/")
    request.reference = "ABCDEFGH"
    response = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error)
    assert getattr(response, "status_code", None) == status
    if response is not None:
        assert "โปรดรอสักครู่" in response.content.decode()
        assert "ABCDEFGH" in response.content.decode()
        assert response["Retry-After"] == "5"


def test_lines_logged_during_a_request_carry_its_reference():
    seen = []

    def view(request):
        record = logging.makeLogRecord({})
        logs.ReferenceFilter().filter(record)
        seen.append((record.reference, request.reference))
        return HttpResponse()

    ReferenceMiddleware(view)(RequestFactory().get("/"))
    assert seen[0][0] == seen[0][1]
    assert logs.reference.get() == "-"


@pytest.mark.parametrize(
    ("cookie", "browser_says", "expected"),
    [("", "", "th"), ("", "en-US,en", "th"), ("en", "th", "en"), ("de", "de", "th")],
)
def test_language_is_thai_until_switched(browser, settings, cookie, browser_says, expected):
    if cookie:
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    response = browser.get("/language/", headers={"accept-language": browser_says})
    assert response.content.decode() == expected
    assert response.headers["Content-Language"] == expected
    assert "Cookie" in response.headers["Vary"]
    assert "Accept-Language" not in response.headers["Vary"]


@pytest.mark.parametrize("text", ["\x00", "ก\x00ข", "\ud800", "ดี\udfff"])
def test_unclean_text(text):
    assert unclean(text)


@pytest.mark.parametrize("text", ["", "ที่ ๑/๒๕๖๐", "😀", "\ufffd", "a\tb\r\n"])
def test_clean_text(text):
    assert not unclean(text)


@pytest.mark.parametrize("address", ["/language/%00", "/language/?q=a%00b", "/language/?a%00=1"])
def test_unclean_address_is_refused_in_thai(browser, address):
    response = browser.get(address)
    assert response.status_code == 400
    assert "ไม่สามารถอ่านคำขอนี้ได้" in response.content.decode()


def test_unclean_cookie_is_refused(browser):
    response = browser.get("/language/", headers={"cookie": r'sessionid="abc\000def"'})
    assert response.status_code == 400


@pytest.mark.parametrize("body", ["name=a%00b", "a%00b=1", "x=1&x=%00"])
def test_unclean_form_is_refused(browser, body):
    response = browser.post("/form-only/", body, content_type=FORM)
    assert response.status_code == 400
    assert "ไม่สามารถอ่านคำขอนี้ได้" in response.content.decode()


def test_form_that_is_too_large_is_refused(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = browser.post("/form-only/", "a=" + "x" * 200, content_type=FORM)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/move/", 409, "มีผู้อนุมัติแล้ว &lt;b&gt;"),
        ("/stale/", 409, "ข้อความใหม่"),
        ("/rule/", 400, "ผิดระเบียบ"),
        ("/not-allowed/", 403, "ไม่มีสิทธิ"),
    ],
)
def test_refusal_becomes_a_page_or_a_fragment(browser, address, status, text):
    page = browser.post(address)
    assert page.status_code == status
    assert text in page.content.decode()
    assert "<html" in page.content.decode()
    fragment = browser.post(address, headers={"hx-request": "true"})
    assert fragment.status_code == status
    assert text in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert fragment.headers["HX-Retarget"] == "#messages"


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://testserver/o/skn2/2560/", "/o/skn2/2560/"),
        # what was refused had come from an answer at an address that takes forms only
        ("http://testserver/o/skn2/2560/items/1.1.1/save/", "/o/skn2/2560/items/1.1.1/"),
        ("https://evil.example/", None),
        ("", None),
    ],
)
def test_refusal_leads_back_to_a_page_of_ours(browser, referer, expected):
    page = browser.post("/move/", headers={"referer": referer}).content.decode()
    assert f'href="{expected or reverse("workflow:home")}"' in page
    assert "evil" not in page


def test_denied_and_unknown_addresses_get_thai_pages(browser):
    denied, unknown = browser.get("/denied/"), browser.get("/no-such-page/")
    assert denied.status_code == 403
    assert "ท่านไม่มีสิทธิดำเนินการนี้" in denied.content.decode()
    assert unknown.status_code == 404
    assert "ไม่พบหน้าที่ต้องการ" in unknown.content.decode()


def test_opening_an_address_that_only_takes_forms_explains_itself(browser):
    response = browser.get("/form-only/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "ยังไม่มีการส่งข้อมูล" in response.content.decode()


def test_form_without_token_gets_a_thai_page():
    response = Client(enforce_csrf_checks=True).post("/form-only/")
    assert response.status_code == 403
    assert "หน้านี้เปิดค้างไว้นานเกินไป" in response.content.decode()


# -- htmx after the session has ended -------------------------------------------------
PAGE = "http://testserver/o/skn2/2560/assignments/?q=%E0%B8%9C%E0%B8%AD"


def part_asked(browser, page, **more):
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    return browser.post("/o/skn2/2560/assignments/assign/", headers=headers, **more)


def test_a_part_asked_by_a_signed_out_person_leads_the_whole_page_to_the_sign_in(browser):
    response = part_asked(browser, PAGE)
    assert response.status_code == 401
    assert response.content == b""
    sign_in, _, query = response.headers["HX-Redirect"].partition("?")
    assert sign_in == reverse("account_login")
    assert parse_qs(query) == {"next": ["/o/skn2/2560/assignments/?q=%E0%B8%9C%E0%B8%AD"]}


@pytest.mark.parametrize(
    "page",
    ["", "https://evil.example/o/skn2/", "javascript:alert(1)", "http://[", "//evil.example/x"],
)
def test_the_sign_in_leads_to_no_strange_page(browser, page):
    query = part_asked(browser, page).headers["HX-Redirect"].partition("?")[2]
    assert parse_qs(query) == {"next": ["/"]}


def test_a_page_of_ours_that_looks_like_another_machine_stays_here(browser):
    query = part_asked(browser, "http://testserver//evil.example/").headers["HX-Redirect"]
    assert parse_qs(query.partition("?")[2]) == {"next": ["/evil.example/"]}


def test_a_whole_page_is_redirected_as_ever(browser):
    response = browser.get("/o/skn2/2560/")
    assert response.status_code == 302
    assert "HX-Redirect" not in response.headers


def test_another_redirect_reaches_htmx(browser):
    def moved(_request):
        return HttpResponseRedirect("/elsewhere/")

    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    assert SignInMiddleware(moved)(request).url == "/elsewhere/"


# -- compression ------------------------------------------------------------------------
def test_pages_are_compressed_with_bytes_of_chance(browser):
    def page():
        return browser.get(reverse("account_login"), headers={"accept-encoding": "gzip"})

    assert page().headers["Content-Encoding"] == "gzip"
    assert "<html" in gzip.decompress(page().content).decode()
    assert len({len(page().content) for _ in range(12)}) > 1
    assert "Content-Encoding" not in browser.get(reverse("account_login")).headers


@pytest.mark.parametrize("media_type", ["application/pdf", "image/jpeg", "application/zip"])
def test_files_are_sent_as_they_are(media_type):
    def file(_request):
        return HttpResponse(b"x" * 5000, content_type=media_type)

    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    assert PageGZipMiddleware(file)(request).content == b"x" * 5000
