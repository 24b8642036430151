"""The documented set-up: gunicorn by its command, behind nginx by docs/nginx.conf."""

import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import requests

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
HOST = "esa.example.go.th"
SECURE = {"HTTPS": "on", "ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}"}
SESSION_COOKIE = "__Host-sessionid"  # the name over HTTPS
WORKERS = 3
START = 90  # seconds that gunicorn may take on a busy machine
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

    def session(self, key=None):
        """A browser, signed in by the key of a session."""
        browser = requests.Session()
        browser.trust_env = False  # a bundle of certificates named there would win
        browser.verify = str(self.folder / "certificate.pem")
        browser.headers.update({"Host": HOST, "Referer": f"https://{HOST}/"})
        if key:
            browser.cookies.set(SESSION_COOKIE, key)
        return browser

    def address(self, path):
        """Where a path of the site is asked for."""
        return f"https://127.0.0.1:{self.port}{path}"

    def answers(self):
        """Whether the site is up."""
        with suppress(requests.ConnectionError):
            return self.session().get(self.address("/signed-in/")).status_code == 401

    def spooled(self):
        """Bytes of requests that lie on the disk, wherever somebody may have put them."""
        files = [*(self.folder / "bodies").rglob("*"), *(self.folder / "data").rglob("*")]
        return sum(path.stat().st_size for path in files if path.is_file())


@contextmanager
def documented_site(nginx, folder, environment):
    """The ``Front`` of a site on ``environment``, whose static files are collected, while it runs.

    ``nginx`` is the program's path; what it writes lies in ``folder``.
    """
    port, behind = free_port(), free_port()
    make_certificate(folder)
    write_configuration(folder, port, behind)
    with ExitStack() as stack:
        web = running(documented_command(behind), cwd=ROOT, env={**environment, **SECURE})
        master = stack.enter_context(web)
        stack.enter_context(running([nginx, "-c", folder / "nginx.conf"]))
        found = Front(folder, port, behind)
        deadline = time.monotonic() + START
        while len(master.children()) < WORKERS or not found.answers():
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.2)
        yield found


def nginx_here():
    """The path of nginx, which may lie where only the superuser looks; None without one."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def documented_command(port):
    """The command of docs/operator.md, on another port."""
    command = re.search(r"`(\.venv/bin/gunicorn [^`]+)`", (DOCS / "operator.md").read_text())[1]
    words = shlex.split(command.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    quiet = ["--log-level=warning", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *words[1:], *quiet]


def write_configuration(folder, port, behind):
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
    """A certificate that the site gives itself."""
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    command = "openssl req -x509 -newkey rsa:2048 -sha256 -days 2 -nodes -subj /CN=esa -addext"
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run([*command.split(), names, *files], check=True, capture_output=True)


@contextmanager
def running(command, **options):
    """A process, ended in the end."""
    process = psutil.Popen(command, start_new_session=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def half_a_head(path):
    """What a client sends that never finishes its head."""
    return f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-"


def half_a_form(path):
    """What a client sends that never finishes its form."""
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"{half_a_head(path)}Length: 60000\r\n{kind}\r\n\r\nlogin=somebody"


def hang_on(front, stack, number):
    """As many clients that never finish, until ``stack`` ends."""
    for turn in range(number):
        slow = stack.enter_context(front.connect())
        half = half_a_form if turn % 2 else half_a_head
        slow.sendall(half("/accounts/login/").encode())
