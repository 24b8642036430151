"""What is kept of a cycle's todos is what would be computed now, whatever changed and by whom.

``test_todos.py`` runs on PostgreSQL too and asks after every verb of a whole year; here is what
verbs do not show: each table by itself, the hours, transactions, and how little it costs.
"""

import re
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.models import AppendOnly
from indicators.models import Assessment, Item, ItemRequest, Score
from indicators.projects.projects import create_project
from indicators.scores.scores import verify_score
from people.models import Office, User
from people.states import Role
from tests.database.emptying import unguarded
from tests.factories import cycles as make
from tests.factories.content import make_entry, make_evidence
from tests.factories.meetings import make_task
from tests.factories.people import act_for, make_reviewer
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import round_at
from workflow.followup import recommendations
from workflow.meetings import calling
from workflow.models import Acknowledgement, Attendance, Cycle, Meeting, ResolutionTask
from workflow.states import MeetingKind, MeetingState, ProposalKind, StepKind
from workflow.steps.overview import overview_of
from workflow.todos import kept, stamps
from workflow.todos.stamps import stamp_of
from workflow.todos.todos import KEPT, kept_by_cycle, todos_by_cycle, todos_of

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps todos"),
]
HOUR = timedelta(hours=1)
# Names of rights come with the migrations, an edition's rows are never rewritten
# (catalogue/trees.py), and of work groups nothing that is kept says anything.
NEVER_CHANGED = {
    "auth_permission",
    "indicators_edition",
    "indicators_qualitylevel",
    "people_workgroup",
}


@pytest.fixture
def year():
    """A year with a row in every table that todos are read from."""
    year = make.make_year()
    writer, member = year.staff
    cycle, assessment = year.cycle, year.cycle.assessment
    assign_all(year.cycle, writer)
    make.appoint(year, members=[member], writer=writer)
    act_for(member, Role.DEPUTY, since=clock.today(), until=clock.today())
    paper = make.approve(year, ProposalKind.ANNOUNCEMENT, published_at=clock.now())
    Acknowledgement.objects.create(proposal=paper, user=writer, asked_at=clock.now())
    _meet(year, writer)
    item = Item.objects.filter(assessment=assessment).in_order().first()
    make_evidence(year.office, by=writer, items=[item])
    make_entry(year.office, by=writer)
    indicator = item.consideration.indicator
    project = {"kind": "project", "title": "โครงการ"}
    create_project(assessment, indicators=[indicator], by=year.coordinator, **project)
    _ask(item, member, evidence=item.citations.get().evidence)
    Score.objects.create(item=item, assessor=member, level=3, saved_at=clock.now())
    make.agree_all(year)
    reviewer = make_reviewer()
    make.submit(year)
    verify_score(item, level=4, reason="เห็นตาม", by=reviewer)
    recommendations.add(cycle, indicator=None, problem="", recommendation="ทำ", by=reviewer)
    return year


def _ask(item, by, **fields):
    at = clock.now()
    return ItemRequest.objects.create(
        item=item, text="ใคร", asked_by=by, asked_of=by, asked_at=at, moved_at=at, **fields
    )


def _meet(year, owner):
    meeting = calling.create_meeting(
        year.cycle,
        kind=MeetingKind.BRIEFING,
        title="ประชุม",
        starts_at=clock.now() + 2 * HOUR,
        place="ห้องประชุม",
        agenda=["เรื่องแจ้ง"],
        by=year.coordinator,
    )
    make_task(meeting, owner=owner, due=date(2017, 8, 1))


def stamp(cycle):
    """The cycle's stamp now."""
    return stamps.stamps_of([cycle])[cycle.pk]


def said(todos):
    """Everything that a todo says, also what its equality leaves out."""
    return [(todo, todo.title, todo.detail, todo.url, dict(todo.params)) for todo in todos]


def computed(cycle, at):
    """What is found without what is kept."""
    again = Cycle.objects.select_related("assessment__office").get(pk=cycle.pk)
    return todos_by_cycle([again], at)[cycle.pk]


