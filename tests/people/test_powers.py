"""Each verb about people against each role, each office and each day."""

from datetime import date, timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, Refused, RuleBroken
from notifications.models import Delivery, Notification
from notifications.states import DeliveryState
from people import members, offices, roles, rules, undelivered
from people.models import Acting, Office, RoleGrant, User, WorkGroup
from people.states import LOCAL_ROLES, NATIONAL_ROLES, OfficeKind, Role
from tests.factories.loading import load_again
from tests.factories.notifications import make_failed_mail
from tests.factories.people import act_for, grant, make_group, make_office, make_person

TODAY = clock.today
DAY = timedelta(days=1)
LOCAL = [role.value for role in LOCAL_ROLES]


VERBS = {
    "add_person": lambda user, by: members.add_person(
        user.office, username="new", given_name="ใหม่", by=by
    ),
    "update_person": lambda user, by: members.update_person(user, by=by, position="นิติกร"),
    "deactivate_person": lambda user, by: members.deactivate_person(user, by=by),
    "new_password": lambda user, by: members.new_password(user, by=by),
    "invite": lambda user, by: members.invite(user, by=by),
    "grant_role": lambda user, by: roles.grant_role(
        user, role=Role.DEPUTY, office=user.office, by=by
    ),
    "end_role": lambda user, by: roles.end_role(user.role_grants.get(), by=by),
    "appoint_acting": lambda user, by: roles.appoint_acting(
        user, for_role=Role.DEPUTY, office=user.office, since=TODAY(), until=TODAY(), by=by
    ),
    "end_acting": lambda user, by: roles.end_acting(user.acting_periods.get(), by=by),
    "add_group": lambda user, by: offices.add_group(user.office, code="g9", name="ก", by=by),
    "update_group": lambda user, by: offices.update_group(user.work_group, name="ข", by=by),
    "update_office": lambda user, by: offices.update_office(user.office, province="ก", by=by),
    "retry": lambda user, by: undelivered.retry(
        Delivery.objects.get(notification__recipient=user), by=by
    ),
}


@pytest.fixture
def somebody(staff):
    """Who holds a role, acts for another one, and has mail that was given up."""
    grant(staff, Role.COORDINATOR)
    act_for(staff, Role.DIRECTOR, since=TODAY() - DAY, until=TODAY() + DAY)
    make_failed_mail(staff)
    return staff


def everything():
    """All rows that a verb about people could write."""
    models = (User, RoleGrant, Acting, Office, WorkGroup, Event, Notification, Delivery)
    return [list(model.objects.order_by("pk").values()) for model in models]


# -- who may ------------------------------------------------------------------
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [*(role for role in LOCAL if role != Role.ADMIN), None])
def test_no_other_role_manages_people(office, somebody, verb, role):
    by = make_person(office, *filter(None, [role]))
    before = everything()
    with pytest.raises(NotAllowed):
        VERBS[verb](somebody, by)
    assert everything() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "who", ["other office", "no office", "deactivated", "ended", "to begin", "national"]
)
def test_no_administrator_of_elsewhere_or_another_day(office, stranger, somebody, verb, who):
    today = TODAY()
    by = {
        "other office": lambda: stranger,
        "no office": lambda: make_person(None, is_superuser=True),
        "deactivated": lambda: make_person(office, Role.ADMIN, is_active=False),
        "ended": lambda: grant(make_person(office), Role.ADMIN, until=today - DAY).user,
        "to begin": lambda: grant(make_person(office), Role.ADMIN, since=today + DAY).user,
        "national": lambda: make_person(
            make_office("obec", kind=OfficeKind.NATIONAL), Role.ADMIN, Role.OBEC
        ),
    }[who]()
    before = everything()
    with pytest.raises(NotAllowed):
        VERBS[verb](somebody, by)
    assert everything() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", ["granted", "acting", "the program"])
def test_an_administrator_may_and_the_history_tells_who(office, admin, somebody, verb, how):
    by = {"granted": admin, "the program": None}.get(how, make_person(office))
    if how == "acting":
        act_for(by, Role.ADMIN, since=TODAY(), until=TODAY())
    VERBS[verb](somebody, load_again(by) if by else None)
    event = Event.objects.order_by("number").last()
    assert (event.office, event.actor) == (office, by)


