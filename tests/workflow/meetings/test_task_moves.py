"""Every deed on a task of a resolution × task open or done × minutes open, closed, called off."""

from datetime import timedelta
from functools import partial

import pytest

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, Refused, RuleBroken
from people.states import Role
from reports.gather.meetings import agenda
from tests.factories import cycles as make
from tests.factories.everything import changed, everything
from tests.factories.meetings import make_meeting, make_task
from tests.factories.people import make_office, make_person
from workflow.meetings import resolution_tasks as tasks
from workflow.meetings.agenda_items import minuted, write_agenda
from workflow.meetings.queries import tasks_by_item
from workflow.models import AgendaItem, Meeting, ResolutionTask
from workflow.states import MeetingState
from workflow.todo import TodoKind
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
TEXT, RESULT, WHY = "จัดทำแบบเก็บข้อมูล", "ส่งแบบครบทุกกลุ่มแล้ว", "ยังขาดกลุ่มนิเทศ"


@pytest.fixture
def year():
    return make.make_year()


@pytest.fixture
def meeting(year):
    return make_meeting(year.cycle, invited=year.staff)


def put(meeting, state):
    """The minutes as closing, opening or calling off leaves them, past the door."""
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    meeting.refresh_from_db()


def given(year, meeting, *, done):
    """A task as a request loads it, still to do or done."""
    owner, due = year.staff[0], clock.today() + timedelta(days=20)
    end = {"done_at": clock.now(), "done_by": owner, "result": RESULT} if done else {}
    return load(make_task(meeting, text=TEXT, owner=owner, due=due, **end).pk)


def load(pk):
    return ResolutionTask.objects.select_related(
        "meeting__cycle__assessment__office", "owner", "agenda_item"
    ).get(pk=pk)


def add(year, meeting, **fields):
    plan = {
        "item": meeting.agenda.first(),
        "text": TEXT,
        "owner": year.staff[0],
        "due": clock.today() + timedelta(days=20),
        "by": year.coordinator,
    }
    return tasks.add(meeting, **plan | fields)


DEEDS = {
    "remove": lambda task, by: tasks.remove(task, by=by),
    "finish": lambda task, by: tasks.finish(task, result=RESULT, by=by),
    "reopen": lambda task, by: tasks.reopen(task, why=WHY, by=by),
}
# From which state of the minutes, and whether done before.
ALLOWED = {
    "remove": (MeetingState.PLANNED, False),
    "finish": (MeetingState.HELD, False),
    "reopen": (MeetingState.HELD, True),
}


def refused(deed, *args, kind=Refused, **fields):
    before = everything()
    with pytest.raises(kind) as refusal:
        deed(*args, **fields)
    assert changed(before) == set()
    assert refusal.value.message.strip()
    return refusal.value


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("state", MeetingState.values)
@pytest.mark.parametrize("name", DEEDS)
def test_deed_in_every_state(year, meeting, name, state, done):
    task = given(year, meeting, done=done)
    put(meeting, state)
    task = load(task.pk)
    if (state, done) != ALLOWED[name]:
        refused(DEEDS[name], task, year.coordinator, kind=MoveRefused)
        return
    DEEDS[name](task, year.coordinator)
    stored = ResolutionTask.objects.kept().filter(pk=task.pk).first()
    assert (stored is None) == (name == "remove")
    if name == "finish":
        assert (stored.result, stored.done_by) == (RESULT, year.coordinator)
    elif name == "reopen":
        assert (stored.done_at, stored.done_by) == (None, None)
        assert stored.result == RESULT  # a beginning for the next report


@pytest.mark.parametrize("state", MeetingState.values)
def test_tasks_are_added_to_open_minutes_only(year, meeting, state):
    put(meeting, state)
    if state == MeetingState.PLANNED:
        task = add(year, meeting)
        assert (task.done_at, task.created_by) == (None, year.coordinator)
    else:
        refused(add, year, meeting, kind=MoveRefused)


@pytest.mark.parametrize("name", ["finish", "reopen"])
def test_of_two_stale_tasks_one_wins(year, meeting, name):
    state, done = ALLOWED[name]
    task = given(year, meeting, done=done)
    put(meeting, state)
    first, second = load(task.pk), load(task.pk)
    DEEDS[name](first, year.coordinator)
    refused(DEEDS[name], second, year.coordinator, kind=MoveRefused)


def test_minutes_that_were_closed_meanwhile_are_read_from_the_row(year, meeting):
    task = given(year, meeting, done=False)  # its copy still says that they are open
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    refused(DEEDS["remove"], task, year.coordinator, kind=MoveRefused)
    refused(add, year, meeting, kind=MoveRefused)


# -- taken out and put back -------------------------------------------------------------
def taken_out(year, meeting):
    task = given(year, meeting, done=False)
    tasks.remove(task, by=year.coordinator)
    return load(task.pk)


