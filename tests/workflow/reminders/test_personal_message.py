"""A personal message: to whom the todo waits, once, recorded."""

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications.models import Notification
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.people import grant, make_group, make_office, make_person
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import DUE, after
from workflow.models import Reminder
from workflow.reminders.personal_message import nudge, send_message
from workflow.states import StepKind

pytestmark = pytest.mark.django_db

KEY = "skn2:2560:write_item:1.1.1"


@pytest.fixture(autouse=True)
def _three_days_late():
    with clock.pretend(after(3)):
        yield


@pytest.fixture
def year():
    year = make.make_year(staff=2)
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[year.coordinator], writer=year.staff[0])
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE)
    Notification.objects.all().delete()
    return year


def send(year, by, *, text="โปรดเร่งรัดให้แล้วเสร็จ", token="first"):  # noqa: S107 - none
    return send_message(year.cycle, key=KEY, text=text, by=by, token=token)


def test_it_arrives_and_is_recorded(year):
    assert send(year, year.coordinator) == 1
    notification = Notification.objects.get()
    assert (notification.recipient, notification.body) == (year.staff[0], "โปรดเร่งรัดให้แล้วเสร็จ")
    assert notification.title.startswith("ข้อความติดตามจาก ประสาน")
    assert notification.url == "/o/skn2/2560/items/1.1.1/"
    row = Reminder.objects.get()
    assert (row.said_by, row.notification, row.todo_key) == (year.coordinator, notification, KEY)
    event = Event.objects.get(verb="reminder.message")
    assert (event.actor, event.why) == (year.coordinator, "โปรดเร่งรัดให้แล้วเสร็จ")
    assert year.staff[0].full_name in event.after["to"]


def test_sent_twice_it_arrives_once(year):
    assert send(year, year.coordinator) == 1
    assert send(year, year.coordinator) == 0
    assert (
        Notification.objects.count() == Event.objects.filter(verb="reminder.message").count() == 1
    )
    assert send(year, year.coordinator, token="another") == 1


def test_one_click_once_a_day_for_each_who_clicks(year):
    assert nudge(year.cycle, key=KEY, by=year.coordinator) == 1
    assert nudge(year.cycle, key=KEY, by=year.coordinator) == 0
    assert nudge(year.cycle, key=KEY, by=year.director) == 1
    with clock.pretend(after(4)):
        assert nudge(year.cycle, key=KEY, by=year.coordinator) == 1


def test_nothing_is_said_about_what_is_done(year):
    year.cycle.assessment.items.update(
        state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี"
    )
    with pytest.raises(MoveRefused):
        send(year, year.coordinator)


def test_an_empty_message_is_refused(year):
    with pytest.raises(RuleBroken):
        send(year, year.coordinator, text="   ")


def test_a_groups_director_speaks_to_the_own_group_only(year):
    head = make_person(year.office, work_group=make_group(year.office, "g1"))
    grant(head, Role.GROUP_DIRECTOR)
    with pytest.raises(NotAllowed):
        send(year, head)
    User.objects.filter(pk=year.staff[0].pk).update(work_group=head.work_group)
    assert send(year, head) == 1


@pytest.mark.parametrize("who", ["staff", "stranger", "self"])
def test_others_do_not(year, who):
    by = {
        "staff": year.staff[1],
        "stranger": make_person(make_office("skn1"), Role.COORDINATOR),
        "self": year.staff[0],
    }[who]
    with pytest.raises(NotAllowed):
        send(year, by)
    assert not Notification.objects.exists()