# -- roles --------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(OfficeKind))
def test_an_office_grants_what_its_kind_has(db, role, kind):
    office = make_office(f"x-{kind}", kind=kind)
    user = make_person(office)
    fits = role in (NATIONAL_ROLES if kind == OfficeKind.NATIONAL else LOCAL_ROLES)
    for give in (
        lambda: roles.grant_role(user, role=role, office=office, by=None),
        lambda: roles.appoint_acting(
            user, for_role=role, office=office, since=TODAY(), until=TODAY(), by=None
        ),
    ):
        if fits:
            give()
        else:
            with pytest.raises(RuleBroken):
                give()
    assert rules.holds(load_again(user), role, office.pk, TODAY()) is fits


@pytest.mark.parametrize("role", LOCAL)
def test_a_role_opens_its_own_predicate_in_its_own_office_only(office, role):
    user, today = make_person(office, role), TODAY()
    asked = {
        Role.DIRECTOR: rules.is_director,
        Role.DEPUTY: rules.is_deputy,
        Role.COORDINATOR: rules.is_coordinator,
        Role.ADMIN: rules.is_admin,
    }
    elsewhere = make_office("skn1").pk
    for named, predicate in asked.items():
        assert predicate(user, office.pk, today) is (named == role)
        assert not predicate(user, elsewhere, today)
    assert rules.is_obec(user, today) is False


@pytest.mark.parametrize(
    ("held", "asked", "taken"),
    [
        # begins and ends, in days from today; None is open
        ((-10, None), (0, None), False),
        ((-10, None), (-20, -11), True),
        ((-10, None), (-20, -10), False),
        ((-10, -1), (0, None), True),
        ((-10, 0), (0, None), False),
        ((-10, 5), (6, 9), True),
        ((-10, 5), (5, 9), False),
        ((10, 20), (0, 9), True),
        ((10, 20), (0, None), False),
        ((10, 20), (0, 10), False),
        ((10, 20), (12, 13), False),
        ((10, 20), (0, 30), False),
    ],
)
def test_two_periods_of_one_role_never_share_a_day(office, admin, staff, held, asked, taken):
    def period(days):
        begin, end = (None if n is None else TODAY() + n * DAY for n in days)
        return {"since": begin, "until": end}

    grant(staff, Role.DEPUTY, **period(held))
    give = {"role": Role.DEPUTY, "office": office, "by": admin, **period(asked)}
    if taken:
        roles.grant_role(staff, **give)
    else:
        with pytest.raises(RuleBroken):
            roles.grant_role(staff, **give)
    assert RoleGrant.objects.filter(user=staff).count() == 1 + taken


@pytest.mark.parametrize("ends", [-1, 0, 1])
def test_a_role_ends_today_or_later_and_not_before_it_began(admin, staff, ends):
    held = grant(staff, Role.DEPUTY, since=TODAY() - 5 * DAY)
    if ends < 0:
        with pytest.raises(RuleBroken):
            roles.end_role(held, by=admin, until=TODAY() + ends * DAY)
    else:
        roles.end_role(held, by=admin, until=TODAY() + ends * DAY)
    held.refresh_from_db()
    assert held.until == (None if ends < 0 else TODAY() + ends * DAY)
    assert rules.is_deputy(load_again(staff), staff.office_id, TODAY())


@pytest.mark.parametrize("give", ["grant", "acting"])
def test_a_period_that_ends_before_it_begins_is_refused(office, admin, staff, give):
    period = {"office": office, "by": admin, "since": TODAY(), "until": TODAY() - DAY}
    verb, name = {
        "grant": (roles.grant_role, "role"),
        "acting": (roles.appoint_acting, "for_role"),
    }[give]
    with pytest.raises(RuleBroken):
        verb(staff, **{name: Role.DEPUTY}, **period)
    assert not RoleGrant.objects.filter(user=staff).exists()
    assert not Acting.objects.exists()


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_an_acting_period_ends_with_the_request_whenever_it_began(admin, staff, offset):
    period = act_for(staff, Role.DIRECTOR, since=TODAY() + offset * DAY, until=TODAY() + 5 * DAY)
    roles.end_acting(period, by=admin, why="กลับมาแล้ว")
    assert not Acting.objects.filter(until__gte=TODAY()).exists()
    assert Acting.objects.exists() is (offset < 0)
    assert Event.objects.get().why == "กลับมาแล้ว"


