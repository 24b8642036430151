"""In which order todos stand, under which keys, where they lead, how many queries they cost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from indicators.models import Item, Score
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.workflow import assign_all
from workflow.models import Step
from workflow.states import StepKind
from workflow.todos.todos import todos_by_cycle, todos_of

pytestmark = pytest.mark.django_db


def test_most_urgent_first():
    year = make.make_year(edition=make_edition(2, 2, 3))
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=date(2017, 7, 15))
    Step.objects.filter(cycle=year.cycle, kind=2).update(
        state="open", planned_start=date(2016, 1, 1), planned_end=date(2016, 12, 1)
    )
    todos = todos_of(year.cycle, datetime(2017, 7, 18, tzinfo=UTC))
    dues = [todo.due for todo in todos]
    assert dues == sorted(dues)
    assert todos[0].days_late(date(2017, 7, 18)) > 200


def test_keys_are_unique_and_stay():
    year = make.make_year(edition=make_edition(2, 3, 3))
    for step in StepKind:
        make.jump_to(year.cycle, step)
        first = [todo.key for todo in todos_of(year.cycle, clock.now())]
        later = [todo.key for todo in todos_of(year.cycle, clock.now() + timedelta(days=40))]
        assert first == later
        assert len(set(first)) == len(first)


@pytest.mark.parametrize("step", StepKind)
def test_every_todo_reads_and_leads_somewhere(step):
    year = make.make_year()
    make.jump_to(year.cycle, step)
    assign_all(year.cycle, year.staff[0])
    todos = todos_of(year.cycle, clock.now())
    assert todos
    for todo in todos:
        assert "%(" not in todo.title + todo.detail
        assert todo.url.startswith(("/o/skn2/2560/", "/submissions/skn2/2560/"))
        assert todo.key.startswith(f"skn2:2560:{todo.kind}")


def count_queries(cycle):
    with CaptureQueriesContext(connection) as queries:
        todos_of(cycle, clock.now())
    return len(queries)


@pytest.mark.parametrize("step", StepKind)
def test_queries_do_not_grow(step):
    small = make.make_year("skn1", edition=make_edition(1, 1, 1))
    big = make.make_year("skn2", edition=make_edition(2, 5, 3, code="big"), staff=30)
    for year in (small, big):
        make.jump_to(year.cycle, step)
        assign_all(year.cycle, year.staff[0])
        make.appoint(year, members=year.staff, writer=year.staff[0])
    for item in Item.objects.filter(assessment=big.cycle.assessment):
        Score.objects.create(
            item=item, assessor=big.staff[1], level=3, reason="", saved_at=clock.now()
        )
    assert count_queries(small.cycle) == count_queries(big.cycle)
    assert count_queries(big.cycle) <= 18


def test_many_cycles_cost_what_one_costs():
    years = [make.make_year(f"o{n}") for n in range(6)]
    for year in years:
        make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    with CaptureQueriesContext(connection) as one:
        todos_by_cycle([years[0].cycle], clock.now())
    with CaptureQueriesContext(connection) as all_of_them:
        todos_by_cycle([year.cycle for year in years], clock.now())
    assert len(one) == len(all_of_them)
