"""The outbox is drained once, whatever dies, refuses or changes its mind meanwhile."""

from datetime import timedelta

import pytest
from django.core import mail

from core.models import Event
from core.refusals import MoveRefused, NotAllowed
from notifications import delivery, outbox
from notifications.models import Delivery, Notification
from notifications.models.outbox import LEASE
from notifications.states import DeliveryState, Service
from notifications.tasks import deliver_notifications
from people import undelivered
from people.members import update_person
from people.models import User
from tests.factories.crowd import together
from tests.factories.people import make_channel, make_person
from tests.notifications.servers import (
    AT,
    Choosy,
    Down,
    Fatal,
    Refusing,
    Unknown,
    backend,
    open_todos,
)

pytestmark = pytest.mark.usefixtures("revalidation")


def state(row):
    row.refresh_from_db()
    return row.state


def test_a_mail_goes_out_once(due_mail, settings):
    settings.SITE_URL = "https://esa.example.go.th"
    row = due_mail()
    assert delivery.deliver_due(at=AT) == 1
    assert delivery.deliver_due(at=AT + timedelta(days=1)) == 0
    assert state(row) == DeliveryState.SENT
    (sent,) = mail.outbox
    assert sent.to == ["kanda@example.org"]
    assert "https://esa.example.go.th/cycles/" in sent.body


def test_in_app_only_for_who_has_no_address(office, due_mail):
    nobody = make_person(office)
    outbox.notify([Notification(recipient=nobody, key="x", kind="news", title="ข่าว")])
    assert not Delivery.objects.exists()


def test_a_refusing_server_is_asked_again_later(due_mail, settings):
    backend(settings, Refusing)
    row = due_mail()
    assert delivery.deliver_due(at=AT) == 0
    assert state(row) == DeliveryState.WAITING
    assert row.not_before == AT + delivery.BACKOFF[0]
    assert "SMTPDataError" in row.last_error
    assert delivery.deliver_due(at=AT) == 0
    row.refresh_from_db()
    assert row.attempts == 1


def test_after_the_last_attempt_an_administrator_is_shown_it(due_mail, settings, admin, staff):
    backend(settings, Refusing)
    row, at = due_mail(), AT
    for _attempt in range(len(delivery.BACKOFF) + 1):
        delivery.deliver_due(at=at)
        at += timedelta(days=1)
    assert state(row) == DeliveryState.FAILED
    assert list(Delivery.objects.visible_to(admin).failed()) == [row]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert delivery.deliver_due(at=at) == 0
    with pytest.raises(NotAllowed):
        undelivered.retry(row, by=staff)
    undelivered.retry(row, by=admin)
    assert (state(row), row.attempts, row.last_error) == (DeliveryState.WAITING, 0, "")
    with pytest.raises(MoveRefused):
        undelivered.retry(row, by=admin)
    assert delivery.deliver_due() == 1
    assert Event.objects.filter(verb="delivery.retry").count() == 1


def test_a_server_that_is_down_is_not_asked_for_every_mail(due_mail, settings):
    backend(settings, Down)
    for number in range(10):
        due_mail(f"k{number}")
    delivery.deliver_due(at=AT)
    tried = Delivery.objects.exclude(last_error="")
    assert tried.count() == delivery.IN_A_ROW


def queue(person, count, after=0):
    """So many notifications to a person, due one second after the other."""
    keys = [f"{person.pk}-{number:03}" for number in range(count)]
    facts = {"recipient": person, "kind": "news", "title": "ข่าว", "url": "/cycles/"}
    outbox.notify([Notification(key=key, **facts) for key in keys])
    for number, key in enumerate(keys):
        due = AT - timedelta(hours=1) + timedelta(seconds=number + after)
        Delivery.objects.filter(notification__key=key).update(not_before=due)


def test_a_mail_server_that_is_down_holds_up_no_channel(office, staff, settings, sink):
    backend(settings, Down)
    queue(staff, 8)
    active_channels = make_person(office)
    make_channel(active_channels, sink.address)
    queue(active_channels, 2, after=60)
    assert delivery.deliver_due(at=AT, limit=5) == 2
    assert delivery.deliver_due(at=AT, limit=5) == 0
    assert len(sink.taken) == 2


