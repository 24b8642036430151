"""Stages and levels over calendars of any kind, against a count of days one by one."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from people.states import Role
from thai import WorkingDays
from thai.working_days import public_holidays
from workflow.reminders.escalation import ESCALATION, ActivePerson, People
from workflow.reminders.schedule import TODAY, Schedule

DAY = timedelta(1)
DUES = st.dates(date(2016, 1, 1), date(2019, 12, 31))
OWN = st.lists(st.dates(date(2016, 1, 1), date(2020, 12, 31)), max_size=40)
LEVELS = st.lists(st.integers(1, 40), min_size=3, max_size=3).map(
    lambda after: tuple(zip(ESCALATION, sorted(after), strict=True))
)


@st.composite
def schedules(draw):
    return Schedule(
        before=tuple(draw(st.lists(st.integers(1, 30), max_size=4, unique=True))),
        every=draw(st.integers(1, 8)),
        levels=draw(LEVELS),
        on_rest_days=draw(st.booleans()),
        days=WorkingDays(draw(OWN)),
    )


def works(schedule, day):
    """Said once more, in other words than the product's."""
    free = day.isoweekday() in (6, 7) or day in schedule.days.own
    return not free and day not in public_holidays(day.year)


def counted(schedule, due, day):
    """Working days late, one by one."""
    found = 0
    while due < day:
        due += DAY
        found += works(schedule, due)
    return found


@given(schedules(), DUES, st.integers(-10, 90))
def test_working_days_are_those_counted_one_by_one(schedule, due, days):
    day = due + timedelta(days)
    assert schedule.days.passed(due, day) == counted(schedule, due, day)


@given(schedules(), DUES, st.integers(1, 60))
def test_the_nth_working_day_is_a_working_day_and_n_days_on(schedule, due, count):
    day = schedule.days.after(due, count)
    assert works(schedule, day)
    assert counted(schedule, due, day) == count
    assert counted(schedule, due, day - DAY) == count - 1


@given(schedules(), DUES, st.integers(0, 90))
def test_late_stages_come_every_so_many_working_days(schedule, due, days):
    day = due + timedelta(days)
    late = counted(schedule, due, day)
    stage = schedule.stage(due, day)
    if late < schedule.every:
        assert stage.name == TODAY
    else:
        assert stage.name == f"late{late - late % schedule.every}"
        assert works(schedule, stage.begins)


@given(schedules(), DUES)
def test_names_of_stages_follow_each_other_and_none_comes_back(schedule, due):
    names = []
    for n in range(-40, 40):
        stage = schedule.stage(due, due + timedelta(n))
        if stage is not None and (not names or names[-1] != stage.name):
            names.append(stage.name)
    assert len(names) == len(set(names))
    before = [int(name.removeprefix("before")) for name in names if name.startswith("before")]
    late = [int(name.removeprefix("late")) for name in names if name.startswith("late")]
    assert before == sorted(before, reverse=True)
    assert set(before) <= set(schedule.before)
    assert late == [schedule.every * n for n in range(1, len(late) + 1)]
    assert TODAY in names


@given(schedules(), DUES, st.integers(0, 40))
def test_a_stage_before_the_due_date_never_comes_too_late(schedule, due, ahead):
    """Whoever is to be reminded seven days before has seven days, or more over a long rest."""
    stage = schedule.stage(due, due - timedelta(ahead))
    if stage is not None and stage.name.startswith("before"):
        assert due - stage.begins >= timedelta(int(stage.name.removeprefix("before")))
    if stage is not None:
        assert stage.begins <= due - timedelta(ahead)


@given(schedules(), DUES, st.integers(-5, 90))
def test_who_hears_of_it_are_those_whose_days_are_over(schedule, due, days):
    day = due + timedelta(days)
    late = counted(schedule, due, day)
    reached = schedule.levels_reached(due, day)
    assert reached == [role for role, after in schedule.levels if after <= late]
    # Sorted levels: whoever stands higher hears only after everybody below.
    assert reached == list(ESCALATION[: len(reached)])


@given(schedules(), DUES, st.integers(-5, 60))
def test_once_reached_it_stays_reached(schedule, due, days):
    day = due + timedelta(days)
    today, tomorrow = (schedule.levels_reached(due, d) for d in (day, day + DAY))
    assert tomorrow[: len(today)] == today


@given(schedules(), DUES)
def test_digests_go_out_on_working_days_or_on_all(schedule, day):
    assert schedule.sends_on(day) == (schedule.on_rest_days or works(schedule, day))


# -- who stands above whom ------------------------------------------------------------
OFFICE, OTHER = 1, 2
PERSONS = st.lists(
    st.tuples(st.sampled_from([OFFICE, OTHER, None]), st.sampled_from([None, 10, 11])),
    min_size=1,
    max_size=8,
)


@st.composite
def offices(draw):
    """People of two offices, any of them above any other, as rows that came from anywhere."""
    people = People()
    for pk, (office, group) in enumerate(draw(PERSONS), 1):
        people.by_pk[pk] = ActivePerson(pk, "th", office, group)
    pks = sorted(people.by_pk)
    some = st.sets(st.sampled_from([*pks, 99]), max_size=3)  # 99 has left
    for role in (Role.DEPUTY, Role.DIRECTOR):
        people.holders[OFFICE, role] = draw(some)
    for group in (10, 11):
        people.group_directors[OFFICE, group] = draw(some)
    for height, role in enumerate(ESCALATION, 1):
        named = people.holders.get((OFFICE, role), set())
        if role == Role.GROUP_DIRECTOR:
            named = people.group_directors[OFFICE, 10] | people.group_directors[OFFICE, 11]
        for pk in named:
            people.rank[OFFICE, pk] = max(people.rank.get((OFFICE, pk), 0), height)
    return people


@settings(max_examples=200)
@given(offices(), st.sampled_from(ESCALATION))
def test_nobody_hears_of_own_work_of_strangers_or_of_superiors(people, role):
    height = ESCALATION.index(role) + 1
    found = people.superiors(OFFICE, [*people.by_pk, 99], role)
    for superior, users in found.items():
        assert superior in people.by_pk
        assert superior not in users
        for user in users:
            assert people.by_pk[user].office == OFFICE
            assert people.rank.get((OFFICE, user), 0) < height
            if role == Role.GROUP_DIRECTOR:
                group = people.by_pk[user].group
                assert superior in people.group_directors[OFFICE, group]
            else:
                assert superior in people.holders[OFFICE, role]


@given(offices(), st.sampled_from(ESCALATION))
def test_each_persons_lateness_is_theirs_alone(people, role):
    """Asked for all at once or one by one, the same superiors hear of the same people."""
    together = people.superiors(OFFICE, people.by_pk, role)
    one_by_one = {}
    for user in people.by_pk:
        for superior, users in people.superiors(OFFICE, [user], role).items():
            one_by_one.setdefault(superior, []).extend(users)
    assert together == one_by_one


@given(offices())
def test_who_belongs_to_no_group_has_no_group_director(people):
    alone = [pk for pk, person in people.by_pk.items() if person.group is None]
    assert people.superiors(OFFICE, alone, Role.GROUP_DIRECTOR) == {}
