"""Opening a year and planning its steps; the office's own process text."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai
from core.models import Event
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from notifications.models import Notification
from people.states import OfficeKind, Role
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person
from tests.factories.workflow import get_step, make_cycle
from workflow.models import Cycle
from workflow.states import StepKind, StepState
from workflow.steps import calendar, process_text
from workflow.steps.cycles import open_cycle, plan_step


# -- opening ----------------------------------------------------------------------
def test_open_cycle_makes_assessment_and_six_steps_with_the_first_open(office, cast):
    edition = make_edition()
    cycle = open_cycle(office, fiscal_year=2560, edition=edition, by=cast.coordinator)
    assert cycle.assessment.edition == edition
    assert cycle.assessment.items.count() == 4
    steps = list(cycle.steps.order_by("kind"))
    assert [step.state for step in steps] == [StepState.OPEN] + [StepState.WAITING] * 5
    assert steps[0].planned_start == date(2016, 10, 1)
    assert steps[5].planned_end == date(2017, 9, 30)
    assert [event.move for event in steps[0].events.all()] == ["open"]
    assert Event.objects.filter(verb="cycle.open", fiscal_year=2560).count() == 1


def test_open_cycle_names_responsible_people_by_role(office, cast):
    cycle = make_cycle(office, by=cast.coordinator)
    assert set(get_step(cycle, 1).responsible.all()) == {cast.director, cast.coordinator}
    assert set(get_step(cycle, 3).responsible.all()) == {
        cast.director,
        cast.deputy,
        cast.group_director,
        cast.coordinator,
    }
    assert set(get_step(cycle, 6).responsible.all()) == {cast.coordinator}


def test_open_cycle_tells_the_office_heads(office, cast):
    make_cycle(office, by=cast.coordinator)
    found = Notification.objects.filter(kind="cycle_opened").values_list("recipient", flat=True)
    assert set(found) == {cast.director.pk, cast.deputy.pk, cast.group_director.pk}


@pytest.mark.parametrize("role", ["director", "deputy", "group_director", "staff"])
def test_open_cycle_by_others_than_the_coordinator_is_refused(office, cast, role):
    with pytest.raises(NotAllowed):
        open_cycle(office, fiscal_year=2560, edition=make_edition(), by=getattr(cast, role))
    assert not Cycle.objects.exists()


def test_open_cycle_by_another_office_s_coordinator_is_refused(office, cast):
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        open_cycle(office, fiscal_year=2560, edition=make_edition(), by=stranger)


def test_open_cycle_twice_is_refused(office, cast):
    make_cycle(office, by=cast.coordinator)
    with pytest.raises(RuleBroken) as refused:
        make_cycle(office, by=cast.coordinator)
    assert "2560" in refused.value.message
    assert Cycle.objects.count() == 1


def test_open_cycle_of_the_national_office_is_refused(db):
    obec = make_office("obec", kind=OfficeKind.NATIONAL)
    coordinator = make_person(obec, Role.COORDINATOR)
    with pytest.raises(RuleBroken):
        open_cycle(obec, fiscal_year=2560, edition=make_edition(), by=coordinator)


# -- calendar -----------------------------------------------------------------------
@given(st.integers(2500, 2699))
def test_default_calendar_covers_the_fiscal_year_without_gaps(year):
    dates = calendar.default_dates(year)
    first, last = thai.fiscal_year_bounds(year)
    spans = [dates[kind] for kind in StepKind]
    assert spans[0][0] == first
    assert spans[-1][1] == last
    for (start, end), (following, _) in pairwise(spans):
        assert start <= end
        assert (following - end).days == 1
    planned = [calendar.Planned(kind, *dates[kind]) for kind in StepKind]
    assert calendar.warnings_of(planned, year) == []


def test_warnings_say_which_step_lies_outside_or_before_its_predecessor():
    steps = [
        calendar.Planned(1, date(2016, 9, 1), date(2016, 10, 30)),
        calendar.Planned(2, date(2016, 8, 1), date(2016, 12, 1)),
    ]
    outside_one, outside_two, order = calendar.warnings_of(steps, 2560)
    assert "1" in outside_one
    assert "2" in outside_two
    assert order != outside_two


# -- planning -------------------------------------------------------------------------
def _plan(step, by, **changes):
    values = {
        "planned_start": step.planned_start,
        "planned_end": step.planned_end,
        "responsible": list(step.responsible.all()),
    }
    return plan_step(step, **(values | changes), by=by)


def test_plan_step_keeps_dates_people_and_history(office, cast):
    step = get_step(make_cycle(office, by=cast.coordinator), 2)
    _plan(step, cast.coordinator, planned_end=date(2016, 12, 20), responsible=[cast.staff])
    step = get_step(step.cycle, 2)
    assert step.planned_end == date(2016, 12, 20)
    assert list(step.responsible.all()) == [cast.staff]
    event = Event.objects.get(verb="step.plan")
    assert event.before["planned_end"] == "2016-12-15"
    assert event.after == {
        "planned_start": "2016-11-16",
        "planned_end": "2016-12-20",
        "responsible": [cast.staff.full_name],
    }


def test_plan_step_without_change_writes_no_history(office, cast):
    _plan(get_step(make_cycle(office, by=cast.coordinator), 2), cast.coordinator)
    assert not Event.objects.filter(verb="step.plan").exists()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2016, 12, 2), date(2016, 12, 1)),
        (date(2015, 1, 1), date(2016, 12, 1)),
        (date(2016, 12, 2), date(2560, 12, 1)),
    ],
)
def test_plan_step_refuses_dates_that_cannot_be_meant(office, cast, start, end):
    step = get_step(make_cycle(office, by=cast.coordinator), 2)
    with pytest.raises(RuleBroken):
        _plan(step, cast.coordinator, planned_start=start, planned_end=end)
    assert get_step(step.cycle, 2).planned_end == date(2016, 12, 15)


def test_plan_step_refuses_people_of_other_offices_and_deactivated(office, cast):
    step = get_step(make_cycle(office, by=cast.coordinator), 2)
    for person in (make_person(make_office("skn1")), make_person(office, is_active=False)):
        with pytest.raises(RuleBroken):
            _plan(step, cast.coordinator, responsible=[person])


def test_plan_step_refuses_an_edit_of_older_dates_and_shows_the_newer(office, cast):
    cycle = make_cycle(office, by=cast.coordinator)
    mine, theirs = get_step(cycle, 2), get_step(cycle, 2)
    seen = (mine.planned_start, mine.planned_end)
    _plan(theirs, cast.coordinator, planned_end=date(2016, 12, 20))
    with pytest.raises(StaleEdit) as refused:
        _plan(mine, cast.coordinator, planned_end=date(2016, 12, 24), seen=seen)
    assert "20 ธันวาคม 2559" in " ".join(refused.value.theirs.values())
    assert get_step(cycle, 2).planned_end == date(2016, 12, 20)


def test_plan_step_by_others_is_refused(office, cast):
    step = get_step(make_cycle(office, by=cast.coordinator), 2)
    with pytest.raises(NotAllowed):
        _plan(step, cast.director)


# -- process text -----------------------------------------------------------------------
def test_chart_rows_are_the_six_of_the_document():
    rows = process_text.chart_rows()
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0].text.startswith("ผอ.สพป. กำหนดให้มาตรฐาน")
    assert rows[2].responsible == ("ผอ.สพป.", "รอง ผอ.สพป.", "ผอ.กลุ่ม", "นักจัดการงานทั่วไป")
    assert rows[5].responsible == ("นักจัดการงานทั่วไป",)
    assert [row.shape for row in rows] == [
        "start",
        "process",
        "decision",
        "process",
        "document",
        "end",
    ]


def test_procedure_speaks_of_the_office_and_year_of_the_reader():
    texts = [
        text
        for kind in StepKind
        for found in process_text.procedure_of(kind, office_name="สพป.ทดสอบ", fiscal_year=2561)
        for text in (found.title, *found.paragraphs)
    ]
    assert len(texts) == 11
    assert not any("สกลนคร" in text or "2560" in text for text in texts)
    assert any("สพป.ทดสอบ" in text for text in texts)
    assert any("ปีงบประมาณ พ.ศ. 2561" in text for text in texts)


def test_procedure_has_no_broken_words():
    texts = [
        text
        for procedure in process_text.procedures()
        for text in (procedure.title, *procedure.paragraphs)
    ]
    assert texts
    assert [text for text in texts if "พื้นที่ การ" in text or "  " in text] == []
