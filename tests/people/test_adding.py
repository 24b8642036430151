"""Adding a person: the one-time password, names and addresses as they were pasted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import Event, SubmittedForm
from people.models import User
from people.states import Role
from tests.factories.people import login, make_person

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


def create(client, **changes):
    return client.post("/people/new/", PERSON | {"first_password": "password"} | changes)


def test_add_a_person_and_show_the_password_once(client, office, admin):
    login(client, admin)
    page = create(client, idempotency_token="token-1").content.decode()
    who = User.objects.get(username="somchai")
    password = page.split("data-one-time>")[1].split("<")[0]
    assert who.check_password(password)
    assert who.office == office
    assert one_time_of(create(client, idempotency_token="token-1")) == password
    again = create(client, idempotency_token="token-1")
    assert again.url == reverse("people:person", args=[who.pk])
    assert User.objects.filter(username="somchai").count() == 1
    assert Event.objects.filter(verb="person.add").count() == 1


def one_time_of(response):
    """The password on the page, or None."""
    page = response.content.decode()
    return page.split("data-one-time>")[1].split("<")[0] if "data-one-time>" in page else None


@pytest.mark.parametrize("why", ["later", "password changed", "somebody else"])
def test_the_second_click_does_not_show_the_password(client, client_for, office, admin, why):
    login(client, admin)
    assert one_time_of(create(client, idempotency_token="token-1"))
    who = User.objects.get(username="somchai")
    if why == "later":
        SubmittedForm.objects.update(at=clock.now() - timedelta(minutes=3))
    elif why == "password changed":
        who.set_password("another one of my own")
        who.save()
    else:
        client = client_for(make_person(office, Role.ADMIN))
    again = create(client, idempotency_token="token-1")
    assert one_time_of(again) is None
    assert User.objects.filter(username="somchai").count() == 1


def test_a_double_click_on_a_new_password_shows_the_one_that_counts(client, office, admin, staff):
    login(client, admin)
    url = reverse("people:person_password", args=[staff.pk])
    pages = [
        client.post(url, {"idempotency_token": "token-1", "asked": "on"}) for _click in range(3)
    ]
    shown = [one_time_of(page) for page in pages]
    assert shown[0] == shown[1]
    assert shown[2] is None
    staff.refresh_from_db()
    assert staff.check_password(shown[0])
    assert Event.objects.filter(verb="person.password").count() == 1
    again = client.post(url, {"idempotency_token": "token-2", "asked": "on"})
    assert one_time_of(again) not in (None, shown[0])


@pytest.mark.parametrize(
    ("prefix", "given", "kept"),
    [
        ("นางสาว", "น.ส.ใจดี", ("นางสาว", "ใจดี")),
        ("นาย", "นาย ใจดี", ("นาย", "ใจดี")),
        ("", "ดร.ใจดี", ("ดร.", "ใจดี")),
        ("ว่าที่ร้อยตรี", "ว่าที่ ร.ต.ใจดี", ("ว่าที่ร้อยตรี", "ใจดี")),
        ("นาย นาย", "นาย นาย ใจดี", ("นาย", "ใจดี")),
        ("", "ผศ.ดร.ดร.ใจดี", ("ผศ.ดร.", "ใจดี")),
    ],
)
def test_a_prefix_typed_twice_is_moved(client, admin, prefix, given, kept):
    login(client, admin)
    create(client, prefix=prefix, given_name=given)
    who = User.objects.get(username="somchai")
    assert (who.prefix, who.given_name) == kept


@pytest.mark.parametrize(("prefix", "given"), [("นาย", "นายใจดี"), ("นาง", "นางนวล")])
def test_a_prefix_that_may_be_a_name_is_asked_about(client, admin, prefix, given):
    login(client, admin)
    page = create(client, prefix=prefix, given_name=given).content.decode()
    assert f"มีคำนำหน้า “{prefix}” ซ้ำอยู่หน้าชื่อ" in page
    assert 'type="checkbox" name="name_is_right"' in page
    assert not User.objects.filter(username="somchai").exists()
    create(client, prefix=prefix, given_name=given, name_is_right="on")
    assert User.objects.get(username="somchai").given_name == given


def test_what_is_surely_a_prefix_goes_and_the_rest_is_asked_about(client, admin):
    login(client, admin)
    page = create(client, prefix="นาง", given_name="นาง นางนวล").content.decode()
    assert "มีคำนำหน้า “นาง” ซ้ำอยู่หน้าชื่อ หากชื่อคือ “นวล”" in page
    create(client, prefix="นาง", given_name="นาง นางนวล", name_is_right="on")
    assert User.objects.get(username="somchai").given_name == "นางนวล"


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u202c", "\u00ad", "\ufeff", " ", "\ufe0f", "\u2800"]
)
def test_an_address_is_stored_without_what_nobody_sees(client, admin, staff, unseen):
    login(client, admin)
    address = f"somchai@obec{unseen if unseen.strip() else ''}.go.th{unseen}"
    create(client, email=address, username=f"som{unseen.strip()}chai{unseen}")
    who = User.objects.get(username="somchai")
    assert who.email == "somchai@obec.go.th"
    page = create(client, email=f"{unseen}somchai@obec.go.th", username="other").content.decode()
    assert "อีเมลนี้มีผู้ใช้แล้ว" in page


@pytest.mark.parametrize(
    "typed", ["{} ", "\u200b{}", "{}\r\n", "{} \u00a0", "\t{}\ufeff"], ids=range(5)
)
def test_a_one_time_password_is_read_as_it_is_meant(client, admin, typed):
    login(client, admin)
    password = one_time_of(create(client))
    who = User.objects.get(username="somchai")
    assert who.check_password(typed.format(password))
    assert who.check_password(password.upper())
    assert who.check_password(password.replace("-", "–").translate(str.maketrans("23", "๒３")))
    assert not who.check_password(password[:-1])


def test_a_password_of_ones_own_counts_to_the_letter(staff):
    staff.set_password("my own secret ")
    assert staff.check_password("my own secret ")
    assert not staff.check_password("my own secret")


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        *(("น้ำ", "น\u0e4d\u0e49\u0e32"), ("น้ำ", "น\u0e33\u0e49"), ("แก้ว", "เเก้ว"), ("ที่1", "ที่๑")),
        *(("ที่๑", "ที่1"), ("jose\u0301", "José"), ("somchai", "ｓomchai")),
    ],
)
def test_no_two_usernames_look_alike(client, office, admin, there, typed):
    make_person(office, username=there)
    page = create(login(client, admin), username=typed, idempotency_token="token-1").text
    assert "ชื่อผู้ใช้นี้มีผู้ใช้แล้ว" in page
    assert User.objects.count() == 2