def test_a_channel_in_trouble_holds_up_no_mail_and_nobody_else(office, staff, sink):
    dead, alive = make_person(office), make_person(office)
    make_channel(dead)
    make_channel(alive, sink.address)
    queue(dead, 8)
    queue(alive, 2, after=60)
    queue(staff, 2, after=60)
    assert delivery.deliver_due(at=AT, limit=5) == 4
    assert len(sink.taken) == len(mail.outbox) == 2
    assert Delivery.objects.exclude(last_error="").count() == 1


def test_a_service_that_is_down_is_not_asked_for_every_person(office, sink):
    for _person in range(delivery.IN_A_ROW + 2):
        person = make_person(office)
        make_channel(person, service=Service.LINE)
        queue(person, 2)
    other = make_person(office)
    make_channel(other, sink.address)
    queue(other, 1, after=60)
    assert delivery.deliver_due(at=AT) == 1
    assert Delivery.objects.exclude(last_error="").count() == delivery.IN_A_ROW


def test_no_more_than_the_limit_is_tried_of_each_kind(staff, sink):
    make_channel(staff, sink.address)
    queue(staff, 4)
    assert delivery.deliver_due(at=AT, limit=3) == 6
    assert (len(mail.outbox), len(sink.taken)) == (3, 3)


def test_a_server_that_is_down_for_days_loses_nothing(due_mail, settings):
    """What a message cannot help is not counted against it."""
    backend(settings, Down)
    row, at = due_mail(), AT
    Notification.objects.update(created_at=AT)
    for _minutes in range(0, 3 * 24 * 60, 20):
        delivery.deliver_due(at=at)
        at += timedelta(minutes=20)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert delivery.deliver_due(at=at) == 1


def test_what_no_server_took_for_a_week_is_given_up(due_mail, settings):
    backend(settings, Down)
    row = due_mail()
    Notification.objects.update(created_at=AT - delivery.SERVER_PATIENCE - timedelta(hours=1))
    delivery.deliver_due(at=AT)
    assert state(row) == DeliveryState.FAILED


def test_an_unknown_address_is_given_up_at_once_and_shown(due_mail, settings, staff, office):
    backend(settings, Unknown)
    other = make_person(office, email="other@example.org")
    bad, good = due_mail("a"), due_mail("b", recipient=other)
    assert delivery.deliver_due(at=AT) == 1
    assert (state(bad), state(good)) == (DeliveryState.FAILED, DeliveryState.SENT)
    staff.refresh_from_db()
    assert staff.email_refused_at is not None
    assert "550 ไม่มีผู้รับ" in staff.email_refusal


def test_an_address_that_works_again_is_forgiven(due_mail, settings, staff):
    backend(settings, Unknown)
    due_mail("a")
    delivery.deliver_due(at=AT)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    due_mail("b")
    delivery.deliver_due(at=AT)
    staff.refresh_from_db()
    assert (staff.email_refused_at, staff.email_refusal) == (None, "")


def test_a_new_address_begins_without_blame(due_mail, settings, staff):
    backend(settings, Unknown)
    due_mail("a")
    delivery.deliver_due(at=AT)
    update_person(staff, by=staff, email="new@example.org")
    staff.refresh_from_db()
    assert staff.email_refused_at is None


@pytest.mark.parametrize("poison", ["guard", "address", "subject"])
def test_one_poisonous_row_in_500(office, settings, caplog, poison):
    """Whatever is wrong with one, 499 are sent and an administrator is shown the one."""
    people = User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@example.org", office=office, password="!")
        for n in range(500)
    )
    outbox.notify(
        [
            Notification(recipient=who, key=f"k{n:03}", kind="news", title="ข่าว")
            for n, who in enumerate(people)
        ]
    )
    Delivery.objects.update(not_before=AT)
    victim = Notification.objects.get(key="k123")
    if poison == "guard":
        Notification.objects.filter(pk=victim.pk).update(todo_key="poison")
    elif poison == "address":
        User.objects.filter(pk=victim.recipient_id).update(email="a@b\nc")
    else:
        Notification.objects.filter(pk=victim.pk).update(title="หัวข้อ\nBcc: x@example.org")
    sent = sum(delivery.deliver_due(at=AT) for _round in range(4))
    assert "Bcc" not in "".join(map(str, (message.message().keys() for message in mail.outbox)))
    if poison == "subject":  # a line end in a title is taken out, not refused
        assert sent == 500
        return
    assert sent == 499
    assert [row.notification for row in Delivery.objects.failed()] == [victim]


