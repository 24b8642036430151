"""The director decides on a PDF that shows what would be approved: whatever it prints counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.refusals import RuleBroken
from indicators.models import Indicator
from indicators.projects import projects
from tests.factories.cycles import approve, make_complete_year, make_sar
from tests.factories.meetings import make_attendance, make_meeting
from tests.factories.workflow import load_cycle, load_proposal
from workflow.meetings import minutes
from workflow.models import Proposal
from workflow.papers import correcting, decisions, revoking
from workflow.papers.completeness.of_papers import panel_of
from workflow.states import ProposalKind
from workflow.todo import TodoKind
from workflow.todos import contents, facts
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
PROJECT = {"kind": "project", "title": "โครงการพัฒนาสำนักงาน"}
NOBODY = {"members": [], "supervisors": [], "collectors": []}


@pytest.fixture
def year():
    return make_complete_year()


def supporting(year):
    assessment = load_cycle(year.cycle.pk).assessment
    indicators = list(Indicator.objects.filter(standard__edition=assessment.edition_id)[:1])
    return assessment, indicators


def add(year):
    assessment, indicators = supporting(year)
    return projects.create_project(
        assessment, indicators=indicators, by=year.coordinator, **PROJECT
    )


def reword(year):
    project, (_assessment, indicators) = year.project, supporting(year)
    facts = PROJECT | {"title": "โครงการอื่น"}
    projects.update_project(project, indicators=indicators, version=1, by=year.coordinator, **facts)


def hold(year):
    minutes.hold(year.meeting, by=year.coordinator)


def order_of(year):
    return load_proposal(Proposal.objects.get(kind=ProposalKind.ORDER, state="approved").pk)


def correct(year):
    order = order_of(year)
    correcting.correct(order, by=year.director, why="พิมพ์ผิด", dated=order.dated, number="77")


CHANGES = {
    "a project is added": add,
    "a project is reworded": reword,
    "a project is removed": lambda year: projects.remove_project(year.project, by=year.coordinator),
    "minutes are closed": hold,
    "the number of the order is corrected": correct,
    "the order is revoked": lambda year: revoking.revoke(
        order_of(year), by=year.director, why="ออกซ้ำ"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_pdf_from_before_a_change_is_none_to_decide_on(year, change):
    at = clock.now()
    Proposal.objects.filter(kind=ProposalKind.ORDER).update(
        body=NOBODY, proposed_at=at, dated=clock.today(), memo_number="3"
    )
    year.project = add(year)
    year.meeting = make_meeting(year.cycle, starts_at=at, minutes="ประชุมแล้ว")
    make_attendance(year.meeting, user=year.staff[0], present=True)
    with clock.pretend(at + timedelta(minutes=1)):
        sar = make_sar(year)
        assert panel_of(load_proposal(sar.pk), at=clock.now()).blocks == []
    with clock.pretend(at + timedelta(minutes=2)):
        CHANGES[change](year)
        blocks = panel_of(load_proposal(sar.pk), at=clock.now()).blocks
        assert [check.key for check in blocks] == ["pdf"]
        with pytest.raises(RuleBroken):
            decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason="เร่งด่วน")
        kinds = [todo.kind for todo in todos_of(load_cycle(year.cycle.pk), clock.now())]
        assert TodoKind.TAKE_BACK_SAR in kinds


def test_what_it_does_not_print_leaves_it_as_it_is(year):
    sar = make_sar(year)
    approve(year, ProposalKind.ANNOUNCEMENT, published_at=clock.now())
    make_meeting(year.cycle, starts_at=clock.now() + timedelta(days=2))
    assert panel_of(load_proposal(sar.pk), at=clock.now()).blocks == []


def test_of_three_years_each_has_its_own_last_change_for_the_price_of_one(year):
    years = [year, *(make_complete_year(code=f"skn{n}") for n in (1, 3))]
    at = clock.now()
    for number, one in enumerate(years):
        with clock.pretend(at + timedelta(minutes=number)):
            one.project = add(one)
            one.meeting = make_meeting(one.cycle, starts_at=at, minutes="ประชุมแล้ว")
            make_attendance(one.meeting, user=one.staff[0], present=True)
            hold(one)
            make_sar(one)
    cycles = [load_cycle(one.cycle.pk) for one in years]
    counts = []
    for some in (cycles[:1], cycles):
        with CaptureQueriesContext(connection) as queries:
            found = facts.load(some, at=at, day=clock.today(at))
            contents.read(found)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    changed = [one.content.changed_at for one in found]
    assert changed == [contents.last_change(cycle) for cycle in cycles]
    assert changed == sorted(set(changed))
