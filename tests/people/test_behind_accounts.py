"""Whoever handed somebody the way into an account is no second person by it, nor by its roles."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from core import clock
from core.refusals import NotAllowed
from notifications.models import Notification
from people import members, roles
from people.models import LetIn
from people.roles import deciding, second_person
from people.sign_in import second_factor
from people.states import OfficeKind, Role
from tests.factories.loading import load_again
from tests.factories.people import grant, make_office, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def give(user, role, by, **fields):
    return roles.grant_role(user, role=role, office=user.office, by=by, **fields)


def counts(person, row):
    """Whether ``person`` may confirm ``row``; asked of the verb, not of the list."""
    try:
        deciding.confirm(row, by=load_again(person))
    except NotAllowed:
        return False
    return True


@pytest.fixture
def deputy(office):
    """Of the office for long, with an address that the administrator never wrote."""
    return make_person(office, Role.DEPUTY, username="deputy", email="dep@example.org")


def switch_off_second_factor(who, by):
    Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={})
    second_factor.reset(who, by=by)


WAYS = {
    "a new password": lambda who, by: members.new_password(who, by=by),
    "another e-mail": lambda who, by: members.update_person(who, by=by, email="mine@example.org"),
    "another username": lambda who, by: members.update_person(who, by=by, username="mine"),
    "no second factor": switch_off_second_factor,
    "opened again": lambda who, by: (
        members.deactivate_person(who, by=by),
        members.reactivate_person(load_again(who), by=by),
        grant(who, Role.DEPUTY),
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_who_was_handed_a_way_in_is_no_second_person_for_a_month(office, admin, deputy, staff, way):
    way(deputy, admin)
    with clock.pretend(clock.now() + 29 * DAY):
        row = give(staff, Role.DIRECTOR, admin)
        assert not counts(deputy, row)
    with clock.pretend(clock.now() + 31 * DAY):
        assert counts(deputy, row)


def test_a_link_to_the_address_that_the_administrator_wrote_is_a_way_in(
    office, admin, deputy, staff
):
    members.invite(deputy, by=admin)  # to an address that nobody of the office wrote
    assert not LetIn.objects.exists()
    members.update_person(deputy, by=admin, email="mine@example.org")
    with clock.pretend(clock.now() + 40 * DAY):
        members.invite(load_again(deputy), by=admin)
        assert not counts(deputy, give(staff, Role.DIRECTOR, admin))
    own = load_again(deputy)
    members.update_person(own, by=own, email="own@example.org")
    with clock.pretend(clock.now() + 80 * DAY):
        members.invite(load_again(deputy), by=admin)
        assert counts(deputy, give(make_person(office), Role.DIRECTOR, admin))


def test_no_later_act_of_an_honest_administrator_takes_it_back(office, admin, deputy, staff):
    honest = make_person(office, Role.ADMIN)
    members.new_password(deputy, by=honest)
    members.new_password(deputy, by=admin)
    members.update_person(deputy, by=honest, email="dep2@example.org")
    members.update_person(deputy, by=load_again(deputy), phone="042 711 111")
    row = give(staff, Role.DIRECTOR, admin)
    assert not counts(deputy, row)
    assert counts(honest, row)


def test_ones_own_changes_and_the_operators_hand_nothing_over(office, admin, deputy, staff):
    members.update_person(deputy, by=deputy, email="own@example.org")
    members.new_password(deputy, by=None)
    assert not LetIn.objects.exists()
    assert counts(deputy, give(staff, Role.DIRECTOR, admin))


@pytest.mark.parametrize(("days", "right"), [(0, False), (29, False), (31, True)])
def test_who_was_made_an_administrator_by_the_giver_lately_is_none(
    office, admin, staff, days, right
):
    old = make_person(office)
    # Written back: what counts is when it was given.
    give(old, Role.ADMIN, admin, since=clock.today() - 200 * DAY)
    with clock.pretend(clock.now() + days * DAY):
        assert counts(old, give(staff, Role.DIRECTOR, admin)) is right


def test_neither_does_the_giver_confirm_for_whom_they_made_administrator(office, admin, staff):
    old = make_person(office)
    give(old, Role.ADMIN, admin)
    assert not counts(admin, give(staff, Role.DIRECTOR, load_again(old)))


def test_nor_who_was_made_one_by_such_a_one(office, admin, staff):
    first, second = make_person(office), make_person(office)
    give(first, Role.ADMIN, admin)
    give(second, Role.ADMIN, load_again(first))
    row = give(staff, Role.DIRECTOR, admin)
    assert not counts(first, row)
    assert not counts(second, row)


def test_who_holds_another_role_for_long_or_by_two_goes_on_confirming(office, admin, deputy, staff):
    give(deputy, Role.ADMIN, admin)
    new = make_person(office)
    assert counts(deputy, give(new, Role.DEPUTY, admin))
    assert counts(new, give(staff, Role.DIRECTOR, admin))


def test_where_nobody_counts_the_page_names_the_country_and_it_confirms(
    client, office, admin, deputy, staff
):
    national = make_person(make_office("obec", kind=OfficeKind.NATIONAL), Role.ADMIN)
    members.new_password(deputy, by=admin)
    row = give(staff, Role.DIRECTOR, admin)
    assert second_person.confirmers_of([row], clock.today())[row] == []
    assert Notification.objects.filter(kind="role_granted", recipient=national).exists()
    client.force_login(load_again(deputy), backend="people.sign_in.backend.SessionBackend")
    shown = client.get(f"/people/roles/{row.pk}/confirm/").content.decode()
    assert "ผู้ดูแลระบบของ สพฐ." in shown
    assert "30 วัน" in shown
    assert counts(national, row)


def test_who_may_be_behind_whom_is_one_query_however_many(
    office, admin, deputy, staff, django_assert_num_queries
):
    rows = [give(make_person(office), Role.DEPUTY, admin) for _n in range(3)]
    for who in (staff, deputy):
        members.new_password(who, by=admin)
    with django_assert_num_queries(2):
        second_person.confirmers_of(rows, clock.today())
