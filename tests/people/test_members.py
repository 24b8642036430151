"""People are added, changed, deactivated and reactivated by their administrators only."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications.contact_settings import renew_feed
from notifications.models import Notification
from people import members, rules
from people.models import User
from people.states import Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, make_group, make_office, make_person


def add(office, by, **fields):
    fields.setdefault("username", "somchai")
    fields.setdefault("given_name", "สมชาย")
    return members.add_person(office, by=by, **fields)


def test_add_person_makes_a_person_who_can_sign_in(office, admin, group):
    user = add(office, admin, password="right-horse", work_group=group, email="Som@Example.ORG")
    assert user.check_password("right-horse")
    assert (user.office, user.work_group, user.email) == (office, group, "som@example.org")
    assert EmailAddress.objects.get(user=user).email == "som@example.org"


def test_history_tells_no_personal_details(office, admin):
    add(office, admin, email="som@example.org", phone="081 234 5678")
    event = Event.objects.get(verb="person.add")
    assert "som@" not in str(event.after)
    assert "081" not in str(event.after)
    assert event.after["email"] is True


def test_two_people_do_not_share_a_username(office, admin):
    add(office, admin)
    with pytest.raises(RuleBroken):
        add(office, admin)
    assert Event.objects.filter(verb="person.add").count() == 1


@pytest.mark.parametrize("mine", ["username", "email"])
@pytest.mark.parametrize("theirs", ["username", "email"])
@pytest.mark.parametrize("typed", ["d@example.org", "D@Example.org", "\u200bd@exa\u00admple.org "])
def test_nobody_gets_a_name_by_which_somebody_else_signs_in(
    office, admin, staff, mine, theirs, typed
):
    make_person(make_office("skn1"), **{theirs: "d@example.org"})
    with pytest.raises(RuleBroken) as refused:
        add(office, admin, **{mine: typed})
    assert refused.value.field == mine
    with pytest.raises(RuleBroken):
        members.update_person(staff, by=admin, **{mine: typed})
    members.update_person(
        staff, by=admin, username="\u200bkan@example.org", email="kan@Example.org\ufeff"
    )
    stored = load_again(staff)  # one's own address may be one's user name
    assert (stored.username, stored.email) == ("kan@example.org", "kan@example.org")


def test_a_group_of_another_office_is_refused(office, admin):
    with pytest.raises(RuleBroken):
        add(office, admin, work_group=make_group(make_office("skn1"), "x"))


def test_update_person_keeps_search_and_sorting_true(staff, admin):
    members.update_person(staff, by=admin, given_name="เกษม", position="นิติกร")
    stored = load_again(staff)
    assert stored.given_name == "เกษม"
    assert "นิติกร" in stored.search_text
    assert stored.sort_name != User(given_name="กานดา").sort_name


def test_an_old_address_opens_nothing_any_more(staff, admin):
    EmailAddress.objects.create(user=staff, email=staff.email, verified=False, primary=True)
    members.update_person(staff, by=admin, email="new@example.org")
    assert list(EmailAddress.objects.filter(user=staff).values_list("email", "verified")) == [
        ("new@example.org", True)
    ]


def test_nothing_changed_writes_no_event(staff, admin):
    members.update_person(staff, by=admin, given_name=staff.given_name)
    assert not Event.objects.exists()


def test_oneself_one_changes_the_telephone_and_not_the_position(staff):
    members.update_person(staff, by=staff, phone="042 711 111")
    assert load_again(staff).phone == "042 711 111"
    with pytest.raises(NotAllowed):
        members.update_person(staff, by=staff, position="ผู้อำนวยการ")


@pytest.mark.parametrize("name", ["is_active", "is_superuser", "office", "password"])
def test_state_and_power_are_not_changed_as_details(staff, admin, name):
    with pytest.raises(ValueError, match=name):
        members.update_person(staff, by=admin, **{name: True})


def test_deactivate_takes_roles_password_and_sign_in(office, admin):
    user = make_person(office, Role.DIRECTOR, password="right-horse")
    today = clock.today()
    act_for(user, Role.DEPUTY, since=today, until=today)
    members.deactivate_person(user, by=admin, why="เกษียณ")
    stored = load_again(user)
    assert not stored.is_active
    assert not stored.has_usable_password()
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert rules.roles_on(load_again(user), today) == {}
    verbs = list(Event.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["role.end", "acting.end", "person.deactivate"]


def test_nobody_deactivates_themself(admin):
    with pytest.raises(RuleBroken):
        members.deactivate_person(admin, by=admin)
    assert load_again(admin).is_active


def test_the_last_administrator_stays(office, admin):
    acting = make_person(office)
    today = clock.today()
    act_for(acting, Role.ADMIN, since=today, until=today)
    with pytest.raises(RuleBroken):
        members.deactivate_person(admin, by=acting)
    stored = load_again(admin)
    assert stored.is_active
    assert rules.is_admin(stored, office.pk, today)


def test_deactivate_and_reactivate_once_each(staff, admin):
    members.deactivate_person(staff, by=admin)
    with pytest.raises(MoveRefused):
        members.deactivate_person(staff, by=admin)
    members.reactivate_person(staff, by=admin)
    with pytest.raises(MoveRefused):
        members.reactivate_person(staff, by=admin)
    assert load_again(staff).is_active


def test_new_password_is_a_new_one_each_time(staff, admin):
    first, second = (members.new_password(staff, by=admin) for _n in range(2))
    assert first != second
    assert load_again(staff).check_password(second)
    assert not load_again(staff).check_password(first)


def test_invite_puts_no_secret_into_the_outbox(staff, admin):
    members.invite(staff, by=admin)
    notification = Notification.objects.get(recipient=staff)
    assert notification.url == "/profile/"
    assert "reset" not in notification.title + notification.body


def test_invite_needs_an_address(office, admin):
    with pytest.raises(RuleBroken):
        members.invite(make_person(office), by=admin)


@pytest.mark.parametrize(
    "act",
    [
        lambda user, by: members.update_person(user, by=by, position="x"),
        lambda user, by: members.deactivate_person(user, by=by),
        lambda user, by: members.new_password(user, by=by),
        lambda user, by: members.invite(user, by=by),
        lambda user, by: add(user.office, by),
    ],
)
@pytest.mark.parametrize("who", ["director", "stranger", "former"])
def test_only_the_offices_present_administrators_act(office, staff, stranger, act, who):
    by = {"director": make_person(office, Role.DIRECTOR), "stranger": stranger}.get(who)
    if by is None:
        by = make_person(office)
        grant(by, Role.ADMIN, until=clock.today().replace(year=2020))
    before = load_again(staff)
    with pytest.raises(NotAllowed):
        act(staff, by)
    after = load_again(staff)
    assert (after.is_active, after.password) == (before.is_active, before.password)
    assert not Event.objects.exists()


def test_no_secret_address_and_no_linked_account_comes_back_with_a_person(staff, admin, client):
    feed = reverse("workflow:calendar_feed", args=[renew_feed(staff).token])
    SocialAccount.objects.create(user=staff, provider="office", uid="1")
    assert client.get(feed).status_code == 200
    members.deactivate_person(load_again(staff), by=admin)
    assert client.get(feed).status_code == 404
    members.reactivate_person(load_again(staff), by=admin)
    assert client.get(feed).status_code == 404
    assert not SocialAccount.objects.exists()


def test_nobody_gives_themselves_a_new_password(admin, client_for):
    with pytest.raises(RuleBroken):
        members.new_password(admin, by=admin)
    client, page = client_for(admin), reverse("people:person_password", args=[admin.pk])
    assert client.get(page).status_code == 403
    asked = {"asked": "on", "idempotency_token": "token-1"}
    assert client.post(page, asked).status_code == 403
    assert load_again(admin).password == admin.password
    assert page not in client.get(reverse("people:person", args=[admin.pk])).content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize("email", ["other@example.org", "", "OTHER@example.org"])
def test_an_administrator_changes_the_own_e_mail_in_the_profile_only(
    office, admin, client_for, email
):
    members.update_person(admin, by=admin, email="mine@example.org")
    details = {"given_name": "ผู้ดูแล", "username": "admin", "position": "นิติกร", "email": email}
    page = reverse("people:person_edit", args=[admin.pk])
    assert "ที่หน้าข้อมูลส่วนตัว" in client_for(admin).get(page).content.decode()
    assert client_for(admin).post(page, details).status_code == 302
    after = load_again(admin)
    assert (after.email, after.position) == ("mine@example.org", "นิติกร")
    with pytest.raises(RuleBroken):
        members.update_person(after, by=after, position="x", email=email)
