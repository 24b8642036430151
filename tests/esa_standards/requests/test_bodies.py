"""What requests carry: whole, small from strangers, read only once it is clear whose it is."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from esa_standards.bodies import PUBLIC_BODY_BYTES
from esa_standards.incoming import CutOff, Incoming, WholeBody
from tests.attacks.hostile import Attacker
from tests.factories.people import make_office, make_person

FORM = "application/x-www-form-urlencoded"
PUBLIC = ["account_login", "account_reset_password"]
SIGNED_IN = ["people:profile", "people:group_create", "workflow:home", "people:office_edit"]


class Counting(BytesIO):
    """A connection that tells how much was read from it."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def send(browser, name, body, content_type=FORM, length=None, **headers):
    """POST ``body`` under a length that may be another; the response and what was read."""
    connection = Counting(body)
    response = browser.generic(
        "POST",
        reverse(name),
        body,
        content_type,
        **{"wsgi.input": connection, "CONTENT_LENGTH": str(length or len(body)), **headers},
    )
    return response, connection.taken


@pytest.fixture
def stranger():
    """Somebody without an account, who has fetched a CSRF cookie and sends the token along."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.get(reverse("account_login"))
    return browser


def with_file(token, size):
    form = {"csrfmiddlewaretoken": token, "file": BytesIO(b"x" * size)}
    form["file"].name = "big.bin"
    return encode_multipart(BOUNDARY, form)


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
def test_where_one_must_sign_in_nothing_of_a_strangers_form_is_read(stranger, name):
    body = with_file(stranger.cookies["csrftoken"].value, 200_000)
    response, taken = send(stranger, name, body, MULTIPART_CONTENT)
    assert (response.status_code, taken) == (302, 0)
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("content_type", [FORM, MULTIPART_CONTENT, "text/plain"])
def test_a_public_page_does_not_read_what_is_too_large(stranger, name, content_type):
    body = b"a=" + b"x" * PUBLIC_BODY_BYTES
    response, taken = send(stranger, name, body, content_type)
    assert (response.status_code, taken) == (413, 0)
    assert "ข้อมูลที่ส่งมามากเกินไป" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_takes_no_file_however_small(stranger, name):
    body = with_file(stranger.cookies["csrftoken"].value, 10)
    assert send(stranger, name, body, MULTIPART_CONTENT)[0].status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["abc", "1e3", "-1", "+5", "1_0", " 5 ", "๑๒", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(stranger, length):
    for name in PUBLIC:
        response, taken = send(stranger, name, b"a=1", length=length)
        assert (response.status_code, taken) == (400, 0)


@pytest.mark.django_db
def test_a_sign_in_still_fits(stranger):
    token = stranger.cookies["csrftoken"].value
    body = f"csrfmiddlewaretoken={token}&login=nobody&password=x".encode()
    response, _ = send(stranger, "account_login", body)
    assert response.status_code == 200


def of_somebody():
    browser = Client(raise_request_exception=False)
    browser.force_login(make_person(make_office()))
    return browser


@pytest.mark.django_db
def test_the_server_in_front_learns_whether_somebody_is_signed_in(stranger):
    assert stranger.get(reverse("people:signed_in")).status_code == 401
    assert of_somebody().get(reverse("people:signed_in")).status_code == 204


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", [FORM, MULTIPART_CONTENT])
@pytest.mark.parametrize("missing", [1, 7, 60])
def test_a_form_that_was_cut_off_is_refused_whatever_it_says(content_type, missing):
    form = {"phone": "042 123 456", "email": "a@example.org", "language": "th"}
    body = encode_multipart(BOUNDARY, form) if content_type != FORM else b"phone=042&language=th"
    length = len(body) + missing
    connection = WholeBody(BytesIO(body), length)
    response = of_somebody().generic(
        "POST",
        reverse("people:profile"),
        body,
        content_type,
        **{"wsgi.input": connection, "CONTENT_LENGTH": str(length)},
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "said",
    [
        "rot13",
        "utf-16",
        "utf-7",
        "idna",
        "undefined",
        '"hex"',
        "\x00",
        "unicode_escape",
    ],
)
def test_an_encoding_that_no_browser_sends_is_refused(said):
    sent = {"data": b"login=x", "content_type": f"{MULTIPART_CONTENT}; charset={said}"}
    answer = Attacker().generic("POST", reverse("account_login"), **sent)
    assert answer.status_code == 400
    assert "ข้อมูล" in answer.content.decode()


@pytest.mark.parametrize(
    "said", ["", MULTIPART_CONTENT, f"{FORM}; charset=UTF-8", f"{FORM}; charset=unheard-of", ";"]
)
def test_what_browsers_send_is_passed_on(said):
    assert answered(said) == answered(said + "x" * 20_000) == "200 OK"


def test_a_length_beyond_all_numbers_is_refused():
    long = {"CONTENT_LENGTH": "9" * 5000}
    answer = Attacker().generic("POST", reverse("account_login"), b"login=x", FORM, **long)
    assert answer.status_code == 400
    assert "ข้อมูล" in answer.content.decode()


def answered(content_type):
    """The status under which a request of that type leaves the program's outermost part."""
    statuses = []

    def application(environ, start_response):
        WSGIRequest(environ)  # where Django would fail
        start_response("200 OK", [])
        return []

    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type, "wsgi.input": BytesIO()}
    environ["CONTENT_LENGTH"] = ""
    Incoming(application)(environ, lambda status, headers: statuses.append(status))
    return statuses[0]


@given(st.binary(max_size=400), st.integers(1, 60), st.integers(1, 60))
def test_a_body_comes_whole_in_pieces_of_any_size(data, of_server, of_reader):
    class Piecemeal(BytesIO):
        def read(self, size=-1):
            return super().read(min(of_server, size) if size >= 0 else of_server)

    body, got = WholeBody(Piecemeal(data), len(data)), b""
    while part := body.read(of_reader):
        assert len(part) == of_reader or len(got) + len(part) == len(data)
        got += part
    assert got == data
    assert body.read() == b""


@given(st.binary(max_size=200), st.integers(1, 100))
def test_an_early_end_is_no_end(data, missing):
    for reading in (lambda body: body.read(), lambda body: [body.readline() for _ in data + b"x"]):
        with pytest.raises(CutOff):
            reading(WholeBody(BytesIO(data), len(data) + missing))


@given(st.lists(st.sampled_from(["a", "\n"]), max_size=20))
def test_lines_are_those_of_the_body(letters):
    data = "".join(letters).encode()
    body = WholeBody(BytesIO(data + b"the next request"), len(data))
    lines = []
    while line := body.readline():
        lines.append(line)
    assert lines == data.splitlines(keepends=True)


@pytest.mark.parametrize("length", ["", None, "x", "-1", "๑๒"])
def test_what_announces_no_length_is_left_alone(length):
    environ = {"wsgi.input": BytesIO(b"abc"), "CONTENT_LENGTH": length}
    seen = Incoming(lambda environ, start_response: [environ["wsgi.input"].read()])
    assert seen(environ, None) == [b"abc"]
