"""Roles and acting periods: in force on which day, given and ended by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from people import roles, rules
from people.models import Acting, RoleGrant
from people.states import OfficeKind, Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, make_office, make_person

DAY = date(2017, 1, 15)
days = st.dates(date(2016, 10, 1), date(2017, 9, 30))


class Periods(TestCase):
    """The database's answer is the one that plain comparison gives."""

    @settings(deadline=None)
    @given(since=days, length=st.none() | st.integers(0, 200), day=days)
    def test_a_grant_is_in_force_from_its_first_to_its_last_day(self, since, length, day):
        until = None if length is None else since + timedelta(days=length)
        user = make_person(make_office())
        grant(user, Role.DIRECTOR, since=since, until=until)
        expected = since <= day and (until is None or day <= until)
        assert rules.is_director(user, user.office_id, day) is expected

    @settings(deadline=None)
    @given(since=days, length=st.integers(0, 60), day=days)
    def test_acting_gives_the_powers_on_the_days_of_the_period_only(self, since, length, day):
        until = since + timedelta(days=length)
        user = make_person(make_office())
        act_for(user, Role.DIRECTOR, since=since, until=until)
        assert rules.is_director(user, user.office_id, day) is (since <= day <= until)
        assert (user in roles.holders(user.office, Role.DIRECTOR, day=day)) is (
            since <= day <= until
        )


@pytest.mark.parametrize(
    ("instant", "acts"),
    [
        (datetime(2017, 1, 15, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2017, 1, 15, 17, 0, 0, tzinfo=UTC), False),
    ],
)
def test_acting_ends_at_midnight_in_bangkok(staff, instant, acts):
    act_for(staff, Role.DIRECTOR, since=DAY, until=DAY)
    with time_machine.travel(instant, tick=False):
        assert rules.is_director(staff, staff.office_id, clock.today()) is acts


def test_deactivated_people_hold_nothing(office):
    user = make_person(office, Role.DIRECTOR, is_active=False)
    assert rules.roles_on(user, DAY) == {}
    assert roles.holders(office, Role.DIRECTOR, day=DAY) == []


def test_who_holds_the_role_in_person_does_not_act(staff):
    act_for(staff, Role.DEPUTY, since=DAY, until=DAY)
    grant(staff, Role.DEPUTY)
    assert roles.acting_period(staff, Role.DEPUTY, staff.office, day=DAY) is None


def test_grant_role_writes_one_event(office, admin, staff):
    roles.grant_role(staff, role=Role.COORDINATOR, office=office, by=admin)
    assert rules.is_coordinator(load_again(staff), office.pk, clock.today())
    event = Event.objects.get(verb="role.grant")
    assert (event.actor, event.after["role"]) == (admin, "coordinator")


def test_grant_role_refuses_one_that_is_held(office, admin, staff):
    roles.grant_role(staff, role=Role.COORDINATOR, office=office, by=admin)
    with pytest.raises(RuleBroken):
        roles.grant_role(staff, role=Role.COORDINATOR, office=office, by=admin)
    assert RoleGrant.objects.filter(user=staff).count() == 1


def test_a_period_before_the_present_one_does_not_overlap(office, admin, staff):
    grant(staff, Role.DIRECTOR, since=date(2017, 1, 1))
    roles.grant_role(
        staff,
        role=Role.DIRECTOR,
        office=office,
        by=admin,
        since=date(2016, 1, 1),
        until=date(2016, 12, 31),
    )
    assert RoleGrant.objects.filter(user=staff).count() == 2


def test_a_local_office_makes_no_reviewer(office, admin, staff):
    with pytest.raises(RuleBroken):
        roles.grant_role(staff, role=Role.OBEC, office=office, by=admin)


@pytest.mark.django_db
def test_the_national_office_makes_reviewers_and_no_director():
    national = make_office("obec", kind=OfficeKind.NATIONAL)
    user = make_person(national)
    roles.grant_role(user, role=Role.OBEC, office=national, by=None)
    assert rules.is_obec(load_again(user), clock.today())
    with pytest.raises(RuleBroken):
        roles.grant_role(user, role=Role.DIRECTOR, office=national, by=None)


def test_only_administrators_of_the_office_grant(office, staff, stranger):
    for by in (staff, stranger):
        with pytest.raises(NotAllowed):
            roles.grant_role(staff, role=Role.DIRECTOR, office=office, by=by)
    assert not RoleGrant.objects.filter(user=staff).exists()


def test_people_of_another_office_get_no_role(office, admin, stranger):
    with pytest.raises(RuleBroken):
        roles.grant_role(stranger, role=Role.DIRECTOR, office=office, by=admin)


def test_end_role_takes_the_powers_at_once(office, admin, staff):
    held = grant(staff, Role.DIRECTOR)
    roles.end_role(held, by=admin, why="ย้าย")
    assert not rules.is_director(load_again(staff), office.pk, clock.today())
    assert Event.objects.get(verb="role.end").why == "ย้าย"


def test_a_role_that_began_today_ends_without_a_trace_in_the_table(office, admin, staff):
    held = roles.grant_role(staff, role=Role.DIRECTOR, office=office, by=admin)
    roles.end_role(held, by=admin)
    assert not RoleGrant.objects.filter(user=staff).exists()
    assert list(Event.objects.order_by("number").values_list("verb", flat=True)) == [
        "role.grant",
        "role.end",
    ]


def test_end_role_twice_is_refused(admin, staff):
    held = grant(staff, Role.DIRECTOR)
    roles.end_role(held, by=admin)
    with pytest.raises(MoveRefused):
        roles.end_role(held, by=admin)
    assert Event.objects.filter(verb="role.end").count() == 1


def test_nobody_ends_their_own_administration(office, admin):
    make_person(office, Role.ADMIN)
    with pytest.raises(RuleBroken):
        roles.end_role(admin.role_grants.get(), by=admin)
    assert rules.is_admin(load_again(admin), office.pk, clock.today())


def test_the_office_keeps_an_administrator(office, admin):
    """By a colleague who only acts: without this the office would be locked."""
    acting = make_person(office)
    today = clock.today()
    act_for(acting, Role.ADMIN, since=today, until=today)
    with pytest.raises(RuleBroken):
        roles.end_role(admin.role_grants.get(), by=acting)
    assert rules.is_admin(load_again(admin), office.pk, today)


def test_appoint_acting_refuses_two_periods_that_overlap(office, admin, staff):
    period = {"for_role": Role.DIRECTOR, "office": office, "by": admin}
    roles.appoint_acting(staff, since=DAY, until=DAY + timedelta(days=4), **period)
    with pytest.raises(RuleBroken):
        roles.appoint_acting(
            staff, since=DAY + timedelta(days=4), until=DAY + timedelta(days=9), **period
        )
    roles.appoint_acting(
        staff, since=DAY + timedelta(days=5), until=DAY + timedelta(days=9), **period
    )
    assert Acting.objects.count() == 2


def test_end_acting_takes_the_powers_at_once(office, admin, staff):
    today = clock.today()
    period = act_for(staff, Role.DIRECTOR, since=DAY, until=today + timedelta(days=5))
    roles.end_acting(period, by=admin)
    assert not rules.is_director(load_again(staff), office.pk, today)
    with pytest.raises(MoveRefused):
        roles.end_acting(period, by=admin)
