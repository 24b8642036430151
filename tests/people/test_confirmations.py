"""Nobody raises themselves: who decides on papers is confirmed by a second person."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications.models import Delivery, Notification
from people import members, roles, rules
from people.models import Acting, RoleGrant
from people.roles import deciding
from people.states import ROLES_TO_CONFIRM, OfficeKind, Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, make_office, make_person
from tests.factories.workflow import load_proposal, make_cast, make_cycle, make_proposed
from workflow.papers import decisions

pytestmark = pytest.mark.django_db
TODAY = clock.today
DAY = timedelta(days=1)
GIVEN = ["grant", "acting"]


def give(user, role, how="grant", *, by):
    """Give ``role``, itself or acting, through the verb that the page calls."""
    if how == "grant":
        return roles.grant_role(user, role=role, office=user.office, by=by)
    day = TODAY()
    return roles.appoint_acting(
        user, for_role=role, office=user.office, since=day, until=day + 90 * DAY, by=by
    )


def holds(user, role):
    return rules.holds(load_again(user), role, user.office_id, TODAY())


def notified(kind):
    return {row.recipient for row in Notification.objects.filter(kind=kind)}


@pytest.fixture
def director(office):
    return make_person(office, Role.DIRECTOR, username="director", email="d@example.org")


@pytest.fixture
def national(db):
    """The country's administrator."""
    home = make_office("obec", kind=OfficeKind.NATIONAL)
    return make_person(home, Role.ADMIN, username="obec-admin")


# -- not to oneself -------------------------------------------------------------------
@pytest.mark.parametrize("how", GIVEN)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.OBEC])
def test_nobody_gives_themselves_a_role(office, admin, role, how):
    with pytest.raises(NotAllowed):
        give(admin, role, how, by=admin)
    assert RoleGrant.objects.filter(user=admin).count() == 1
    assert not Acting.objects.exists()
    assert not rules.may_grant(admin, admin, TODAY())


def test_the_national_office_has_no_exception(national):
    with pytest.raises(NotAllowed):
        give(national, Role.OBEC, by=national)


@pytest.mark.parametrize("model", [RoleGrant, Acting])
@pytest.mark.parametrize(
    "false",
    [
        {"granted_by": "user"},
        {"granted_by": "other", "confirmed_by": "user", "confirmed_at": "now"},
        {"granted_by": "other", "confirmed_by": "other", "confirmed_at": "now"},
        {"granted_by": "other"},
        {"granted_by": "other", "confirmed_by": "third"},
        {"granted_by": "other", "awaits_confirmation": True, "confirmed_at": "now"},
        {"confirmed_by": "third", "confirmed_at": "now"},
    ],
    ids=lambda false: "-".join(false),
)
def test_the_database_refuses_it_too(office, staff, model, false):
    there = {"user": staff, "other": make_person(office), "third": make_person(office)}
    there["now"] = clock.now()
    fields = {name: there.get(value, value) for name, value in false.items()}
    fields |= {"since": TODAY(), "until": TODAY()}
    role = "role" if model is RoleGrant else "for_role"
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(user=staff, office=office, **{role: Role.DIRECTOR}, **fields)


# -- it waits -------------------------------------------------------------------------
@pytest.mark.parametrize("how", GIVEN)
@pytest.mark.parametrize("role", ROLES_TO_CONFIRM)
def test_what_decides_gives_nothing_until_it_is_confirmed(
    office, admin, director, staff, role, how
):
    row = give(staff, role, how, by=admin)
    assert not holds(staff, role)
    assert staff not in roles.holders(office, role)
    assert rules.awaits_confirmation(load_again(staff), TODAY())
    deciding.confirm(row, by=director)
    assert holds(staff, role)
    assert staff in roles.holders(office, role)
    row.refresh_from_db()
    assert (row.confirmed_by, row.awaits_confirmation) == (director, False)
    verb = {"grant": "role.confirm", "acting": "acting.confirm"}[how]
    event = Event.objects.get(verb=verb)
    assert (event.actor, event.target_id) == (director, str(staff.pk))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.GROUP_DIRECTOR, Role.ADMIN])
