"""A request waits for who can do it, then for who asked; never twice, and not once it is locked."""

from datetime import timedelta

import pytest

import thai
from core import clock
from indicators.models import Assessment, Item, ItemRequest
from indicators.narratives import items
from indicators.requests import requests
from notifications.models import Notification
from people.models import User
from tests.factories import cycles as make
from tests.factories.workflow import assign_all, load_cycle
from workflow.models import Reminder
from workflow.reminders.planning import plan_due
from workflow.states import StepKind
from workflow.todo import TodoKind
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
OF_REQUESTS = {TodoKind.DO_REQUEST, TodoKind.ACCEPT_REQUEST}


@pytest.fixture
def year():
    """A year in step 4: one writes everything, one is a member of the committee."""
    year = make.make_year()
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[year.staff[1]], writer=year.staff[0])
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=clock.today() + timedelta(days=30))
    return year


@pytest.fixture
def item(year):
    rows = Item.objects.select_related("assessment__office", "consideration__indicator")
    return rows.get(assessment=year.cycle.assessment, consideration__code="1.1.1")


def waiting(year, *kinds):
    wanted = set(kinds) or OF_REQUESTS
    return [t for t in todos_of(load_cycle(year.cycle.pk), clock.now()) if t.kind in wanted]


def one(year):
    (todo,) = waiting(year)
    return todo


def test_from_who_is_asked_to_who_asked(year, item):
    due = clock.today() + timedelta(days=3)
    row = requests.ask(item, text="แนบรายงาน", due_on=due, by=year.director)
    todo = one(year)
    assert (todo.kind, todo.users, todo.due) == (
        TodoKind.DO_REQUEST, (year.staff[0].pk,), due,
    )  # fmt: skip
    assert todo.url == f"/o/skn2/2560/requests/{row.pk}/"
    assert year.director.full_name in todo.title
    requests.finish(row, text="แนบแล้ว", by=year.staff[0])
    todo = one(year)
    assert (todo.kind, todo.users) == (TodoKind.ACCEPT_REQUEST, (year.director.pk,))
    assert todo.due == clock.today() + timedelta(days=7)
    requests.accept(row, seen=2, by=year.director)
    assert waiting(year) == []


def test_without_a_day_it_is_due_in_a_week(year, item):
    row = requests.ask(item, text="แนบรายงาน", by=year.director)
    assert one(year).due == thai.local_date(row.asked_at) + timedelta(days=7)


def test_who_is_named_does_it_as_long_as_they_can(year, item):
    requests.ask(item, text="แนบรายงาน", asked_of=year.coordinator, by=year.director)
    assert one(year).users == (year.coordinator.pk,)
    year.coordinator.role_grants.all().delete()
    assert one(year).users == (year.staff[0].pk,)
    User.objects.filter(pk=year.staff[0].pk).update(is_active=False)
    assert one(year).users == ()


def test_what_somebody_asked_who_left_is_accepted_by_the_coordinator(year, item):
    row = requests.ask(item, text="แนบรายงาน", by=year.staff[1])
    requests.finish(row, text="แนบแล้ว", by=year.staff[0])
    assert one(year).users == (year.staff[1].pk,)
    User.objects.filter(pk=year.staff[1].pk).update(is_active=False)
    assert one(year).users == (year.coordinator.pk,)


def test_what_was_returned_waits_once(year, item):
    Item.objects.filter(pk=item.pk).update(
        state="handed_in", narrative="ทำแล้ว", no_evidence_reason="ไม่มี"
    )
    items.take_back(item, by=year.coordinator, why="ขาดตัวเลข")
    assert waiting(year) == []
    todo = next(t for t in waiting(year, TodoKind.HAND_IN) if "1.1.1" in t.title)
    assert "เหตุผล" in todo.detail
    make.jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    assert one(year).users == (year.staff[0].pk,)
    items.hand_in(item, by=year.staff[0])
    assert one(year).kind == TodoKind.ACCEPT_REQUEST


def test_an_answer_from_before_requests_waits_for_nobody(year, item):
    row = requests.ask(item, text="แนบรายงาน", by=year.director)
    requests.finish(row, text="แนบแล้ว", by=year.staff[0])
    ItemRequest.objects.update(answered_before=True)
    assert waiting(year) == []


def test_a_locked_year_waits_for_nobody(year, item):
    requests.ask(item, text="แนบรายงาน", by=year.director)
    Assessment.objects.update(state="locked", locked_at=clock.now())
    assert waiting(year) == []


def test_the_message_of_the_request_is_its_news(year, item):
    """The planner notes that it was said and writes no second message."""
    requests.ask(item, text="แนบรายงาน", by=year.director)
    before = Notification.objects.count()
    plan_due(clock.now())
    row = Reminder.objects.get(todo_key__contains=":do_request:")
    assert row.notification == Notification.objects.get(kind="request_asked")
    assert not Notification.objects.filter(title__contains="แนบรายงาน").exists()
    assert Notification.objects.count() == before
