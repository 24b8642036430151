"""Waking workers: quick when nobody answers, and left alone for a while."""

import re
import socket
import threading
import time
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from notifications import broker


class Sent:
    """Stands in for the application: counts what it is asked; ``broken``: nobody takes it."""

    def __init__(self):
        self.asked, self.broken = [], False

    def send_task(self, name, *, kwargs, retry, ignore_result):
        assert (retry, ignore_result) == (False, True)
        self.asked.append((name, kwargs))
        if self.broken:
            raise OperationalError("away")


@pytest.fixture
def sent(monkeypatch):
    sent = Sent()
    monkeypatch.setattr(broker, "current_app", sent)
    return sent


@pytest.fixture(autouse=True)
def _rested(monkeypatch):
    monkeypatch.setattr(broker, "_broken_at", [-broker.REST])


def test_it_wakes_with_the_arguments_it_is_given(sent):
    assert broker.wake("reports.tasks.draw_pages", document_id=7)
    assert sent.asked == [("reports.tasks.draw_pages", {"document_id": 7})]


def test_a_broken_broker_is_left_alone_then_tried_again(sent, monkeypatch):
    sent.broken = True
    assert not broker.wake("reports.tasks.draw_pages")
    assert not broker.wake("reports.tasks.draw_pages")
    assert len(sent.asked) == 1
    monkeypatch.setattr(broker, "_broken_at", [time.monotonic() - broker.REST - 1])
    sent.broken = False
    assert broker.wake("reports.tasks.draw_pages")


def test_every_task_that_is_woken_by_name_exists():
    current_app.loader.import_default_modules()
    found = {
        name
        for path in Path(".").rglob("*.py")
        if path.parts[0] in {"notifications", "indicators", "workflow", "reports"}
        for name in re.findall(r'wake\(?,?\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(found) >= 3
    assert found <= set(current_app.tasks)


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


def test_a_broker_that_never_answers_costs_less_than_two_seconds(black_hole):
    """With the settings of an office's site, in a process of its own."""
    from tests.notifications.black_hole import wake_in_a_new_process  # noqa: PLC0415 - only here

    first, second = wake_in_a_new_process(black_hole)
    assert first < 2
    assert second < 0.1