def test_other_roles_hold_at_once(office, admin, staff, role):
    give(staff, role, by=admin)
    assert holds(staff, role)
    assert not Notification.objects.exists()


def test_what_the_program_gives_holds_at_once(office, staff):
    give(staff, Role.DIRECTOR, by=None)
    assert holds(staff, Role.DIRECTOR)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("how", GIVEN)
def test_an_administrator_cannot_have_a_paper_approved_by_a_friend(office, admin, how):
    cast = make_cast(office)
    proposal = make_proposed(make_cycle(office), by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    friend = make_person(office)
    row = give(friend, Role.DIRECTOR, how, by=admin)
    for act in (decisions.approve, decisions.return_):
        with pytest.raises(NotAllowed):
            act(load_proposal(proposal.pk), by=load_again(friend), opinion="ก")
    deciding.confirm(row, by=cast.director)
    decisions.approve(load_proposal(proposal.pk), by=load_again(friend))
    assert load_proposal(proposal.pk).state == "approved"


def test_a_role_that_is_over_before_it_was_confirmed_is_gone(office, admin, director, staff):
    row = give(staff, Role.DIRECTOR, "acting", by=admin)
    with clock.pretend(clock.now() + 91 * DAY), pytest.raises(MoveRefused):
        deciding.confirm(row, by=director)


# -- who is notified, at once -------------------------------------------------------------
@pytest.mark.parametrize("how", GIVEN)
def test_all_who_decide_or_administer_are_notified_at_once(office, admin, director, staff, how):
    deputy = make_person(office, Role.DEPUTY)
    second = make_person(office, Role.ADMIN)
    acting = make_person(office)
    act_for(acting, Role.DIRECTOR, since=TODAY() - 2 * DAY, until=TODAY() + 2 * DAY)
    make_person(office, Role.COORDINATOR)
    night = clock.now().replace(hour=19)  # 02.00 in Bangkok: quiet hours
    with clock.pretend(night):
        row = give(staff, Role.DEPUTY, how, by=admin)
        mail = Delivery.objects.filter(notification__recipient=director)
        assert mail.get().not_before <= clock.now()
    assert notified("role_granted") == {admin, director, deputy, second, acting, staff}
    asked = Notification.objects.filter(url=f"/people/{_path(how)}/{row.pk}/confirm/")
    assert {one.recipient for one in asked} == {director, deputy, second, acting}


def _path(how):
    return {"grant": "roles", "acting": "acting"}[how]


def test_the_one_concerned_and_the_giver_hear_what_became_of_it(office, admin, director, staff):
    deciding.confirm(give(staff, Role.DEPUTY, by=admin), by=director)
    assert notified("role_confirmed") == {staff, admin}


# -- the second person ----------------------------------------------------------------
def test_neither_giver_nor_the_one_who_gets_it_confirms(office, admin, director):
    row = give(director, Role.DEPUTY, by=admin)
    for by in (admin, director):
        with pytest.raises(NotAllowed):
            deciding.confirm(row, by=load_again(by))
        with pytest.raises(NotAllowed):
            deciding.decline(row, by=load_again(by), why="ก")
    assert not holds(director, Role.DEPUTY)


@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.GROUP_DIRECTOR])
def test_who_neither_decides_nor_administers_does_not_confirm(office, admin, director, staff, role):
    row = give(staff, Role.DEPUTY, by=admin)
    by = make_person(office, *filter(None, [role]))
    for other in (by, make_person(make_office("skn1"), Role.DIRECTOR, Role.ADMIN)):
        with pytest.raises(NotAllowed):
            deciding.confirm(row, by=other)


