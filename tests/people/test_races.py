"""Two at once: one wins, the other is notified, and the history stays whole."""

import pytest
from django.test import Client

from core import clock, history
from core.models import Event
from core.refusals import MoveRefused, RuleBroken
from people import members, roles, rules
from people.models import RoleGrant, User
from people.states import Role
from tests.factories.crowd import together
from tests.factories.loading import load_again
from tests.factories.people import login, make_office, make_person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    return make_office("skn2")


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_twenty_deactivate_one_person(office):
    admin, user = make_person(office, Role.ADMIN), make_person(office)
    outcomes = together(
        20, lambda n: members.deactivate_person(load_again(user), by=load_again(admin))
    )
    assert kinds(outcomes) == ["MoveRefused"] * 19 + ["NoneType"]
    assert all(isinstance(one, MoveRefused) for one in outcomes if one)
    assert Event.objects.filter(verb="person.deactivate").count() == 1
    assert history.first_broken(office) is None


def test_two_administrators_who_end_each_other_leave_one(office):
    pair = [make_person(office, Role.ADMIN) for _n in range(2)]
    grants = [one.role_grants.get() for one in pair]
    for by in pair:
        rules.is_admin(by, office.pk, clock.today())  # both requests have read their roles
    outcomes = together(2, lambda n: roles.end_role(grants[1 - n], by=pair[n]))
    assert kinds(outcomes) == ["NoneType", "RuleBroken"]
    left = [one for one in pair if rules.is_admin(load_again(one), office.pk, clock.today())]
    assert len(left) == 1


def test_two_administrators_who_deactivate_each_other_leave_one(office):
    pair = [make_person(office, Role.ADMIN) for _n in range(2)]
    for by in pair:
        rules.is_admin(by, office.pk, clock.today())
    outcomes = together(2, lambda n: members.deactivate_person(load_again(pair[1 - n]), by=pair[n]))
    assert sorted(one is None for one in outcomes) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1
    assert history.first_broken(office) is None


def test_ten_give_the_same_role(office):
    admin, user = make_person(office, Role.ADMIN), make_person(office)
    outcomes = together(
        10,
        lambda n: roles.grant_role(user, role=Role.DIRECTOR, office=office, by=load_again(admin)),
    )
    assert sum(isinstance(one, RuleBroken) for one in outcomes) == 9
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_ten_different_acts_make_one_whole_chain(office):
    admin = make_person(office, Role.ADMIN)
    people = [make_person(office) for _n in range(10)]
    outcomes = together(
        10, lambda n: members.update_person(people[n], by=load_again(admin), phone=f"{n}")
    )
    assert kinds(outcomes) == ["User"] * 10
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, 11)
    )
    assert history.first_broken(office) is None


def test_the_same_form_sent_ten_times_at_once_makes_one_person(office):
    admin = make_person(office, Role.ADMIN)
    browsers = [login(Client(), admin) for _n in range(10)]
    data = {
        "given_name": "สมชาย",
        "username": "somchai",
        "first_password": "link",
        "email": "som@example.org",
        "idempotency_token": "one-token",
    }
    outcomes = together(10, lambda n: browsers[n].post("/people/new/", data))
    user = User.objects.get(username="somchai")
    assert {(one.status_code, one.url) for one in outcomes} == {(302, f"/people/{user.pk}/")}
    assert Event.objects.filter(verb="person.add").count() == 1


def test_of_ten_equal_clicks_one_adds_the_person_and_one_more_shows_the_password(office):
    admin = make_person(office, Role.ADMIN)
    clients = [login(Client(), admin) for _n in range(10)]
    data = {"given_name": "สมศรี", "username": "somsri", "first_password": "password"}
    data["idempotency_token"] = "page-1"
    answers = together(10, lambda n: clients[n].post("/people/new/", data))
    who = User.objects.get(username="somsri")
    shown = [answer for answer in answers if answer.status_code == 200]
    assert len(shown) == 2
    assert len({answer.content.decode().split("data-one-time>")[1][:19] for answer in shown}) == 1
    others = {answer.get("Location") for answer in answers if answer not in shown}
    assert others == {f"/people/{who.pk}/"}


def test_ten_contents_under_one_token_at_once_are_ten(office):
    admin = make_person(office, Role.ADMIN)
    clients = [login(Client(), admin) for _n in range(10)]
    common = {"idempotency_token": "page-1", "name": "กลุ่ม", "order": "1"}
    together(10, lambda n: clients[n].post("/people/groups/new/", common | {"code": f"g{n // 2}"}))
    assert sorted(office.work_groups.values_list("code", flat=True)) == [f"g{n}" for n in range(5)]
