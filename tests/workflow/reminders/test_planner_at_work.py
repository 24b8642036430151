"""The planner among others: quick while nothing happens, one office apart from the next."""

from datetime import timedelta

import pytest

from core import clock
from core.models import EventChain
from people import roles
from people.states import Role
from tests.factories.crowd import together
from tests.factories.people import make_person
from tests.workflow.reminders.days import after, digests, make_due, round_at, rounds, stages
from workflow.models import Reminder, ReminderPlan, Step
from workflow.reminders import planning
from workflow.reminders.planning import plan_due
from workflow.states import StepState

pytestmark = pytest.mark.django_db


# -- what keeps the planner quick -------------------------------------------------------
def test_a_cycle_is_left_alone_while_nothing_happens(due_year, django_assert_num_queries):
    round_at(after(0))
    with clock.pretend(after(0) + timedelta(minutes=1)), django_assert_num_queries(2):
        assert plan_due(clock.now()) == 0


def test_when_a_year_is_over_nothing_of_it_waits(due_year):
    round_at(after(0))
    assert Reminder.objects.filter(closed_at=None).exists()
    Step.objects.filter(cycle=due_year.cycle).update(state=StepState.DONE)
    moment = after(0) + timedelta(minutes=1)
    with clock.pretend(moment):
        plan_due(moment)
    assert set(Reminder.objects.values_list("closed_at", flat=True)) == {moment}


def test_something_that_happened_is_seen_in_the_next_round(due_year):
    round_at(after(-50))
    with clock.pretend(after(-50) + timedelta(minutes=1)):
        helper = make_person(due_year.office)
        admin = make_person(due_year.office, Role.ADMIN)
        roles.grant_role(helper, role=Role.COORDINATOR, office=due_year.office, by=admin)
        plan_due(clock.now())
    plan = ReminderPlan.objects.get()
    assert plan.seen == EventChain.objects.get(office=due_year.office).length > 0
    assert plan.looked_at > after(-50)


def test_what_only_time_brings_is_seen_within_the_hour(due_year):
    round_at(after(-50))
    round_at(after(-50) + timedelta(minutes=59))
    assert ReminderPlan.objects.get().looked_at < after(-50) + timedelta(minutes=1)
    round_at(after(-50) + timedelta(minutes=61))
    assert ReminderPlan.objects.get().looked_at > after(-50) + timedelta(minutes=60)


def test_queries_do_not_grow_with_people_or_cycles(django_assert_max_num_queries):
    make_due()
    for number in range(5):
        year = make_due(code=f"o{number}")
        for _extra in range(5):
            make_person(year.office, Role.COORDINATOR)
    with clock.pretend(after(0)), django_assert_max_num_queries(30):
        assert plan_due(clock.now()) == 31


def test_one_office_that_cannot_be_read_holds_up_no_other(monkeypatch, caplog):
    for code in ("o1", "o2", "o3"):
        make_due(code=code)
    read = planning.todos_by_cycle

    def poisoned(cycles, moment):
        if any(cycle.assessment.office.code == "o2" for cycle in cycles):
            raise ZeroDivisionError("poison")
        return read(cycles, moment)

    monkeypatch.setattr(planning, "todos_by_cycle", poisoned)
    rounds([0])
    planned = {row.cycle.assessment.office.code for row in Reminder.objects.all()}
    assert planned == {"o1", "o3"}
    assert "could not be planned" in caplog.text


# -- two at once ------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_planners_at_once_write_and_gather_once():
    for number in range(3):
        make_due(code=f"o{number}")
    outcomes = together(4, lambda _n: round_at(after(0)))
    round_at(after(0))  # whoever skipped what another had locked comes again in a minute
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert stages() == ["today"] * 3
    assert len(digests()) == 3