def test_a_poison_row_holds_nobody_up(due_mail, settings):
    backend(settings, Choosy)
    bad, good = due_mail("a", "พิษ"), due_mail("b")
    assert delivery.deliver_due(at=AT) == 1
    assert (state(bad), state(good)) == (DeliveryState.WAITING, DeliveryState.SENT)


def test_what_the_guard_denies_is_dropped(due_mail):
    row = due_mail(todo_key="skn2:2560:approve")
    assert delivery.deliver_due(at=AT) == 0
    assert state(row) == DeliveryState.DROPPED
    assert mail.outbox == []


def test_what_the_guard_confirms_is_sent(due_mail):
    open_todos.add("skn2:2560:approve")
    due_mail(todo_key="skn2:2560:approve")
    assert delivery.deliver_due(at=AT) == 1


def test_nothing_goes_to_who_was_deactivated(due_mail, staff):
    row = due_mail()
    type(staff).objects.filter(pk=staff.pk).update(is_active=False)
    assert delivery.deliver_due(at=AT) == 0
    assert state(row) == DeliveryState.DROPPED


def test_a_dead_workers_lease_runs_out(due_mail, settings):
    """It dies after the server took the mail: the repeat carries the same Message-ID."""
    row = due_mail()
    backend(settings, Fatal)
    with pytest.raises(SystemExit):
        delivery.deliver_due(at=AT)
    assert state(row) == DeliveryState.CLAIMED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert delivery.deliver_due(at=AT + LEASE - timedelta(seconds=1)) == 0
    assert delivery.deliver_due(at=AT + LEASE) == 1
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_a_mail_that_kills_every_worker_is_given_up(due_mail, settings):
    row, at = due_mail(), AT
    backend(settings, Fatal)
    for _attempt in range(len(delivery.BACKOFF) + 1):
        with pytest.raises(SystemExit):
            delivery.deliver_due(at=at)
        at += timedelta(days=1)
    assert delivery.deliver_due(at=at) == 0
    assert state(row) == DeliveryState.FAILED


def test_who_lost_the_lease_marks_nothing(due_mail):
    row = due_mail()
    first = delivery.Run(worker="first", at=AT)
    second = delivery.Run(worker="second", at=AT + LEASE)
    assert first.claim(row.pk)
    assert second.claim(row.pk)
    first.mark(row, DeliveryState.SENT)
    assert state(row) == DeliveryState.CLAIMED
    second.mark(row, DeliveryState.SENT)
    assert state(row) == DeliveryState.SENT


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_planners_tell_once(office):
    people = [make_person(office, email=f"p{n}@example.org") for n in range(5)]

    def plan(_n):
        outbox.notify(
            [
                Notification(recipient=who, key=f"{who.pk}:todo:before:2017-01-01", title="t")
                for who in people
            ]
        )

    assert together(10, plan) == [None] * 10
    assert Notification.objects.count() == 5
    assert Delivery.objects.count() == 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_workers_send_each_mail_once(office):
    people = [make_person(office, email=f"p{n}@example.org") for n in range(8)]
    outbox.notify([Notification(recipient=who, key=f"{who.pk}", title="t") for who in people])
    Delivery.objects.update(not_before=AT)
    assert sum(together(10, lambda n: delivery.deliver_due(at=AT, worker=str(n)))) == 8
    assert sorted(message.to[0] for message in mail.outbox) == sorted(p.email for p in people)
    assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.SENT, 1)}


def test_the_task_sends_what_is_due(due_mail):
    row = due_mail()
    deliver_notifications()
    deliver_notifications()
    assert state(row) == DeliveryState.SENT
    assert len(mail.outbox) == 1
