"""What lies in the inbox waits for who can sort it now, and never is late on the day it came."""

from datetime import date, timedelta

import pytest

import thai
from core import clock
from indicators.models import InboxEntry, Item
from indicators.narratives.inbox.sorting import set_aside
from indicators.states import ItemState
from tests.factories import cycles as make
from tests.factories.content import make_entry, make_evidence
from tests.factories.workflow import assign_all
from workflow.states import StepKind
from workflow.todo import TodoKind
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(settings, tmp_path):
    """A year in step 4 whose writer the order appointed."""
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0
    year = make.make_year()
    writer, member = year.staff
    assign_all(year.cycle, writer)
    make.appoint(year, members=[member], writer=writer)
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    return year


def put(year, code, **more):
    return make_entry(year.office, by=year.staff[1], code=code, event_on=date(2017, 2, 3), **more)


def waiting(year):
    todos = todos_of(year.cycle, clock.now())
    return {todo.params["code"]: todo for todo in todos if todo.kind == TodoKind.SORT_INBOX}


def first(year):
    return Item.objects.filter(assessment=year.cycle.assessment).in_order().first()


def test_the_writer_sorts_what_is_for_it_and_the_coordinator_the_rest(year):
    code, above = first(year).consideration.code, first(year).consideration.indicator.code
    for name, wanted in enumerate((code, code, above, "", "9.9")):
        put(year, wanted, name=f"{name}.pdf")
    found, writer = waiting(year), year.staff[0]
    assert {key: todo.users for key, todo in found.items()} == {
        code: (writer.pk,),
        above: (writer.pk,),
        "": (year.coordinator.pk,),
        "9.9": (year.coordinator.pk,),
    }
    assert ("2" in found[code].title, found[code].blocks) == (True, False)
    assert found[code].url.endswith(f"/inbox/for/{code}/")
    assert found[code].due >= thai.local_date(clock.now()) + timedelta(days=7)


def test_it_waits_for_nobody_once_it_is_sorted_or_the_step_is_over(year):
    entry = put(year, first(year).consideration.code)
    set_aside(entry, why="ไม่ชัด", by=year.coordinator)
    assert waiting(year) == {}
    InboxEntry.objects.update(sorted_how="", sorted_at=None, sorted_by=None, why="")
    assert len(waiting(year)) == 1
    InboxEntry.objects.update(event_on=date(2017, 10, 1))  # that is next year's
    assert waiting(year) == {}
    InboxEntry.objects.update(event_on=date(2017, 2, 3))
    make.jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    assert waiting(year) == {}


def test_what_was_handed_in_is_the_coordinators_to_pass_on(year):
    item = first(year)
    put(year, item.consideration.code)
    Item.objects.filter(pk=item.pk).update(state=ItemState.HANDED_IN)
    assert waiting(year)[item.consideration.code].users == (year.coordinator.pk,)


def test_handing_in_says_what_is_still_to_be_re_verified(year):
    item = first(year)
    evidence = make_evidence(year.office, by=year.staff[0], items=[item])
    citation = evidence.citations.get()
    item.citations.update(brought_from=citation)
    Item.objects.filter(pk=item.pk).update(narrative="ทำแล้ว", narrative_from=2559)
    todos = {todo.params.get("code"): todo for todo in todos_of(year.cycle, clock.now())}
    assert "1" in todos[item.consideration.code].detail
    item.citations.update(verified_at=clock.now(), verified_by=year.staff[0])
    todos = {todo.params.get("code"): todo for todo in todos_of(year.cycle, clock.now())}
    assert "ตรวจทาน" in todos[item.consideration.code].detail