# -- the last administrator ---------------------------------------------------
@pytest.mark.parametrize(
    ("second", "may"),
    [
        (None, False),
        ({"since": -1}, True),
        ({"since": 1}, False),
        ({"since": -9, "until": -1}, False),
        ({"since": -9, "until": 0}, True),
        ({"since": -9, "is_active": False}, False),
        ({"since": -9, "office": "skn1"}, False),
    ],
)
def test_an_office_is_never_left_without_an_administrator(office, admin, second, may):
    if second is not None:
        where = make_office(second.get("office", "skn2"))
        other = make_person(where, is_active=second.get("is_active", True))
        until = second.get("until")
        grant(
            other,
            Role.ADMIN,
            since=TODAY() + second["since"] * DAY,
            until=None if until is None else TODAY() + until * DAY,
        )
    before = everything()
    if may:
        members.deactivate_person(admin, by=None)
        assert rules.roles_on(load_again(admin), TODAY()) == {}
    else:
        with pytest.raises(RuleBroken):
            members.deactivate_person(admin, by=None)
        assert everything() == before


def test_two_administrators_may_end_each_other_but_not_both(office, admin):
    other = make_person(office, Role.ADMIN)
    roles.end_role(other.role_grants.get(), by=admin)
    with pytest.raises(NotAllowed):
        roles.end_role(admin.role_grants.get(), by=load_again(other))
    assert rules.is_admin(load_again(admin), office.pk, TODAY())


# -- one's own ----------------------------------------------------------------
@pytest.mark.parametrize("name", members.OWN_FIELDS)
def test_of_oneself_one_changes_these(staff, name):
    value = {"email": "new@example.org", "language": "en"}.get(name, "ใหม่")
    members.update_person(staff, by=staff, **{name: value})
    assert getattr(load_again(staff), name) == value
    assert Event.objects.exists() is (name != "language")


@pytest.mark.parametrize("name", sorted(set(members.FIELDS) - set(members.OWN_FIELDS)))
def test_and_of_oneself_nothing_else_not_even_together(staff, name):
    value = None if name == "work_group" else "ใหม่"
    with pytest.raises(NotAllowed):
        members.update_person(staff, by=staff, **{"phone": "1", name: value})
    assert load_again(staff).phone == ""


@pytest.mark.parametrize("name", members.PRIVATE)
def test_the_history_of_a_change_tells_no_private_value(staff, admin, name):
    members.update_person(staff, by=admin, **{name: "secret@example.org"})
    event = Event.objects.get()
    assert event.after == {name: True}
    assert "secret" not in str([event.before, event.after, event.target_label])


# -- groups and offices -------------------------------------------------------
@pytest.mark.parametrize("name", ["kind", "id", "quiet_from"])
def test_what_is_fixed_when_an_office_is_founded_stays(office, admin, group, name):
    with pytest.raises(ValueError, match=name):
        offices.update_office(office, by=admin, **{name: "x"})
    with pytest.raises(ValueError, match=name):
        offices.update_group(group, by=admin, **{name: "x"})


@pytest.mark.parametrize("code", ["SKN", "a b", "ก", "", "x" * 21, "a/b"])
def test_an_office_needs_a_code_that_fits_an_address(db, code):
    with pytest.raises(RuleBroken, match="code"):
        offices.found_office(code=code, name="ก", short_name="ก", kind=OfficeKind.PRIMARY)
    assert not Office.objects.exists()


def test_a_groups_code_is_taken_in_its_own_office_only(office, admin, stranger, group):
    with pytest.raises(Refused):
        offices.add_group(office, code=group.code, name="ข", by=admin)
    second = make_group(office, "g2")
    with pytest.raises(Refused):
        offices.update_group(second, code=group.code, by=admin)
    offices.add_group(stranger.office, code=group.code, name="ค", by=stranger)
    assert WorkGroup.objects.filter(code=group.code).count() == 2


def test_mail_is_put_back_once(somebody, admin):
    row = Delivery.objects.get()
    undelivered.retry(row, by=admin)
    with pytest.raises(MoveRefused):
        undelivered.retry(row, by=admin)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)
    assert Event.objects.filter(verb="delivery.retry").count() == 1


def test_long_ago_a_person_held_what_the_row_says(staff):
    grant(staff, Role.DEPUTY, since=date(2015, 10, 1), until=date(2016, 9, 30))
    held = [rules.roles_on(load_again(staff), date(year, 9, 30)) for year in (2015, 2016, 2017)]
    assert held == [{}, {staff.office_id: {Role.DEPUTY}}, {}]
