"""Every page of the area × who asks; lists under a fixed number of queries; forms that err."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from notifications.models import Notification
from notifications.urls import urlpatterns as notifications_urls
from people.models import Acting, RoleGrant, User, WorkGroup
from people.states import Role
from people.urls import urlpatterns
from tests.factories.loading import load_again
from tests.factories.notifications import make_failed_mail
from tests.factories.people import (
    act_for,
    grant,
    login,
    make_channel,
    make_group,
    make_person,
    make_session,
)

DAY = date(2017, 1, 15)
PERSON = {
    "prefix": "นาย",
    "given_name": "สมชาย",
    "family_name": "ใจดี",
    "position": "นิติกร",
    "standing": "",
    "work_group": "",
    "username": "somchai",
    "email": "",
    "phone": "",
}
FOR_EVER = {"since": DAY, "until": date(2099, 1, 1)}
OK, AWAY, NO, NONE, LATE = 200, 302, 403, 404, 409
# name, arguments, method → anonymous, staff, admin, admin of another office
TABLE = [
    ("person_list", (), "get", AWAY, OK, OK, OK),
    ("person", ("who",), "get", AWAY, OK, OK, NONE),
    ("person_create", (), "get", AWAY, NO, OK, OK),
    ("person_create", (), "post", AWAY, NO, OK, OK),
    ("person_edit", ("who",), "get", AWAY, NO, OK, NONE),
    ("person_edit", ("who",), "post", AWAY, NO, OK, NONE),
    ("person_deactivate", ("who",), "get", AWAY, NO, OK, NONE),
    ("person_deactivate", ("who",), "post", AWAY, NO, AWAY, NONE),
    ("person_reactivate", ("gone",), "post", AWAY, NO, AWAY, NONE),
    ("person_password", ("who",), "post", AWAY, NO, OK, NONE),
    ("person_invite", ("who",), "post", AWAY, NO, AWAY, NONE),
    ("held_list", (), "get", AWAY, NO, OK, OK),
    ("held_release", (), "post", AWAY, NO, LATE, LATE),
    ("held_drop", (), "post", AWAY, NO, LATE, LATE),
    ("role_grant", ("who",), "get", AWAY, NO, OK, NONE),
    ("role_grant", ("who",), "post", AWAY, NO, OK, NONE),
    ("role_end", ("grant",), "get", AWAY, NO, OK, NONE),
    ("role_end", ("grant",), "post", AWAY, NO, AWAY, NONE),
    ("role_confirm", ("given",), "get", AWAY, NO, OK, NONE),
    ("role_confirm", ("given",), "post", AWAY, NO, AWAY, NONE),
    ("role_decline", ("given",), "get", AWAY, NO, OK, NONE),
    ("role_decline", ("given",), "post", AWAY, NO, OK, NONE),
    ("acting_confirm", ("asked",), "get", AWAY, NO, OK, NONE),
    ("acting_confirm", ("asked",), "post", AWAY, NO, AWAY, NONE),
    ("acting_decline", ("asked",), "get", AWAY, NO, OK, NONE),
    ("acting_decline", ("asked",), "post", AWAY, NO, OK, NONE),
    ("acting_create", ("who",), "get", AWAY, NO, OK, NONE),
    ("acting_create", ("who",), "post", AWAY, NO, OK, NONE),
    ("acting_end", ("acting",), "get", AWAY, NO, OK, NONE),
    ("acting_end", ("acting",), "post", AWAY, NO, AWAY, NONE),
    ("group_list", (), "get", AWAY, OK, OK, OK),
    ("group_create", (), "get", AWAY, NO, OK, OK),
    ("group_edit", ("group",), "get", AWAY, NO, OK, NONE),
    ("group_edit", ("group",), "post", AWAY, NO, OK, NONE),
    ("office_edit", (), "get", AWAY, NO, OK, OK),
    ("undelivered_list", (), "get", AWAY, NO, OK, OK),
    ("undelivered_retry", ("mail",), "post", AWAY, NO, AWAY, NONE),
    ("health", (), "get", AWAY, NO, OK, OK),
    ("profile", (), "get", AWAY, OK, OK, OK),
    ("session_list", (), "get", AWAY, OK, OK, OK),
    ("session_end", ("session",), "post", AWAY, NONE, NONE, NONE),
    ("session_end_others", (), "post", AWAY, AWAY, AWAY, AWAY),
    ("second_factor_rule", (), "get", AWAY, NO, OK, OK),
    ("second_factor_rule", (), "post", AWAY, NO, OK, OK),
    ("second_factor_reset", ("who",), "get", AWAY, NO, OK, NONE),
    ("second_factor_reset", ("who",), "post", AWAY, NO, 409, NONE),  # has none
    ("second_factor_needed", (), "get", AWAY, AWAY, AWAY, AWAY),
    ("channel_list", (), "get", AWAY, OK, OK, OK),
    ("channel_list", (), "post", AWAY, OK, OK, OK),
    ("channel_try", ("channel",), "post", AWAY, NONE, NONE, NONE),
    ("channel_pause", ("channel",), "post", AWAY, NONE, NONE, NONE),
    ("channel_resume", ("channel",), "post", AWAY, NONE, NONE, NONE),
    ("channel_remove", ("channel",), "get", AWAY, NONE, NONE, NONE),
    ("channel_remove", ("channel",), "post", AWAY, NONE, NONE, NONE),
    ("digest_set", (), "post", AWAY, AWAY, AWAY, AWAY),
    ("feed_renew", (), "post", AWAY, AWAY, AWAY, AWAY),
    ("feed_revoke", (), "post", AWAY, OK, OK, OK),
    ("notification_list", (), "get", AWAY, OK, OK, OK),
    ("notification_open", ("notification",), "post", AWAY, NONE, NONE, NONE),
    ("notification_read_all", (), "post", AWAY, AWAY, AWAY, AWAY),
    ("language_set", (), "post", AWAY, AWAY, AWAY, AWAY),
]
POST_ONLY = [
    "session_end",
    "session_end_others",
    "person_reactivate",
    "person_invite",
    "held_release",
    "held_drop",
    "undelivered_retry",
    "notification_open",
    "notification_read_all",
    "language_set",
    "channel_try",
    "channel_pause",
    "channel_resume",
    "digest_set",
]
# Open to everybody; test_contact_settings.py, test_health.py and test_bodies.py ask them.
PUBLIC = {"unsubscribe", "notification_badge", "healthz", "signed_in"}


@pytest.fixture
def rows(office, group):
    """One row of each kind, of people who are not among those who ask."""
    who = make_person(office, email="who@example.org", work_group=group)
    mail = make_failed_mail(who)
    return {
        "who": who,
        "gone": make_person(office, is_active=False),
        "grant": grant(who, Role.DIRECTOR),
        "acting": act_for(who, Role.DEPUTY, **FOR_EVER),
        "given": grant(who, Role.DEPUTY, giver=make_person(office)),
        "asked": act_for(who, Role.DIRECTOR, giver=make_person(office), **FOR_EVER),
        "group": group,
        "notification": mail.notification,
        "mail": mail,
        "channel": make_channel(who),
        "session": make_session(who),
    }


def _namespaced(name):
    theirs = {pattern.name for pattern in notifications_urls}
    return f"{'notifications' if name in theirs else 'people'}:{name}"


def address(name, arguments, rows):
    return reverse(_namespaced(name), args=[rows[argument].pk for argument in arguments])


@pytest.mark.parametrize("asker", ["anonymous", "staff", "admin", "stranger"])
@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0]}-{line[2]}")
def test_who_may_open_what(client, rows, staff, admin, stranger, line, asker):
    name, arguments, method, *expected = line
    user = {"staff": staff, "admin": admin, "stranger": stranger}.get(asker)
    if user:
        login(client, user)
    response = getattr(client, method)(address(name, arguments, rows))
    wanted = dict(zip(("anonymous", "staff", "admin", "stranger"), expected, strict=True))[asker]
    assert response.status_code == wanted
    if asker == "anonymous":
        assert response.url.startswith("/accounts/login/?next=")
    if wanted in (NO, NONE) or asker == "anonymous":
        assert not Event.objects.exists()


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0]}-{line[2]}")
def test_deactivated_people_are_strangers(client, rows, admin, line):
    login(client, admin)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    name, arguments, method, *_expected = line
    response = getattr(client, method)(address(name, arguments, rows))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("name", POST_ONLY)
def test_acts_refuse_get(client, rows, admin, name):
    login(client, admin)
    arguments = next(line[1] for line in TABLE if line[0] == name)
    assert client.get(address(name, arguments, rows)).status_code == 405


def test_every_address_of_the_area_is_in_the_table():
    assert {pattern.name for pattern in [*urlpatterns, *notifications_urls]} - PUBLIC == {
        line[0] for line in TABLE
    }


@pytest.mark.parametrize("name", ["person_list", "group_list"])
def test_lists_cost_the_same_with_one_row_and_with_thirty(client, office, admin, name):
    login(client, admin)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(_namespaced(name))).status_code == 200
        return len(queries)

    make_group(office, "g0")
    few = cost()
    for number in range(29):
        who = make_person(office, Role.DEPUTY, work_group=make_group(office, f"g{number}"))
        act_for(who, Role.DIRECTOR, since=DAY, until=date(2099, 1, 1))
    assert cost() == few


def test_people_stand_in_the_order_of_a_thai_dictionary(client, office, admin):
    for name in ("เกษม", "ขวัญ", "กานดา", "ไกร"):
        make_person(office, given_name=name)
    page = login(client, admin).get("/people/").content.decode()
    found = [page.index(name) for name in ("กานดา", "เกษม", "ไกร", "ขวัญ")]
    assert found == sorted(found)


@pytest.mark.parametrize("typed", ["กลุ่มที่ 3", "กลุ่มที่ ๓", "ที่  ๓"])
def test_search_reads_both_kinds_of_digits(client, office, admin, typed):
    make_person(office, given_name="ตรงกัน", position="กลุ่มที่ ๓")
    make_person(office, given_name="ไม่ตรง", position="กลุ่มที่ ๔")
    page = login(client, admin).get("/people/", {"q": typed}).content.decode()
    assert ("ตรงกัน" in page, "ไม่ตรง" in page) == (True, False)


def test_the_list_shows_no_one_of_another_office(client, admin, stranger):
    page = login(client, admin).get("/people/", {"group": "999", "page": "x"}).content.decode()
    assert stranger.given_name not in page
    assert admin.given_name in page


def test_deactivated_people_have_their_own_list(client, office, admin):
    make_person(office, given_name="ออกไปแล้ว", is_active=False)
    login(client, admin)
    assert "ออกไปแล้ว" not in client.get("/people/").content.decode()
    assert "ออกไปแล้ว" in client.get("/people/", {"status": "inactive"}).content.decode()


def test_acting_people_are_marked(client, office, admin, staff):
    act_for(staff, Role.DIRECTOR, since=DAY, until=date(2099, 1, 1))
    assert "รักษาราชการแทนผู้อำนวยการ" in login(client, admin).get("/people/").content.decode()


def create(client, **changes):
    return client.post("/people/new/", PERSON | {"first_password": "password"} | changes)


def test_add_a_person_by_link(client, admin):
    login(client, admin)
    response = create(client, first_password="link", email="som@example.org")
    who = User.objects.get(username="somchai")
    assert response.url == reverse("people:person", args=[who.pk])
    assert Notification.objects.filter(recipient=who).exists()
    assert not who.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given_name": ""}, "โปรดกรอกข้อมูลในช่องนี้"),
        ({"username": "ADMIN"}, "ชื่อผู้ใช้นี้มีผู้ใช้แล้ว"),
        ({"username": "a b"}, "ใช้ได้เฉพาะตัวอักษร"),
        ({"email": "KANDA@example.org"}, "อีเมลนี้มีผู้ใช้แล้ว"),
        ({"first_password": "link"}, "การส่งลิงก์ต้องระบุอีเมล"),
        ({"given_name": "สม\x00ชาย"}, None),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_is_lost(client, admin, staff, changes, said):
    login(client, admin)
    response = create(client, **changes)
    assert not User.objects.filter(position="นิติกร").exists()
    page = response.content.decode()
    if said:
        assert said in page
        assert 'value="ใจดี"' in page


def test_state_and_power_are_no_fields_of_the_form(client, admin, staff):
    login(client, admin)
    data = PERSON | {"username": staff.username, "is_superuser": "on", "is_active": "", "office": 2}
    assert client.post(reverse("people:person_edit", args=[staff.pk]), data).status_code == 302
    after = load_again(staff)
    assert (after.is_superuser, after.is_active, after.office) == (False, True, staff.office)
    assert after.given_name == "สมชาย"


def test_give_a_role_once(client, admin, staff):
    login(client, admin)
    data = {"role": "director", "since": "1/10/2559", "until": "", "idempotency_token": "x"}
    for _press in range(2):
        response = client.post(reverse("people:role_grant", args=[staff.pk]), data)
        assert response.url == reverse("people:person", args=[staff.pk])
    held = RoleGrant.objects.get(user=staff)
    assert (held.role, held.since) == ("director", date(2016, 10, 1))


def test_a_year_that_cannot_be_meant_is_asked_about(client, admin, staff):
    login(client, admin)
    data = {"role": "director", "since": "1/10/2016", "until": ""}
    page = client.post(reverse("people:role_grant", args=[staff.pk]), data).content.decode()
    assert "2559" in page
    assert 'value="1/10/2016"' in page
    assert not RoleGrant.objects.filter(user=staff).exists()


def test_set_and_end_an_acting_period(client, admin, staff):
    login(client, admin)
    data = {"for_role": "director", "since": "1/10/2559", "until": "30/9/2640", "note": "คำสั่ง 1"}
    client.post(reverse("people:acting_create", args=[staff.pk]), data)
    period = Acting.objects.get(user=staff)
    assert (period.for_role, period.note) == ("director", "คำสั่ง 1")
    page = client.get(reverse("people:person", args=[staff.pk])).content.decode()
    assert "รักษาราชการแทนผู้อำนวยการ" in page
    client.post(reverse("people:acting_end", args=[period.pk]), {"why": "กลับมาแล้ว"})
    period.refresh_from_db()
    assert period.until < date(2640 - 543, 9, 30)


def test_a_role_that_was_ended_meanwhile_is_refused(client, admin, staff):
    held = grant(staff, Role.DIRECTOR, until=date(2017, 1, 1))
    response = login(client, admin).post(reverse("people:role_end", args=[held.pk]))
    assert response.status_code == 409
    assert "สิ้นสุดไปแล้ว" in response.content.decode()


def test_ones_own_page_offers_no_way_to_lock_oneself_out(client, admin):
    login(client, admin)
    page = client.get(reverse("people:person", args=[admin.pk])).content.decode()
    own = RoleGrant.objects.get(user=admin)
    for name, pk in (("person_deactivate", admin.pk), ("role_end", own.pk)):
        there = reverse(_namespaced(name), args=[pk])
        assert there not in page
        assert client.get(there).status_code == 403


def test_group_is_made_once_and_changed(client, office, admin):
    login(client, admin)
    data = {"code": "g9", "name": "หน่วยตรวจสอบภายใน", "order": "9", "idempotency_token": "x"}
    for _press in range(2):
        assert client.post("/people/groups/new/", data).url == "/people/groups/"
    made = WorkGroup.objects.get(code="g9")
    there = reverse("people:group_edit", args=[made.pk])
    client.post(there, data | {"name": "หน่วยตรวจสอบ"})
    made.refresh_from_db()
    assert made.name == "หน่วยตรวจสอบ"
    assert list(Event.objects.order_by("number").values_list("verb", flat=True)) == [
        "group.add",
        "group.change",
    ]
    make_group(office, "g8")
    assert "รหัสนี้อยู่แล้ว" in client.post(there, data | {"code": "g8"}).content.decode()


def test_office_settings(client, office, admin):
    data = {"name": "สำนักงาน", "short_name": "สพป.", "digits": "arabic", "code": "x"}
    login(client, admin).post("/people/office/", data)
    office.refresh_from_db()
    assert (office.name, office.digits, office.code) == ("สำนักงาน", "arabic", "skn2")
    assert not office.deputy_reviews
    assert Event.objects.get().verb == "office.change"


def test_names_of_people_are_escaped(client, office, admin):
    make_person(office, given_name="<script>alert(1)</script>")
    assert "<script>alert" not in login(client, admin).get("/people/").content.decode()
