"""Nobody gets into somebody else's account unseen."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from core import clock
from core.refusals import NotAllowed
from notifications.models import Delivery, Notification
from people import members, roles
from people.models import RoleGrant
from people.sign_in import second_factor
from people.states import Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, make_office, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
    "username": lambda who, by: members.update_person(who, by=by, username="another"),
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


# -- who decides or administers, and does so no more ----------------------------------------
def ended():
    news = Notification.objects.filter(kind="role_ended")
    return dict(news.values_list("recipient", "title"))


ENDS = [
    ("role", Role.DIRECTOR),
    ("role", Role.DEPUTY),
    ("role", Role.ADMIN),
    ("acting", Role.DIRECTOR),
    ("all at once", Role.DIRECTOR),
]


@pytest.mark.parametrize(("how", "role"), ENDS, ids=["-".join(one) for one in ENDS])
def test_an_end_of_who_confirms_is_notified_at_once_and_once(office, admin, how, role):
    who, director = make_person(office), make_person(office, Role.DIRECTOR)
    deputy = make_person(office, Role.DEPUTY)
    second = make_person(office, Role.ADMIN, email="second@example.org")
    make_person(office, Role.COORDINATOR)
    today = clock.today()
    acting = act_for(who, role, since=today, until=today + DAY) if how != "role" else None
    night = clock.now().replace(hour=19)  # 02.00 in Bangkok: quiet hours
    with clock.pretend(night):
        if how == "role":
            roles.end_role(grant(who, role), by=admin, why="100 % ครบวาระ")
        elif how == "acting":
            roles.end_acting(acting, by=admin)
        else:
            grant(who, Role.ADMIN)
            members.deactivate_person(who, by=admin)
        mail = Delivery.objects.filter(notification__recipient=second)
        assert mail.get().not_before <= clock.now()
    there = {admin.pk, director.pk, deputy.pk, second.pk}
    assert set(ended()) == (there if how == "all at once" else there | {who.pk})
    assert Notification.objects.count() == len(ended())
    assert admin.full_name in ended()[director.pk]
    assert who.full_name in ended()[director.pk]


def test_ends_of_other_roles_and_of_what_never_held_are_not(office, admin):
    who = make_person(office)
    roles.end_role(grant(who, Role.COORDINATOR), by=admin)
    roles.end_role(grant(who, Role.DIRECTOR, giver=admin), by=admin)
    assert ended() == {}


def test_an_end_put_forward_is_notified_again(office, admin):
    row = grant(make_person(office), Role.DEPUTY)
    roles.end_role(row, by=admin, until=clock.today())
    roles.end_role(RoleGrant.objects.get(pk=row.pk), by=admin)
    assert Notification.objects.filter(kind="role_ended", recipient=admin).count() == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda who, by: members.new_password(who, by=by),
        lambda who, by: members.invite(who, by=by),
        lambda who, by: members.update_person(who, by=by, email="mine@example.org"),
        lambda who, by: members.update_person(who, by=by, username="mine"),
        lambda who, by: second_factor.reset(who, by=by),
    ],
)
def test_an_administrator_gets_into_no_account_of_it(office, admin, client_for, act):
    boss = make_person(office, is_staff=True, is_superuser=True, email="it@example.org")
    Authenticator.objects.create(user=boss, type="totp", data={})
    before = load_again(boss)
    with pytest.raises(NotAllowed):
        act(load_again(boss), admin)
    after = load_again(boss)
    assert (after.password, after.email, after.username) == (
        before.password,
        before.email,
        before.username,
    )
    assert Authenticator.objects.filter(user=boss).exists()
    page = client_for(admin).get(reverse("people:person", args=[boss.pk])).content.decode()
    for name in ("person_password", "person_invite", "second_factor_reset"):
        assert reverse(f"people:{name}", args=[boss.pk]) not in page
    members.update_person(load_again(boss), by=admin, position="นักวิชาการคอมพิวเตอร์")