def test_who_waits_oneself_confirms_nobody(office, admin, director, staff):
    give(staff, Role.DIRECTOR, by=admin)
    row = give(make_person(office), Role.DEPUTY, by=admin)
    with pytest.raises(NotAllowed):
        deciding.confirm(row, by=load_again(staff))


@pytest.mark.parametrize(("days", "counts"), [(0, False), (29, False), (31, True)])
@pytest.mark.parametrize("how", ["made", "opened again"])
def test_an_account_that_the_giver_let_in_lately_is_no_second_person(
    office, admin, director, staff, how, days, counts
):
    if how == "made":
        second = members.add_person(office, username="second", given_name="ก", by=admin)
    else:
        second = make_person(office, is_active=False)
        members.reactivate_person(second, by=admin)
    give(second, Role.ADMIN, by=admin)
    with clock.pretend(clock.now() + days * DAY):
        row = give(staff, Role.DIRECTOR, by=admin)
        if counts:
            deciding.confirm(row, by=load_again(second))
        else:
            with pytest.raises(NotAllowed):
                deciding.confirm(row, by=load_again(second))
        assert holds(staff, Role.DIRECTOR) is counts


def test_accounts_of_the_program_and_imported_ones_count_at_once(office, admin, staff):
    second = members.add_person(office, username="second", given_name="ก", by=None)
    give(second, Role.ADMIN, by=admin)
    deciding.confirm(give(staff, Role.DIRECTOR, by=admin), by=load_again(second))
    assert holds(staff, Role.DIRECTOR)


@pytest.mark.parametrize("way", ["giver and second", "the giver", "one by another"])
def test_one_person_behind_several_accounts_stays_one_person(office, admin, director, way):
    first = members.add_person(office, username="first", given_name="ก", by=admin)
    give(first, Role.ADMIN, by=admin)
    first = load_again(first)
    second = members.add_person(
        office, username="second", given_name="ข", by=first if way == "one by another" else admin
    )
    give(second, Role.ADMIN, by=admin)
    row = give(admin, Role.DIRECTOR, by=first)
    by = admin if way == "the giver" else second
    with pytest.raises(NotAllowed):
        deciding.confirm(row, by=load_again(by))
    deciding.confirm(row, by=director)


def test_of_two_who_confirm_the_second_is_notified(office, admin, director, staff):
    row = give(staff, Role.DEPUTY, by=admin)
    again = RoleGrant.objects.get(pk=row.pk)
    deciding.confirm(row, by=director)
    with pytest.raises(MoveRefused):
        deciding.confirm(again, by=director)
    with pytest.raises(MoveRefused):
        deciding.decline(again, by=director, why="ช้าไป")
    assert Event.objects.filter(verb="role.confirm").count() == 1
    assert holds(staff, Role.DEPUTY)


# -- declining ------------------------------------------------------------------------
@pytest.mark.parametrize("how", GIVEN)
@pytest.mark.parametrize("ago", [0, 30])
def test_declined_it_never_held_and_all_concerned_read_why(
    office, admin, director, staff, how, ago
):
    row = give(staff, Role.DIRECTOR, how, by=admin)
    type(row).objects.update(since=TODAY() - ago * DAY)
    with pytest.raises(RuleBroken):
        deciding.decline(row, by=director, why="  ")
    deciding.decline(row, by=director, why="ไม่มีคำสั่งแต่งตั้ง")
    assert not holds(staff, Role.DIRECTOR)
    assert not rules.awaits_confirmation(load_again(staff), TODAY())
    assert notified("role_declined") == {staff, admin, director}
    assert Event.objects.last().why == "ไม่มีคำสั่งแต่งตั้ง"
    give(staff, Role.DIRECTOR, how, by=admin)  # the way is free for a right one


def test_the_giver_takes_back_what_nobody_confirmed(office, admin, director, staff):
    row = give(staff, Role.DIRECTOR, by=admin)
    roles.end_role(row, by=admin)
    with pytest.raises(MoveRefused):
        deciding.confirm(row, by=director)