def same(cycle, at):
    """Whether asking and computing agree, at first and when asked again."""
    fresh, numbers = said(computed(cycle, at)), overview_of(cycle, None)
    return all(
        said(todos_of(cycle, at)) == fresh and overview_of(cycle, stamp_of(cycle)) == numbers
        for _time in range(2)
    )


# -- rows -----------------------------------------------------------------------------
def test_a_changed_row_of_any_table_is_noticed(year):
    unnoticed = []
    for models, _condition in stamps.READ:
        for model in models:
            before = stamp(year.cycle)
            pks = list(model.objects.values_list("pk", flat=True))
            assert pks, f"the world has no row of {model}"
            # A field that nothing else depends on: what is written is what stood there.
            name = next(field.attname for field in model._meta.fields if not field.primary_key)
            with unguarded(model) if issubclass(model, AppendOnly) else nullcontext():
                for pk, value in model.objects.values_list("pk", name):
                    model.objects.filter(pk=pk).update(**{name: value})
            if stamp(year.cycle) == before:
                unnoticed.append(model)
    assert unnoticed == []


def test_an_added_and_a_removed_row_are_noticed(year):
    seen = {stamp(year.cycle)}
    row = _ask(Item.objects.filter(assessment=year.cycle.assessment).last(), year.coordinator)
    seen.add(stamp(year.cycle))
    row.delete()
    assert stamp(year.cycle) in seen
    assert len(seen) == 2


def test_another_office_changes_nothing(year):
    before = stamp(year.cycle)
    make.make_year("skn1", edition=year.cycle.assessment.edition)
    assert stamp(year.cycle) == before


