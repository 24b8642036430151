"""On which day which stage of a todo begins."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Event
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from people.models import Office
from people.states import Role
from tests.factories.people import make_office, make_person
from thai import WorkingDays
from workflow.reminders import schedule as subject
from workflow.reminders.schedule import Schedule, schedule_of

DUE = date(2017, 6, 30)  # a Friday
USUAL = Schedule()


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-15, None),
        (-14, "before14"),
        (-8, "before14"),
        (-7, "before7"),
        (-2, "before7"),
        (-1, "before1"),
        (0, "today"),
        (4, "today"),  # Tuesday 4 July: two working days late
        (5, "late3"),
        (9, "late3"),
        (10, "late3"),  # Monday 10 July, in lieu of Asalha Bucha
        (11, "late6"),
    ],
)
def test_stage_of_each_day(days, name):
    stage = USUAL.stage(DUE, DUE + timedelta(days))
    assert (stage and stage.name) == name


@pytest.mark.parametrize(
    ("due", "name", "begins"),
    [
        (date(2017, 7, 3), "before1", date(2017, 6, 30)),  # Sunday's come on Friday
        (date(2017, 7, 2), "today", date(2017, 6, 30)),  # due on a Sunday: notified on Friday
        (date(2018, 1, 1), "today", date(2017, 12, 29)),  # New Year and the days before it
        (date(2017, 4, 17), "today", date(2017, 4, 12)),  # in lieu after Songkran
    ],
)
def test_what_would_begin_on_a_rest_day_comes_before_it(due, name, begins):
    stage = USUAL.stage(due, begins)
    assert (stage.name, stage.begins) == (name, begins)
    earlier = USUAL.stage(due, begins - timedelta(1))
    assert earlier is None or earlier.name != name


def test_an_office_that_is_reminded_on_rest_days_too():
    everyday = Schedule(on_rest_days=True)
    assert everyday.stage(date(2017, 7, 2), date(2017, 7, 1)).name == "before1"
    assert everyday.stage(date(2017, 7, 2), date(2017, 7, 2)).name == "today"
    assert everyday.sends_on(date(2017, 7, 2))
    assert not USUAL.sends_on(date(2017, 7, 2))


@pytest.mark.parametrize(
    ("late", "roles"),
    [
        (4, []),
        (5, [Role.GROUP_DIRECTOR]),
        (10, [Role.GROUP_DIRECTOR, Role.DEPUTY]),
        (15, [Role.GROUP_DIRECTOR, Role.DEPUTY, Role.DIRECTOR]),
    ],
)
def test_whose_ear_it_reaches(late, roles):
    assert USUAL.levels_reached(DUE, WorkingDays().after(DUE, late)) == roles


def test_a_level_that_is_left_out_is_never_reached():
    quiet = Schedule(levels=())
    assert quiet.levels_reached(DUE, DUE + timedelta(300)) == []


SCHEDULES = st.builds(
    Schedule,
    before=st.lists(st.integers(1, 60), max_size=4).map(tuple),
    every=st.integers(1, 10),
    on_rest_days=st.booleans(),
)


@given(SCHEDULES, st.dates(date(2016, 1, 1), date(2033, 1, 1)), st.integers(-70, 200))
def test_a_stage_has_begun_and_is_the_latest(schedule, due, days):
    """Whatever the schedule: stages follow each other, and each begins on the day it says."""
    day = due + timedelta(days)
    stage = schedule.stage(due, day)
    if stage is None:
        assert day < due
        return
    assert stage.begins <= day
    assert schedule.stage(due, stage.begins) == stage
    before = schedule.stage(due, stage.begins - timedelta(1))
    assert before is None or before.begins < stage.begins
    assert schedule.on_rest_days or schedule.days.is_working(stage.begins)


@given(st.integers(2564, 2575), st.sampled_from([(9, 30), (10, 1), (12, 31), (1, 1), (2, 28)]))
def test_turns_of_the_year_are_days_like_others(year, turn):
    """Due on the last of the fiscal year, at New Year, end of February: notified by then."""
    due = date(year - 543, *turn)
    stage = USUAL.stage(due, due)
    assert stage.name == "today"
    assert due - stage.begins < timedelta(8)


# -- changing it --------------------------------------------------------------------
@pytest.fixture
def coordinator(office):
    return make_person(office, Role.COORDINATOR)


def changes(**changed):
    return {
        "before": [14, 7, 1],
        "every": 3,
        "group_director_after": 5,
        "deputy_after": 10,
        "director_after": 15,
        "on_rest_days": False,
        "digest_at": time(8, 30),
        "quiet_from": time(20),
        "quiet_until": time(7),
        **changed,
    }


def test_an_office_without_a_row_has_the_usual_one(office):
    assert schedule_of(office) == USUAL


def test_saving_changes_and_is_recorded(office, coordinator):
    new = changes(before=[5], every=2, deputy_after=None, digest_at=time(9))
    subject.save_schedule(office, version=0, by=coordinator, **new)
    assert schedule_of(office) == Schedule(
        before=(5,), every=2, levels=((Role.GROUP_DIRECTOR, 5), (Role.DIRECTOR, 15))
    )
    assert Office.objects.get(pk=office.pk).digest_at == time(9)
    event = Event.objects.get(verb="reminders.schedule")
    assert event.after == {"before": "5", "every": 2, "deputy_after": None, "digest_at": "09.00"}


def test_saving_the_same_changes_nothing(office, coordinator):
    subject.save_schedule(office, version=0, by=coordinator, **changes())
    assert not Event.objects.filter(verb="reminders.schedule").exists()


def test_a_stale_edit_is_refused(office, coordinator):
    subject.save_schedule(office, version=0, by=coordinator, **changes(every=4))
    with pytest.raises(StaleEdit):
        subject.save_schedule(office, version=0, by=coordinator, **changes(every=5))


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("before", {"before": [0]}),
        ("before", {"before": [400]}),
        ("every", {"every": 0}),
        ("digest_at", {"digest_at": time(6, 59)}),
        ("digest_at", {"digest_at": time(22)}),
    ],
)
def test_nonsense_is_refused_at_its_field(office, coordinator, field, changed):
    with pytest.raises(RuleBroken) as refusal:
        subject.save_schedule(office, version=0, by=coordinator, **changes(**changed))
    assert refusal.value.field == field


def test_others_may_not(office):
    with pytest.raises(NotAllowed):
        subject.save_schedule(office, version=0, by=make_person(office), **changes())


def test_own_rest_days_count(office, coordinator):
    row = subject.add_rest_day(office, day=date(2017, 7, 3), name="วันสถาปนา", by=coordinator)
    assert not schedule_of(office).days.is_working(date(2017, 7, 3))
    assert schedule_of(make_office("skn1")).days.is_working(date(2017, 7, 3))
    with pytest.raises(RuleBroken):
        subject.add_rest_day(office, day=date(2017, 7, 3), name="อีกครั้ง", by=coordinator)
    subject.remove_rest_day(row, by=coordinator)
    subject.remove_rest_day(row, by=coordinator)
    assert schedule_of(office).days.is_working(date(2017, 7, 3))
    verbs = Event.objects.values_list("verb", flat=True)
    assert list(verbs.order_by("number")) == ["rest_day.add", "rest_day.remove"]
