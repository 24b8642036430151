"""Slow clients, large bodies and cut ones, on the documented set-up."""

import re
import shutil
import socket
import time
from contextlib import ExitStack, suppress
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.demo.founded import fonts
from tests.factories.people import make_office, make_person
from tests.real.front import HOST, SESSION_COOKIE, documented_site, hang_on, nginx_here

pytestmark = pytest.mark.real

SLOW_CLIENTS = 200
PATIENCE = 2  # seconds in which the others are answered
BACKEND = "people.sign_in.backend.SessionBackend"


@pytest.fixture
def front(real_site, tmp_path):
    nginx = nginx_here()
    if not nginx:
        pytest.skip("NO NGINX: script/setup --test installs it")
    shutil.copytree(fonts(), tmp_path / "data" / "fonts", dirs_exist_ok=True)
    real_site.manage("collectstatic", "--noinput", "-v0")
    with documented_site(nginx, tmp_path, real_site.environment) as found:
        yield found


def key_of(person):
    """The key of a session in which the person is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key


def two_hundred_slow_clients_keep_nobody_waiting(front, person):
    signed_in, stranger = front.session(key_of(person)), front.session()
    with ExitStack() as stack:
        hang_on(front, stack, SLOW_CLIENTS)
        for browser, path in [(signed_in, "/profile/"), (stranger, "/accounts/login/")] * 10:
            began = time.monotonic()
            assert browser.get(front.address(path), timeout=20).status_code == 200
            assert time.monotonic() - began < PATIENCE


def a_strangers_body_is_never_kept(front, person):
    """300 MB with a CSRF token, and the same without saying how much comes."""
    token = front.session().get(front.address("/accounts/login/")).cookies["csrftoken"]
    kind = "Content-Type: multipart/form-data; boundary=b\r\n"
    part = '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    lengths = ["Content-Length: 300000000", "Transfer-Encoding: chunked"]
    for path in ("/accounts/login/", "/profile/", "/signed-in/", "/nowhere/"):
        for length in lengths:
            before = front.spooled()
            head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nReferer: https://{HOST}/\r\n"
            head += f"Cookie: csrftoken={token}\r\nX-CSRFToken: {token}\r\n{kind}{length}\r\n"
            with front.connect() as sender:
                sender.sendall(f"{head}\r\n".encode() + as_sent(part, length))
                with suppress(OSError):  # who does not want it may hang up
                    for _ in range(80):
                        sender.sendall(as_sent("x" * 65_536, length))
                assert front.spooled() - before < 100_000, path


def as_sent(text, length):
    """A part of a body, under the header that tells its length."""
    return (f"{len(text):x}\r\n{text}\r\n" if "chunked" in length else text).encode()


def somebody_known_sends_a_long_text_and_is_answered_by_its_form(front, person):
    browser = front.session(key_of(person))
    page = browser.get(front.address("/profile/"))
    form = {"csrfmiddlewaretoken": token_in(page.text), "phone": "๑" * 30_000}
    response = browser.post(front.address("/profile/"), form)
    assert response.status_code == 200
    assert "invalid-feedback" in response.text


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def a_session_that_ended_leads_to_the_sign_in_and_back(front, person):
    response = front.session().post(
        front.address("/profile/"), {"phone": "๑" * 30_000}, allow_redirects=False
    )
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=")


def a_form_that_breaks_off_is_refused_by_gunicorn_itself(front, person):
    key = key_of(person)
    head = f"POST /profile/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
    head += f"Cookie: {SESSION_COOKIE}={key}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", front.behind), timeout=20) as broken:
        broken.sendall(f"{head}Content-Length: 100\r\n\r\nphone=042".encode())
        broken.shutdown(socket.SHUT_WR)
        assert broken.recv(100).startswith(b"HTTP/1.1 400 ")


def test_the_documented_set_up(front):
    """One site for all of them: gunicorn needs seconds to start."""
    person = make_person(make_office())
    two_hundred_slow_clients_keep_nobody_waiting(front, person)
    a_strangers_body_is_never_kept(front, person)
    somebody_known_sends_a_long_text_and_is_answered_by_its_form(front, person)
    a_session_that_ended_leads_to_the_sign_in_and_back(front, person)
    a_form_that_breaks_off_is_refused_by_gunicorn_itself(front, person)
