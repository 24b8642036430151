"""Two at once: one wins, the other is told, and the history stays whole."""

import pytest
from django.test import Client

from people import clock, rules
from people.domain import events, members, roles
from people.models import Event, RoleGrant, User
from people.refusals import MoveRefused, RuleBroken
from people.states import Role
from tests.factories.people import fresh, login, make_office, make_person
from tests.people.threads import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    return make_office("skn2")


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_twenty_deactivate_one_person(office):
    admin, user = make_person(office, Role.ADMIN), make_person(office)
    outcomes = together(20, lambda n: members.deactivate_person(fresh(user), by=fresh(admin)))
    assert kinds(outcomes) == ["MoveRefused"] * 19 + ["NoneType"]
    assert all(isinstance(one, MoveRefused) for one in outcomes if one)
    assert Event.objects.filter(verb="person.deactivate").count() == 1
    assert events.first_broken(office) is None


def test_two_administrators_who_end_each_other_leave_one(office):
    pair = [make_person(office, Role.ADMIN) for _n in range(2)]
    grants = [one.role_grants.get() for one in pair]
    for by in pair:
        rules.is_admin(by, office.pk, clock.today())  # both requests have read their roles
    outcomes = together(2, lambda n: roles.end_role(grants[1 - n], by=pair[n]))
    assert kinds(outcomes) == ["NoneType", "RuleBroken"]
    left = [one for one in pair if rules.is_admin(fresh(one), office.pk, clock.today())]
    assert len(left) == 1


def test_two_administrators_who_deactivate_each_other_leave_one(office):
    pair = [make_person(office, Role.ADMIN) for _n in range(2)]
    for by in pair:
        rules.is_admin(by, office.pk, clock.today())
    outcomes = together(2, lambda n: members.deactivate_person(fresh(pair[1 - n]), by=pair[n]))
    assert sorted(one is None for one in outcomes) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1
    assert events.first_broken(office) is None


def test_ten_give_the_same_role(office):
    admin, user = make_person(office, Role.ADMIN), make_person(office)
    outcomes = together(
        10,
        lambda n: roles.grant_role(user, role=Role.DIRECTOR, office=office, by=fresh(admin)),
    )
    assert sum(isinstance(one, RuleBroken) for one in outcomes) == 9
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_ten_different_acts_make_one_whole_chain(office):
    admin = make_person(office, Role.ADMIN)
    people = [make_person(office) for _n in range(10)]
    outcomes = together(
        10, lambda n: members.update_person(people[n], by=fresh(admin), phone=f"{n}")
    )
    assert kinds(outcomes) == ["User"] * 10
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, 11)
    )
    assert events.first_broken(office) is None


def test_the_same_form_sent_ten_times_at_once_makes_one_person(office):
    admin = make_person(office, Role.ADMIN)
    browsers = [login(Client(), admin) for _n in range(10)]
    data = {
        "given_name": "สมชาย",
        "username": "somchai",
        "first_password": "link",
        "email": "som@example.org",
        "once": "one-token",
    }
    outcomes = together(10, lambda n: browsers[n].post("/people/new/", data))
    user = User.objects.get(username="somchai")
    assert {(one.status_code, one.url) for one in outcomes} == {(302, f"/people/{user.pk}/")}
    assert Event.objects.filter(verb="person.add").count() == 1
