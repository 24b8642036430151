"""After a restore an administrator looks through what waits, and releases or drops it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, health
from core.models import Event
from core.refusals import MoveRefused, NotAllowed
from notifications.delivery import deliver_due
from notifications.health import outbox as outbox_check
from notifications.hold import hold_of, hold_outbox, waiting_count
from notifications.models import Delivery, Notification, OutboxHold
from notifications.outbox import notify
from people import undelivered as held
from people.states import Role
from tests.factories.people import make_office, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PAGE, RELEASE, DROP = (reverse(f"people:held_{name}") for name in ("list", "release", "drop"))


def notify_somebody(person, *keys):
    notify(
        [
            Notification(recipient=person, key=k, kind="news", title=f"ข่าว {k}", url="/")
            for k in keys
        ],
        urgent=True,
    )


@pytest.fixture
def people(office):
    """Somebody here, somebody of another office, somebody of none; each with two messages."""
    persons = [
        make_person(o, email=f"{n}@e.org") for n, o in enumerate([office, make_office("n2"), None])
    ]
    for number, person in enumerate(persons):
        notify_somebody(person, f"a{number}", f"b{number}")
    hold_outbox(taken_at=clock.now())
    return persons


def sent():
    deliver_due(at=clock.now() + timedelta(seconds=5))
    return sorted(message.to[0] for message in mail.outbox)


def test_nothing_is_sent_and_nothing_claimed_while_messages_are_held(people):
    assert sent() == []
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert waiting_count() == 6


def test_messages_of_a_dead_worker_are_held_too(people):
    Delivery.objects.update(
        state="claimed", lease_until=clock.now() - timedelta(days=1), attempts=1
    )
    assert sent() == []
    assert waiting_count() == 6


def test_each_office_decides_for_itself_and_nobodys_people_follow_the_last(people, admin, office):
    held.release(office, by=admin)
    assert sent() == ["0@e.org"] * 2
    other = people[1].office
    held.drop(other, by=make_person(other, Role.ADMIN), until=Delivery.objects.last().pk)
    assert sent() == ["0@e.org"] * 2
    assert Delivery.objects.filter(state="dropped").count() == 4
    assert not OutboxHold.objects.open().exists()


def test_what_came_since_the_page_was_read_is_not_dropped(people, admin, office, client_for):
    page = client_for(admin).get(PAGE)
    until = page.context["form"]["until"].value()
    notify_somebody(people[0], "later")
    client_for(admin).post(DROP, {"until": until})
    assert sent() == ["0@e.org"]


def test_of_two_who_decide_one_does(people, admin, office):
    held.release(office, by=admin)
    for act in (
        lambda: held.release(office, by=admin),
        lambda: held.drop(office, by=admin, until=99),
    ):
        with pytest.raises(MoveRefused):
            act()
    assert Event.objects.filter(verb__startswith="outbox.").count() == 1


@pytest.mark.parametrize("role", [None, Role.DIRECTOR, Role.COORDINATOR])
def test_only_an_administrator_of_the_office_decides(people, office, role):
    person = make_person(office, *([role] if role else []))
    for who in (person, make_person(make_office("n3"), Role.ADMIN)):
        with pytest.raises(NotAllowed):
            held.release(office, by=who)
        with pytest.raises(NotAllowed):
            held.drop(office, by=who, until=99)
    assert hold_of(office)


def test_the_page_shows_what_waits_and_since_when(people, admin, client_for):
    Notification.objects.filter(key="b0").update(created_at=clock.now() + timedelta(hours=1))
    text = client_for(admin).get(PAGE).content.decode()
    assert "ข่าว a0" in text
    assert "ข่าว b0" in text
    assert "ข่าว a1" not in text
    assert "มีข้อความรอส่ง 2 รายการ" in text
    assert "อยู่ในข้อมูลสำรอง" in text
    assert "เขียนหลังกู้คืน" in text
    text = client_for(admin).post(RELEASE, follow=True).content.decode()
    assert "ไม่มีข้อความที่ระงับไว้" in text
    assert client_for(admin).post(RELEASE).status_code == 409


@pytest.mark.parametrize("until", ["", "x", "-1", str(2**64)])
def test_a_form_that_was_tampered_with_drops_nothing_and_sends_nothing(
    people, admin, office, client_for, until
):
    page = client_for(admin).post(DROP, {"until": until}, follow=True).content.decode()
    assert not Delivery.objects.filter(state="dropped").exists()
    assert hold_of(office) is not None
    assert sent() == []
    assert "ยังไม่ได้ยกเลิก" in page


def test_home_health_and_monitors_say_that_messages_are_held(
    people, admin, office, client_for, client
):
    client_for(admin)
    assert "ระงับการส่งข้อความตั้งแต่" in client_for(admin).get("/").content.decode()
    page = client_for(admin).get(reverse("people:health")).content.decode()
    assert PAGE in page
    assert client.get("/healthz").json()["checks"]["outbox"] is False
    assert not outbox_check().ok
    held.release(office, by=admin)
    assert "ระงับการส่งข้อความตั้งแต่" not in client_for(admin).get("/").content.decode()
    assert health.checks()


def test_the_list_costs_the_same_for_one_row_and_for_thirty(people, admin, client_for):
    client, counts = client_for(admin), []
    client.get(PAGE)
    for number in (1, 29):
        for n in range(number):
            notify_somebody(
                make_person(people[0].office, email=f"{number}{n}@e.org"), f"{number} {n}"
            )
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_operator_decides_for_one_office_or_for_all(people, office, capsys):
    call_command("outbox_release", office.code)
    assert "2 messages released" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("outbox_release", office.code)
    call_command("outbox_release", drop=True)
    assert "4 messages dropped" in capsys.readouterr().out
    assert sent() == ["0@e.org"] * 2
    with pytest.raises(CommandError, match="no office"):
        call_command("outbox_release", "nowhere")


def test_holding_again_is_harmless(people):
    hold_outbox(taken_at=clock.now())
    assert OutboxHold.objects.count() == 3
