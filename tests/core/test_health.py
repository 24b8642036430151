"""The health of the site: in words for administrators, as a number for monitors."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import DatabaseError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from core import clock, health
from core.heartbeat import SILENCE, Component, beat, is_silent, last_beat
from core.models import Heartbeat
from esa_standards.beat import HeartbeatScheduler
from esa_standards.celery import app, first_heartbeat
from notifications import delivery
from notifications import health as messages
from notifications.models import Delivery, Notification
from notifications.tasks import deliver_notifications
from people.views import health as health_views
from people.views.health import healthz
from reports.models import Document
from tests.factories.cycles import make_year
from tests.factories.notifications import make_notification
from tests.factories.people import login, make_person
from tests.notifications.servers import AT, Down, Refusing, backend


@pytest.fixture
def well(db):
    for part in Component:
        beat(part)


def silent_since(part, minutes):
    Heartbeat.objects.filter(part=part).update(at=timezone.now() - timedelta(minutes=minutes))


def failing():
    return {check.name for check in health.checks() if not check.ok}


def test_everything_is_well(well):
    assert failing() == set()


@pytest.mark.parametrize("part", [Component.BEAT, Component.WORKER])
def test_a_part_that_stopped_is_named_with_the_time(well, client, admin, part):
    silent_since(part, 10)
    assert failing() == {part.value}
    page = login(client, admin).get(reverse("people:health")).content.decode()
    assert "หยุดทำงานตั้งแต่" in page
    assert "หยุดทำงานตั้งแต่" in client.get("/").content.decode()


def test_a_part_that_never_ran(db):
    assert failing() == {"beat", "worker"}
    assert is_silent(Component.BEAT, timezone.now())


def test_a_short_silence_is_none(well):
    silent_since(Component.WORKER, SILENCE.total_seconds() / 60 - 1)
    assert failing() == set()


def test_a_message_that_waits_for_long(well, staff):
    row = Delivery.objects.create(
        notification=make_notification(staff),
        channel="email",
        not_before=clock.now() - timedelta(minutes=20),
    )
    assert failing() == {"outbox"}
    Delivery.objects.filter(pk=row.pk).update(not_before=clock.now() + timedelta(hours=8))
    assert failing() == set(), "what waits for the morning is not late"


def alarmed(at):
    with clock.pretend(at):
        return not messages.outbox().ok


@pytest.mark.usefixtures("revalidation")
def test_a_mail_server_that_is_down_for_hours(due_mail, settings):
    """Every attempt is put off a little; the alarm stays until the mail is gone."""
    backend(settings, Down)
    due_mail()
    Notification.objects.update(created_at=AT)
    found = []
    for minutes in range(4 * 60):
        at = AT + timedelta(minutes=minutes)
        found.append(alarmed(at))
        delivery.deliver_due(at=at)
    assert found == [False] * 15 + [True] * (4 * 60 - 15)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert delivery.deliver_due(at=at + delivery.SERVER_PAUSE) == 1
    assert not alarmed(at)


@pytest.mark.usefixtures("revalidation")
def test_what_was_written_at_night_is_late_in_the_morning_only(due_mail, settings):
    backend(settings, Down)
    row, night = due_mail(), datetime(2017, 1, 15, 15, 30, tzinfo=UTC)  # 22.30 in Bangkok
    morning = datetime(2017, 1, 16, 0, 0, tzinfo=UTC)
    Notification.objects.update(created_at=night)
    Delivery.objects.filter(pk=row.pk).update(not_before=morning)
    delivery.deliver_due(at=morning)
    assert not alarmed(morning + timedelta(minutes=14))
    assert alarmed(morning + timedelta(minutes=16))


@pytest.mark.usefixtures("revalidation")
@pytest.mark.parametrize(("people", "alarm"), [(1, False), (delivery.IN_A_ROW, True)])
def test_one_full_mailbox_is_no_alarm_but_several_are(office, due_mail, settings, people, alarm):
    backend(settings, Refusing)
    for number in range(people):
        person = make_person(office, email=f"p{number}@example.org")
        for what in "abc":
            due_mail(f"{number}{what}", recipient=person)
    Notification.objects.update(created_at=AT)
    for minutes in range(60):
        delivery.deliver_due(at=AT + timedelta(minutes=minutes))
    assert alarmed(AT + timedelta(minutes=60)) == alarm


def test_a_paper_that_waits_for_long(well):
    Document.objects.create(
        cycle=make_year().cycle,
        kind="flowchart",
        format="pdf",
        number=1,
        requested_at=clock.now() - timedelta(minutes=11),
    )
    assert failing() == {"papers"}


def test_a_broker_that_does_not_answer(well, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    dead = app.connection_for_write(f"redis://127.0.0.1:{port}/0")
    monkeypatch.setattr(messages.current_app, "connection_for_write", lambda: dead)
    assert failing() == {"broker"}


def test_a_database_that_does_not_answer(monkeypatch):
    def refuse():
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    assert failing() == {"database"}


def test_a_monitor_gets_a_number(well, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert set(answer.json()["checks"]) == {
        "database",
        "disk",
        "broker",
        "beat",
        "worker",
        "outbox",
        "papers",
        "files",
        "store",
        "scanner",
        "pages",
        "stored_papers",
    }


def test_a_monitor_may_ask_for_the_number_alone(well, client):
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert healthz(RequestFactory().head("/healthz")).content == b""  # nor does the server drop it
    assert client.post("/healthz").status_code == 405


def test_a_monitor_is_alarmed(db, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, False)
    assert client.head("/healthz").status_code == 503


def test_a_crowd_of_monitors_asks_once(well, client, django_assert_num_queries):
    client.get("/healthz")
    with django_assert_num_queries(0):
        client.get("/healthz")


@pytest.mark.parametrize("before", [[], [health.Check("disk", "", True, "")]])
def test_a_crowd_asks_once_also_while_the_answer_takes_its_time(monkeypatch, before):
    begun, go_on, asked = threading.Event(), threading.Event(), []

    def slow():
        asked.append(begun.set())
        go_on.wait(20)
        return [health.Check("disk", "", True, "")]

    monkeypatch.setattr(health_views, "checks", slow)
    monkeypatch.setitem(health_views._found, "checks", before)
    ask = partial(healthz, RequestFactory().get("/healthz"))
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask)
        assert begun.wait(20)
        others = [pool.submit(ask) for _number in range(7)]
        if before:  # nobody waits who can hear what was found before
            assert len(wait(others, timeout=20).done) == 7
        go_on.set()
        assert {answer.result().status_code for answer in (first, *others)} == {200}
    assert len(asked) == 1


@pytest.mark.parametrize("error", [FileNotFoundError, PermissionError, OSError])
def test_a_drive_that_went_away_is_said(db, client, monkeypatch, error):
    def gone():
        raise error("/data")

    monkeypatch.setattr(health, "free_bytes", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["disk"]) == (503, False)


def test_a_task_is_a_sign_of_life(db):
    deliver_notifications()
    assert not is_silent(Component.WORKER, timezone.now())


def test_a_worker_that_starts_is_well(db):
    first_heartbeat()
    assert not is_silent(Component.WORKER, timezone.now())
    assert not is_silent(Component.RENDERER, timezone.now())


def test_the_schedule_beats_and_survives_a_lost_database(db, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("esa_standards.beat.close_old_connections", lambda: None)
    scheduler = HeartbeatScheduler(app, schedule_filename=str(tmp_path / "beat"))
    try:
        scheduler.tick()
        first = last_beat(Component.BEAT)
        assert first is not None
        scheduler.tick()
        assert last_beat(Component.BEAT) == first, "not at every round"

        def refuse(part):
            raise DatabaseError("gone")

        monkeypatch.setattr("core.heartbeat.beat", refuse)
        scheduler.beat_at = -10_000
        scheduler.tick()
        assert "no sign of life: DatabaseError" in caplog.text
    finally:
        scheduler.close()
