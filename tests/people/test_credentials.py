"""Nobody gets into somebody else's account unseen."""

import pytest

from notifications.models import Notification
from people import members
from people.states import Role
from tests.factories.people import make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def admin(office):
    return make_person(office, Role.ADMIN)


def notified():
    """Who got a message about it, and its text in their language."""
    news = Notification.objects.filter(kind="credentials_changed")
    return dict(news.values_list("recipient", "title"))


CHANGES = {
    "password": lambda who, by: members.new_password(who, by=by),
    "e-mail": lambda who, by: members.update_person(who, by=by, email="new@example.go.th"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.DEPUTY, Role.ADMIN])
def test_of_who_decides_all_who_decide_are_notified_at_once(office, admin, role, change):
    who, other = make_person(office, role), make_person(office, Role.ADMIN)
    director, stranger = make_person(office, Role.DIRECTOR), make_person(make_office("skn1"))
    change(who, admin)
    assert set(notified()) == {who.pk, other.pk, director.pk}
    assert stranger.pk not in notified()
    assert admin.full_name in notified()[director.pk]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_of_anybody_else_only_the_person_is(office, admin, change):
    who = make_person(office)
    make_person(office, Role.DIRECTOR)
    change(who, admin)
    assert set(notified()) == {who.pk}


def test_twice_is_two_messages(office, admin):
    who = make_person(office)
    for _time in range(2):
        members.new_password(who, by=admin)
    assert Notification.objects.filter(kind="credentials_changed").count() == 2


def test_the_operator_is_named_as_such(office):
    who = make_person(office, Role.DIRECTOR)
    members.new_password(who, by=None)
    assert notified()[who.pk].startswith("ผู้ดูแลเครื่องแม่ข่าย")


def test_ones_own_address_is_ones_own_business(office):
    who = make_person(office, Role.DIRECTOR)
    members.update_person(who, by=who, email="mine@example.go.th")
    assert notified() == {}
