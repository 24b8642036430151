"""The documented set-up: gunicorn by its command, behind nginx by docs/nginx.conf."""

import re
import shlex
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module

import psutil
import pytest
import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.demo.founded import fonts
from tests.factories.people import make_office, make_person
from tests.real.conftest import PYTHON
from tests.servers import free_port

pytestmark = pytest.mark.real

HOST = "esa.example.go.th"
DOCS = settings.BASE_DIR / "docs"
SLOW_CLIENTS = 200
PATIENCE = 2  # seconds in which the others are answered
BACKEND = "django.contrib.auth.backends.ModelBackend"
AROUND = """daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
worker_processes 2; events {{ worker_connections 2048; }}
http {{ access_log off; client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;
fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
{ours} }}"""


class Front:
    """The site as browsers meet it."""

    def __init__(self, folder, port, behind):
        self.folder, self.port, self.behind = folder, port, behind
        self.trusted = ssl.create_default_context(cafile=folder / "certificate.pem")

    def connect(self):
        """A connection of one browser, encrypted."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.trusted.wrap_socket(plain, server_hostname=HOST)

    def session(self, person=None):
        """A browser of somebody, signed in if they are anybody."""
        browser = requests.Session()
        browser.trust_env = False  # a bundle of certificates named there would win
        browser.verify = str(self.folder / "certificate.pem")
        browser.headers.update({"Host": HOST, "Referer": f"https://{HOST}/"})
        if person:
            browser.cookies.set(settings.SESSION_COOKIE_NAME, key_of(person))
        return browser

    def address(self, path):
        return f"https://127.0.0.1:{self.port}{path}"

    def spooled(self):
        """Bytes of requests that lie on the disk, wherever somebody may have put them."""
        files = [*(self.folder / "bodies").rglob("*"), *(self.folder / "data").rglob("*")]
        return sum(path.stat().st_size for path in files if path.is_file())


def key_of(person):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key


def documented_command(port):
    """The command of docs/operator.md, on another port."""
    command = re.search(r"`(\.venv/bin/gunicorn [^`]+)`", (DOCS / "operator.md").read_text())[1]
    words = shlex.split(command.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    return [PYTHON, "-m", "gunicorn", *words[1:], "--log-level=warning", "--no-control-socket"]


def documented_front(folder, port, behind):
    """docs/nginx.conf with what an operator changes, in a folder of its own."""
    ours = (DOCS / "nginx.conf").read_text()
    changes = {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/etc/ssl/certs/esa.pem": f"{folder}/certificate.pem",
        "/etc/ssl/private/esa.key": f"{folder}/key.pem",
    }
    for before, after in changes.items():
        assert before in ours
        ours = ours.replace(before, after)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, ours=ours))


def make_certificate(folder):
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    command = "openssl req -x509 -newkey rsa:2048 -sha256 -days 2 -nodes -subj /CN=esa -addext"
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run([*command.split(), names, *files], check=True, capture_output=True)


@contextmanager
def running(command, **options):
    process = psutil.Popen(command, start_new_session=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def front(real_site, wait_until, tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not nginx:
        pytest.skip("NO NGINX: script/setup --test installs it")
    port, behind = free_port(), free_port()
    make_certificate(tmp_path)
    documented_front(tmp_path, port, behind)
    secure = {"HTTPS": "on", "ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}"}
    environment = real_site.environment | secure
    shutil.copytree(fonts(), tmp_path / "data" / "fonts", dirs_exist_ok=True)
    real_site.manage("collectstatic", "--noinput", "-v0")
    with ExitStack() as stack:
        web = running(documented_command(behind), cwd=settings.BASE_DIR, env=environment)
        master = stack.enter_context(web)
        stack.enter_context(running([nginx, "-c", tmp_path / "nginx.conf"]))
        wait_until(lambda: len(master.children()) == 3, seconds=60)
        found = Front(tmp_path, port, behind)
        wait_until(lambda: answered(found), seconds=30)
        yield found


def answered(front):
    with suppress(requests.ConnectionError):
        return front.session().get(front.address("/signed-in/")).status_code == 401


def half_a_head(path):
    return f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-"


def half_a_form(path):
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"{half_a_head(path)}Length: 60000\r\n{kind}\r\n\r\nlogin=somebody"


def two_hundred_slow_clients_keep_nobody_waiting(front, person):
    signed_in, stranger = front.session(person), front.session()
    with ExitStack() as stack:
        for number in range(SLOW_CLIENTS):
            slow = stack.enter_context(front.connect())
            half = half_a_form if number % 2 else half_a_head
            slow.sendall(half("/accounts/login/").encode())
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
    browser = front.session(person)
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
    head += f"Cookie: sessionid={key}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
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