@pytest.mark.parametrize("step", StepKind)
def test_every_table_that_is_read_is_in_the_stamp(year, step):
    make.jump_to(year.cycle, step)
    with CaptureQueriesContext(connection) as queries:
        computed(year.cycle, clock.now())
        overview_of(year.cycle, None)
    read = {
        table
        for query in queries.captured_queries
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    stamped = {model._meta.db_table for models, _condition in stamps.READ for model in models}
    assert read - stamped <= NEVER_CHANGED


def _everybody_leaves(year):
    User.objects.filter(office=year.office).update(is_active=False)


NOT_SUBMITTED = {"submitted_at": None, "taken_up_at": None, "taken_up_by": None}
CHANGES = {
    "name of the office": lambda year: Office.objects.update(short_name="ใหม่"),
    "text of an item": lambda year: Item.objects.update(narrative="เขียนแล้ว"),
    "taken back": lambda year: Assessment.objects.update(**NOT_SUBMITTED),
    "withdrawn": lambda year: ItemRequest.objects.update(
        state="withdrawn", withdrawn_at=clock.now()
    ),
    "present": lambda year: Attendance.objects.update(present=True),
    "held": lambda year: Meeting.objects.update(state=MeetingState.HELD, held_at=clock.now()),
    "acknowledged": lambda year: Acknowledgement.objects.update(acknowledged_at=clock.now()),
    "done": lambda year: ResolutionTask.objects.update(done_at=clock.now()),
    "nobody is left": _everybody_leaves,
}


@pytest.mark.parametrize("step", StepKind)
def test_what_a_console_changes_is_seen_at_once(year, step):
    make.jump_to(year.cycle, step)
    assert same(year.cycle, clock.now())
    for name, change in CHANGES.items():
        change(year)
        assert same(year.cycle, clock.now()), name


def test_a_cycle_loaded_before_a_change_is_not_kept_with_the_change_after_it(year):
    old = Cycle.objects.select_related("assessment__office").get(pk=year.cycle.pk)
    Assessment.objects.filter(pk=old.assessment_id).update(**NOT_SUBMITTED)
    todos_of(old, clock.now())
    assert same(year.cycle, clock.now())


@pytest.fixture
def at_work():
    """A year in step 4, with a request that waits."""
    year = make.make_year()
    writer, member = year.staff
    assign_all(year.cycle, writer)
    make.appoint(year, members=[member], writer=writer)
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    item = Item.objects.filter(assessment=year.cycle.assessment).in_order().first()
    _ask(item, member)
    return year


def test_what_the_own_transaction_changes_is_seen_in_it(at_work):
    year, at = at_work, clock.now()
    assert same(year.cycle, at)
    with transaction.atomic():
        for text in ("หนึ่ง", "สอง"):
            ItemRequest.objects.update(text=text)
            assert any(text in todo.title for todo in todos_of(year.cycle, at))
        transaction.set_rollback(True)
    assert not any("สอง" in todo.title for todo in todos_of(year.cycle, at))


# -- hours ----------------------------------------------------------------------------
MINUTES = st.integers(-36 * 60, 36 * 60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=MINUTES, then=MINUTES)
def test_hours_and_days_end_what_is_kept(year, first, then):
    Meeting.objects.filter(check_in_code="").update(check_in_code="123456")
    make.jump_to(year.cycle, StepKind.BRIEFING)
    begins = Meeting.objects.get().starts_at
    KEPT.forget()
    for minutes in (first, then, first):
        assert same(year.cycle, begins + timedelta(minutes=minutes))


def test_the_very_second_of_a_meeting_ends_what_is_kept(year):
    Meeting.objects.update(check_in_code="123456")
    make.jump_to(year.cycle, StepKind.BRIEFING)
    begins = Meeting.objects.get().starts_at
    for edge in (begins - HOUR, begins):
        for at in (edge - timedelta(microseconds=1), edge, edge + timedelta(microseconds=1)):
            assert same(year.cycle, at)


# -- cost -----------------------------------------------------------------------------
def test_asking_again_costs_one_query(year):
    at = clock.now()
    todos_of(year.cycle, at)
    with CaptureQueriesContext(connection) as queries:
        kept_by_cycle([year.cycle], at)
    assert len(queries) == 1


def test_a_server_that_knows_no_prepared_statement_is_asked_in_full(year):
    before = stamp(year.cycle)
    assert stamp(year.cycle) == before
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert stamp(year.cycle) == before


def test_a_server_that_knows_the_statement_from_somebody_else_is_asked_in_full(year):
    before = stamp(year.cycle)
    stamps.PREPARED.discard(connection.connection)  # as behind a pooler
    assert [stamp(year.cycle), stamp(year.cycle)] == [before, before]


def test_the_statement_is_prepared_once_per_connection(year):
    stamp(year.cycle)
    with CaptureQueriesContext(connection) as queries:
        found = {stamp(year.cycle) for _again in range(10)}
    assert len(found) == 1
    assert {query["sql"].split("(")[0] for query in queries} == {f"EXECUTE {stamps._name()}"}
    connection.close()
    assert stamp(year.cycle) in found


def test_several_cycles_have_the_stamps_of_each(year):
    other = make.make_year("skn1", edition=year.cycle.assessment.edition)
    cycles = [year.cycle, other.cycle]
    assert stamps.stamps_of(cycles) == {cycle.pk: stamp(cycle) for cycle in cycles}


def test_the_least_used_cycle_makes_room(year, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 1)
    other = make.make_year("skn1", edition=year.cycle.assessment.edition)
    at = clock.now()
    for one in (year, other, year):
        assert same(one.cycle, at)


@pytest.mark.parametrize(
    ("name", "most"),
    [("home", 9), ("todo_list", 7), ("cycle", 8), ("lateness", 10), ("reminder_list", 8)],
)
def test_pages_ask_little_when_nothing_changed(year, client_for, name, most):
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=clock.today() - timedelta(days=3))
    round_at(clock.now())
    client = client_for(year.coordinator)
    url = reverse(f"workflow:{name}", args=[] if name in ("home", "todo_list") else year.address)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) <= most
