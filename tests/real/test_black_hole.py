"""Redis that takes connections and never answers: a click is quick, and the message arrives."""

import socket
import subprocess
import threading
import time

import psutil
import pytest
import requests
from django.conf import settings

from notifications.models import Delivery
from notifications.states import DeliveryState
from people.models import PasswordRequest
from tests.factories.people import make_office, make_person
from tests.notifications.waiting import seconds_in_line, time_taken
from tests.real.conftest import PYTHON
from tests.servers import free_port

pytestmark = pytest.mark.real

PATIENCE = 180
TOKEN = "a" * 32


@pytest.fixture
def black_hole():
    """Takes connections and never says a word."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        taken = []

        def swallow():
            try:
                while True:
                    taken.append(hole.accept())
            except OSError:
                return

        threading.Thread(target=swallow, daemon=True).start()
        yield f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        hole.shutdown(socket.SHUT_RDWR)
        for connection, _address in taken:
            connection.close()


@pytest.fixture
def web(real_site, black_hole):
    """The web process, whose broker is the black hole."""
    port = free_port()
    command = [PYTHON, "-m", "gunicorn", "esa_standards.wsgi", f"--bind=127.0.0.1:{port}"]
    process = subprocess.Popen(
        [
            *(*command, "--preload", "--worker-class=gthread"),
            *("--log-level=warning", "--no-control-socket"),
        ],
        cwd=settings.BASE_DIR,
        env={**real_site.environment, "CELERY_BROKER_URL": black_hole},
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(f"{address}/healthz", timeout=20)
            break
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    yield process.pid, address
    process.terminate()
    process.wait(20)


def test_a_click_waits_less_than_two_seconds_and_the_message_arrives(real_site, web, wait_until):
    person = make_person(make_office(), email="kanda@example.go.th", password="x" * 20)
    master, address = web
    (worker,) = psutil.Process(master).children()
    begun = time_taken() - seconds_in_line(worker.pid)
    answer = requests.post(
        f"{address}/accounts/password/reset/",
        {"email": person.email},
        cookies={"csrftoken": TOKEN},
        headers={"X-CSRFToken": TOKEN},
        timeout=PATIENCE,
        allow_redirects=False,
    )
    seconds = time_taken() - seconds_in_line(worker.pid) - begun
    assert answer.status_code == 302
    assert seconds < 2
    assert PasswordRequest.objects.get().address == person.email
    real_site.start_worker("--pool=solo")
    real_site.manage(
        "shell",
        "--no-imports",
        "-c",
        "from people.sign_in.password_links import answer_requests; answer_requests();"
        "from notifications.outbox import wake_delivery; wake_delivery()",
    )
    row = Delivery.objects.get(notification__recipient=person)
    wait_until(lambda: Delivery.objects.get(pk=row.pk).state == DeliveryState.SENT)
    (mail,) = (real_site.folder / "mail").glob("*")
    assert "kanda@example.go.th" in mail.read_text()
