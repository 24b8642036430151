"""The head of the history leaves the machine every day, with the digests of those who keep it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from core import clock
from core.history import log_event
from core.history.heads import head_of
from notifications.delivery import deliver_due
from notifications.models import Delivery
from people.roles import appoint_acting
from people.states import Role
from tests.factories.people import make_person
from tests.workflow.reminders.days import DUE, after, digests, round_at

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def admin(due_year):
    return make_person(due_year.office, Role.ADMIN, email="admin@example.go.th")


def body_of(person):
    return digests(recipient=person)[-1].body


def grow(office, n):
    with clock.pretend(after(n) - timedelta(hours=1)):
        log_event(office, actor=None, verb="office.update", target=office)


def test_the_director_reads_it_below_what_waits(due_year):
    round_at(after(25))  # the coordinator's work is so late that the director hears of it
    (digest,) = digests(recipient=due_year.director)
    assert digest.reminders.exists()
    assert str(head_of(due_year.office)) in digest.body
    assert all("skn2:" not in one.body for one in digests() if one != digest)


def test_an_administrator_gets_it_though_nothing_waits(due_year, admin):
    grow(due_year.office, 0)
    round_at(after(0))
    (digest,) = digests(recipient=admin)
    assert not digest.reminders.exists()
    assert str(head_of(due_year.office)) in digest.body
    assert digest.title == "รหัสประวัติการดำเนินการประจำวัน"
    round_at(after(0) + timedelta(hours=2))
    assert len(digests(recipient=admin)) == 1


def test_it_comes_again_only_when_the_history_grew_and_on_days_of_digests(due_year, admin):
    grow(due_year.office, 0)
    round_at(after(0))
    round_at(after(3))  # Monday: nothing happened
    assert len(digests(recipient=admin)) == 1
    grow(due_year.office, 4)
    first = body_of(admin)
    round_at(after(1))  # Saturday
    round_at(after(4))
    assert len(digests(recipient=admin)) == 2
    assert body_of(admin) != first


def test_it_goes_out_by_mail_and_is_what_the_command_asks_for(due_year, admin, capsys):
    grow(due_year.office, 0)
    round_at(after(0))
    with clock.pretend(after(0) + timedelta(minutes=1)):
        deliver_due()
    (sent,) = [message for message in mail.outbox if message.to == ["admin@example.go.th"]]
    head = str(head_of(due_year.office))
    assert head in sent.body
    grow(due_year.office, 1)
    call_command("audit_verify", head=[head])
    assert f"{head}: the history holds it" in capsys.readouterr().out


def test_a_digest_that_waited_says_the_head_of_when_it_is_sent(due_year, admin):
    grow(due_year.office, 0)
    round_at(after(0))
    stood = body_of(admin)
    grow(due_year.office, 1)
    with clock.pretend(after(1)):
        deliver_due()
    (sent,) = [message for message in mail.outbox if message.to == ["admin@example.go.th"]]
    assert str(head_of(due_year.office)) in sent.body
    assert stood not in sent.body


def test_who_left_the_digest_reads_it_in_the_application(due_year, admin):
    type(admin).objects.filter(pk=admin.pk).update(digest_by_email=False)
    grow(due_year.office, 0)
    round_at(after(0))
    assert len(digests(recipient=admin)) == 1
    assert not Delivery.objects.filter(notification__recipient=admin).exists()


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.COORDINATOR])
def test_nobody_else_gets_one_for_it_alone(due_year, role):
    other = make_person(due_year.office, role)
    grow(due_year.office, 0)
    round_at(after(0))
    assert all("skn2:" not in one.body for one in digests(recipient=other))


def test_who_acts_for_the_administrator_gets_it(due_year, admin):
    deputy = make_person(due_year.office)
    period = {"since": DUE, "until": DUE + timedelta(days=9)}
    appoint_acting(deputy, for_role=Role.ADMIN, office=due_year.office, by=None, **period)
    grow(due_year.office, 0)
    round_at(after(0))
    assert len(digests(recipient=deputy)) == 1