def test_a_task_taken_out_is_put_back_once_as_it_was(year, meeting):
    task = taken_out(year, meeting)
    tasks.remove(load(task.pk), by=year.coordinator)  # the second click
    assert not ResolutionTask.objects.kept().exists()
    tasks.restore(load(task.pk), by=year.coordinator)
    kept = ResolutionTask.objects.kept().get()
    assert (kept.pk, kept.text, kept.owner, kept.due) == (task.pk, TEXT, year.staff[0], task.due)
    refused(tasks.restore, task, by=year.coordinator, kind=MoveRefused)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["task.remove", "task.restore"]


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CANCELLED])
def test_closed_minutes_get_no_task_back_and_nobody_reports_on_it(year, meeting, state):
    task = taken_out(year, meeting)
    put(meeting, state)
    for deed in (tasks.restore, partial(tasks.finish, result=RESULT)):
        refused(deed, load(task.pk), by=year.coordinator, kind=MoveRefused)


def test_a_task_is_put_back_for_a_while_only(year, meeting):
    task = taken_out(year, meeting)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)):
        refused(tasks.restore, task, by=year.coordinator, kind=MoveRefused)
        assert tasks_by_item(meeting, now=clock.now()) == {}
    assert [row.pk for rows in tasks_by_item(meeting, now=clock.now()).values() for row in rows]


@pytest.mark.parametrize("who", ["director", "deputy", "owner", "stranger"])
def test_who_keeps_no_minutes_puts_nothing_back(year, meeting, who):
    people = {
        "director": year.director,
        "deputy": year.deputy,
        "owner": year.staff[0],
        "stranger": make_person(make_office("skn1"), Role.COORDINATOR),
    }
    refused(tasks.restore, taken_out(year, meeting), by=people[who], kind=NotAllowed)


def test_a_task_taken_out_keeps_no_agenda_item_and_stands_on_no_paper(year, meeting):
    task = taken_out(year, meeting)
    assert not minuted(meeting).filter(pk=task.agenda_item_id).exists()
    assert not any(point.tasks for point in agenda(meeting, tasks=True))
    put(meeting, MeetingState.HELD)
    assert TodoKind.RESOLUTION not in {todo.kind for todo in todos_of(year.cycle, clock.now())}
    put(meeting, MeetingState.PLANNED)
    write_agenda(meeting, ["เรื่องอื่น"])
    assert not AgendaItem.objects.filter(pk=task.agenda_item_id).exists()


# -- who ------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["director", "deputy", "another", "stranger"])
@pytest.mark.parametrize("name", DEEDS)
def test_others_than_owner_and_coordinator_change_nothing(year, meeting, name, who):
    state, done = ALLOWED[name]
    task = given(year, meeting, done=done)
    put(meeting, state)
    people = {
        "director": year.director,
        "deputy": year.deputy,
        "another": year.staff[1],
        "stranger": make_person(make_office("skn1"), Role.COORDINATOR),
    }
    refused(DEEDS[name], load(task.pk), people[who], kind=NotAllowed)


@pytest.mark.parametrize(("name", "may"), [("finish", True), ("reopen", True), ("remove", False)])
def test_the_owner_reports_and_takes_nothing_out(year, meeting, name, may):
    state, done = ALLOWED[name]
    task = given(year, meeting, done=done)
    put(meeting, state)
    if may:
        DEEDS[name](load(task.pk), year.staff[0])
    else:
        refused(DEEDS[name], load(task.pk), year.staff[0], kind=NotAllowed)


def test_an_owner_who_moved_to_another_office_reports_nothing(year, meeting):
    task = given(year, meeting, done=False)
    put(meeting, MeetingState.HELD)
    owner = year.staff[0]
    type(owner).objects.filter(pk=owner.pk).update(office=make_office("skn1"))
    owner.refresh_from_db()
    assert not tasks.may_finish(load(task.pk), owner)
    refused(DEEDS["finish"], load(task.pk), owner, kind=NotAllowed)


# -- what was typed -------------------------------------------------------------------
def test_each_bad_input_is_named_at_its_field(year, meeting):
    another = make_meeting(year.cycle)
    gone = make_person(year.office, is_active=False)
    stranger = make_person(make_office("skn1"))
    yesterday = clock.today(meeting.starts_at) - timedelta(days=1)
    bad = {
        "": {"item": AgendaItem.objects.filter(meeting=another).first()},
        "person": {"owner": gone},
        "due": {"due": yesterday},
    }
    for field, fields in bad.items():
        refusal = refused(add, year, meeting, kind=RuleBroken, **fields)
        assert (refusal.field or "") == field
    assert refused(add, year, meeting, kind=RuleBroken, owner=stranger).field == "person"


@pytest.mark.parametrize("empty", ["", "  ", "\n\t"])
def test_results_and_reasons_are_not_empty(year, meeting, empty):
    task = given(year, meeting, done=False)
    put(meeting, MeetingState.HELD)
    refusal = refused(tasks.finish, load(task.pk), result=empty, by=year.staff[0], kind=RuleBroken)
    assert refusal.field == "result"
    DEEDS["finish"](load(task.pk), year.staff[0])
    refused(tasks.reopen, load(task.pk), why=empty, by=year.staff[0], kind=RuleBroken)


def test_a_task_due_on_the_day_of_the_meeting_is_fine(year, meeting):
    assert add(year, meeting, due=clock.today(meeting.starts_at)).due
