"""The doorbell: quick when nobody answers, and left alone for a while."""

import socket
import threading
import time

import pytest
from kombu.exceptions import OperationalError

from people import bell


class Task:
    """Counts its rings; ``broken`` as a broker that is away."""

    def __init__(self):
        self.rings, self.broken = [], False

    def apply_async(self, *, kwargs, retry, ignore_result):
        assert (retry, ignore_result) == (False, True)
        self.rings.append(kwargs)
        if self.broken:
            raise OperationalError("away")


@pytest.fixture(autouse=True)
def _rested(monkeypatch):
    monkeypatch.setattr(bell, "_broken_at", [-bell.REST])


def test_it_rings_with_what_it_is_told():
    task = Task()
    assert bell.ring(task, document_id=7)
    assert task.rings == [{"document_id": 7}]


def test_a_broken_bell_is_left_alone_then_tried_again(monkeypatch):
    task = Task()
    task.broken = True
    assert not bell.ring(task)
    assert not bell.ring(task)
    assert len(task.rings) == 1
    monkeypatch.setattr(bell, "_broken_at", [time.monotonic() - bell.REST - 1])
    task.broken = False
    assert bell.ring(task)


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
    from tests.people.black_hole import ring_in_a_new_process  # noqa: PLC0415 - only here

    first, second = ring_in_a_new_process(black_hole)
    assert first < 2
    assert second < 0.1