# -- where nobody is left -------------------------------------------------------------
def test_the_country_confirms_only_where_nobody_is_left(office, admin, national, staff):
    row = give(staff, Role.DIRECTOR, by=admin)
    assert national in notified("role_granted")
    coordinator = make_person(office, Role.COORDINATOR)
    deciding.confirm(row, by=national)
    assert holds(staff, Role.DIRECTOR)
    assert notified("role_confirmed") == {staff, admin, coordinator}
    second = give(make_person(office), Role.DEPUTY, by=admin)
    with pytest.raises(NotAllowed):
        deciding.confirm(second, by=load_again(national))


@pytest.mark.parametrize("role", [Role.OBEC, Role.ADMIN])
def test_no_reviewer_and_no_administrator_of_a_neighbour_confirms(office, admin, staff, role):
    row = give(staff, Role.DIRECTOR, by=admin)
    kind = OfficeKind.NATIONAL if role == Role.OBEC else OfficeKind.PRIMARY
    by = make_person(make_office("other", kind=kind), role)
    with pytest.raises(NotAllowed):
        deciding.confirm(row, by=by)


def run_command(*arguments):
    out = io.StringIO()
    call_command("role_confirm", *arguments, stdout=out)
    return out.getvalue()


def test_role_confirm_where_nobody_is_left_and_everybody_with_a_role_hears(office, admin, staff):
    coordinator = make_person(office, Role.COORDINATOR)
    give(staff, Role.DIRECTOR, by=admin)
    give(staff, Role.DEPUTY, "acting", by=admin)
    said = run_command("skn2", staff.username)
    assert str(staff) in said
    assert holds(staff, Role.DIRECTOR)
    assert holds(staff, Role.DEPUTY)
    assert notified("role_confirmed") == {staff, admin, coordinator}
    assert Event.objects.get(verb="role.confirm").actor is None


def test_role_confirm_of_one_role_only(office, admin, staff):
    give(staff, Role.DIRECTOR, by=admin)
    give(staff, Role.DEPUTY, "acting", by=admin)
    run_command("skn2", staff.username, "--role", "deputy")
    assert not holds(staff, Role.DIRECTOR)
    assert holds(staff, Role.DEPUTY)


def test_role_confirm_passes_nobody_by(office, admin, director, staff):
    give(staff, Role.DEPUTY, by=admin)
    with pytest.raises(CommandError, match=director.full_name):
        run_command("skn2", staff.username)
    assert not holds(staff, Role.DEPUTY)


@pytest.mark.parametrize(
    "arguments", [("skn2", "nobody"), ("skn9", "kanda"), ("skn2", "admin"), ("", "")]
)
def test_role_confirm_says_when_nothing_waits(office, admin, arguments):
    with pytest.raises(CommandError, match="Nothing"):
        run_command(*arguments)


def test_leaving_does_not_end_what_was_confirmed(office, admin, director, staff):
    """The second person answers for the moment, not for ever."""
    deciding.confirm(give(staff, Role.DEPUTY, by=admin), by=director)
    grant(staff, Role.COORDINATOR)
    members.deactivate_person(director, by=admin)
    assert holds(staff, Role.DEPUTY)


@pytest.mark.parametrize("days", [1, 3000])
def test_what_was_confirmed_for_a_period_is_not_lengthened_by_ending_it(
    office, admin, director, staff, days
):
    until = clock.today() + 30 * DAY
    row = roles.grant_role(staff, role=Role.DEPUTY, office=office, by=admin, until=until)
    deciding.confirm(row, by=director)
    held = RoleGrant.objects.get(pk=row.pk)
    with pytest.raises(RuleBroken):
        roles.end_role(held, by=admin, until=until + days * DAY)
    assert load_again(held).until == until
    roles.end_role(held, by=admin, until=until - days * DAY if days == 1 else clock.today())
    assert load_again(held).until < until
