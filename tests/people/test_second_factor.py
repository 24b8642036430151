"""Two-step sign-in as a rule of the office: whom it holds, when, and what is left to them."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Event
from core.refusals import NotAllowed, RuleBroken
from notifications.models import Notification
from people.models import Office
from people.sign_in import second_factor
from people.states import Role
from tests.factories.people import PASSWORD, act_for, login, make_person, make_session

SECRET = "JBSWY3DPEHPK3PXP"
NEEDED = "/profile/two-step/"
HOME = "/"
STRICT = [Role.DIRECTOR, Role.DEPUTY, Role.COORDINATOR, Role.ADMIN]


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


def require(office, days):
    Office.objects.filter(pk=office.pk).update(
        second_factor_from=clock.today() + timedelta(days=days)
    )


def holder(office, role=Role.DIRECTOR, **fields):
    return make_person(office, role, **fields)


def answer(user, path="/people/", **extra):
    return login(Client(), user).get(path, **extra)


@pytest.mark.parametrize("role", STRICT)
def test_after_the_day_only_its_page_is_left(office, role):
    require(office, 0)
    user = holder(office, role)
    for path in ("/people/", HOME, "/profile/", "/notifications/", "/standards/"):
        assert answer(user, path).url == NEEDED, path
    assert "ต้องเข้าสู่ระบบสองขั้นตอน" in answer(user, NEEDED).content.decode()
    assert (
        login(Client(), user).post(reverse("people:language_set"), {"language": "en"}).url == HOME
    )
    assert answer(user, reverse("mfa_index")).status_code == 200


@pytest.mark.parametrize("roles", [(), (Role.GROUP_DIRECTOR,)])
def test_it_holds_nobody_else(office, roles):
    require(office, 0)
    assert answer(make_person(office, *roles)).status_code == 200


def test_it_is_off_until_somebody_sets_it(office):
    assert office.second_factor_from is None
    assert answer(holder(office)).status_code == 200


def test_it_holds_who_acts_for_the_director(office):
    require(office, -3)
    today = clock.today()
    user = make_person(office)
    act_for(user, Role.DIRECTOR, since=today, until=today)
    assert answer(user).url == NEEDED


def test_a_part_of_a_page_leads_there_too(office):
    require(office, 0)
    found = answer(holder(office), headers={"HX-Request": "true"})
    assert (found.status_code, found["HX-Redirect"]) == (403, NEEDED)


def test_an_upload_follows_no_redirect_there(office):
    require(office, 0)
    found = answer(holder(office), headers={"Tus-Resumable": "1.0.0"})
    assert found.status_code == 403
    assert "สองขั้นตอน" in found.json()["message"]


@pytest.mark.parametrize(("days", "said"), [(14, "อีก 14 วัน"), (1, "อีก 1 วัน")])
def test_until_then_the_first_page_counts_the_days(office, days, said):
    require(office, days)
    user = holder(office)
    assert said in answer(user, HOME).content.decode()
    TOTP.activate(user, SECRET)
    assert said not in answer(user, HOME).content.decode()
    assert said not in answer(make_person(office), HOME).content.decode()


def test_from_the_page_to_work(office):
    require(office, 0)
    user = holder(office, password=PASSWORD, username="boss")
    desk = Client()
    desk.post("/accounts/login/", {"login": "boss", "password": PASSWORD})
    desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    desk.get(reverse("mfa_activate_totp"))
    secret = desk.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(iter(counters()))))
    assert desk.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert desk.get("/people/").status_code == 200
    assert second_factor.has_second_factor(user)


def test_who_is_held_by_it_does_not_switch_it_off(office):
    user = holder(office, password=PASSWORD, username="boss")
    TOTP.activate(user, SECRET)
    require(office, 5)
    desk = login(Client(), user)
    desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = desk.post(reverse("mfa_deactivate_totp"))
    assert "สำนักงานของท่านกำหนดให้" in page.content.decode()
    assert second_factor.has_second_factor(user)


@pytest.mark.parametrize(("chosen", "days"), [("14", 14), ("0", 0), ("30", 30)])
def test_the_administrator_sets_it_and_whom_it_holds_is_notified(office, admin, chosen, days):
    ready, waiting = holder(office), holder(office, Role.COORDINATOR)
    TOTP.activate(ready, SECRET)
    desk = login(Client(), admin)
    page = desk.get(reverse("people:second_factor_rule")).content.decode()
    assert page.index("ยังไม่ได้ตั้งค่า") < page.index(ready.full_name)
    desk.post(reverse("people:second_factor_rule"), {"days": chosen})
    office.refresh_from_db()
    assert office.second_factor_from == clock.today() + timedelta(days=days)
    reached = set(Notification.objects.values_list("recipient", flat=True))
    assert reached == {waiting.pk, admin.pk}
    assert Event.objects.get().verb == "office.second_factor"
    desk.post(reverse("people:second_factor_rule"), {"days": chosen})
    assert Event.objects.count() == 1


def test_it_is_taken_back(office, admin):
    second_factor.set_rule(office, days=7, by=admin)
    second_factor.set_rule(office, days=None, by=admin)
    assert answer(holder(office)).status_code == 200
    assert Event.objects.count() == 2


@pytest.mark.parametrize("days", ["", "8", "-1", "๗", "off\x00"])
def test_a_period_that_is_not_offered_changes_nothing(office, admin, days):
    page = login(Client(), admin).post(reverse("people:second_factor_rule"), {"days": days})
    assert page.status_code in (200, 400)
    office.refresh_from_db()
    assert office.second_factor_from is None


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.COORDINATOR, None])
def test_nobody_else_sets_it(office, role):
    with pytest.raises(NotAllowed):
        second_factor.set_rule(office, days=0, by=make_person(office, *([role] if role else [])))


def test_a_lost_telephone(office, admin):
    second, user = holder(office, Role.ADMIN), holder(office)
    TOTP.activate(user, SECRET)
    there = make_session(user)
    desk = login(Client(), admin)
    address = reverse("people:second_factor_reset", args=[user.pk])
    assert address in desk.get(reverse("people:person", args=[user.pk])).content.decode()
    assert "โทรศัพท์หายจริง" in desk.get(address).content.decode()
    desk.post(address, {"why": "โทรศัพท์หาย"})
    assert not Authenticator.objects.filter(user=user).exists()
    assert not type(there).objects.filter(pk=there.pk).exists()
    reached = Notification.objects.values_list("recipient", flat=True)
    assert sorted(reached) == sorted([admin.pk, second.pk, user.pk])
    event = Event.objects.get()
    assert (event.verb, event.why, event.actor) == (
        "person.second_factor_reset",
        "โทรศัพท์หาย",
        admin,
    )
    assert address not in desk.get(reverse("people:person", args=[user.pk])).content.decode()
    assert desk.post(address).status_code == 409


def test_nobody_switches_their_own_off_as_an_administrator(office, admin):
    TOTP.activate(admin, SECRET)
    address = reverse("people:second_factor_reset", args=[admin.pk])
    assert login(Client(), admin).post(address).status_code == 403
    with pytest.raises(RuleBroken):
        second_factor.reset(admin, by=admin)
    assert second_factor.has_second_factor(admin)


@pytest.mark.parametrize("name", ["lost", "LOST", "lost@example.org"])
def test_the_operator_helps_the_only_administrator(office, name, capsys):
    user = holder(office, Role.ADMIN, username="lost", email="lost@example.org")
    TOTP.activate(user, SECRET)
    call_command("second_factor_reset", name, why="โทรศัพท์ตกน้ำ")
    assert not second_factor.has_second_factor(user)
    assert Event.objects.get().actor is None
    with pytest.raises(CommandError):
        call_command("second_factor_reset", name)
    with pytest.raises(CommandError):
        call_command("second_factor_reset", "nobody")
