"""Guessing: counted per account by any name, per network, and never against the account's owner."""

import pytest
from django.conf import settings as real_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import delivery
from people.models import PasswordRequest, User
from people.sign_in import names
from people.sign_in.devices import ACCOUNTS, COOKIE
from people.sign_in.password_links import answer_requests, password_url
from tests.factories.people import PASSWORD, make_person

LOGIN = "/accounts/login/"
WAIT = "หลายครั้งเกินไป"
FORMS = [
    "kanda",
    "KANDA",
    " kanda ",
    "kan\u200bda",
    "\ufeffkanda",
    "kanda\u00a0",
    "\u202ekanda",
    "ｋａｎｄａ",
    "ka\u3164nda",
    "kan\u00adda",
    "kanda@example.org",
    "Kanda@Example.ORG",
    "kanda@example.org\u2060",
]


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


@pytest.fixture
def kanda(office):
    return make_person(office, username="kanda", email="kanda@example.org", password=PASSWORD)


def sign_in(client, name, password=PASSWORD):
    return client.post(LOGIN, {"login": name, "password": password})


def stranger(number=1, network="198.51"):
    return Client(REMOTE_ADDR=f"{network}.{number // 200}.{number % 200 + 1}")


def lock(name="kanda", times=10):
    for number in range(times):
        sign_in(stranger(number), name, f"wrong-{number}")


@pytest.mark.parametrize("typed", FORMS)
def test_an_account_has_one_name_however_it_is_typed(kanda, typed):
    make_person(kanda.office, username="kanda2", password=PASSWORD)
    assert names.account_of(typed) == kanda
    assert sign_in(stranger(), typed).status_code == 302


def test_thai_names_are_found_by_what_is_seen(office):
    who = make_person(office, username="ธำรง.ก", password=PASSWORD)
    for typed in ("ธำรง.ก", "ธำรง\u200b.ก", "ธ\u0e4d\u0e32รง.ก".replace("\u0e4d\u0e32", "ำ")):
        assert names.account_of(typed) == who
    assert names.account_of("ธารง.ก") is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *(("น้ำ.ก", typed) for typed in ("น\u0e4d\u0e49\u0e32.ก", "น\u0e49\u0e4d\u0e32.ก")),
        *(("น้ำ.ก", typed) for typed in ("น\u0e33\u0e49.ก", "น้ำ\uff0eก", "น้ำ\u3002ก", "น้ำ .ก\xa0")),
        *(
            ("แก้ว", "เเก้ว"),
            ("ที่1", "ท\u0e48\u0e351"),
            ("ที่1", "ที่๑"),
            ("ที่๑", "ที่1"),
            ("แผน", "เเผน\u200b"),
        ),
        *(("josé", "JOSÉ"), ("josé", "JOSE\u0301"), ("jose\u0301", "josé"), ("straße", "STRAßE")),
        *(("ก@example.org", "ก@Example\u3002org"), ("kanda@example.org", "Kanda@example\uff61org")),
    ],
)
def test_a_name_is_found_by_what_looks_like_it(office, name, typed):
    email = name if "@" in name else ""
    who = make_person(office, username=(email and "x") or name, email=email, password=PASSWORD)
    assert sign_in(stranger(), typed).status_code == 302
    assert names.account_of(typed) == who


def test_of_names_that_look_alike_the_one_that_was_typed_is_meant(office):
    alike = ["ที่1", "ที่๑", "ท\u0e48\u0e351"]
    for name in alike:
        make_person(office, username=name, password=PASSWORD)
    assert [names.account_of(name).username for name in alike] == alike


def test_all_its_names_fill_one_count(kanda):
    for number, typed in enumerate(FORMS[:10]):
        sign_in(stranger(number), typed, "wrong")
    for typed in ("kanda", "kanda@example.org", "kan\u200dda"):
        assert WAIT in sign_in(stranger(99), typed).content.decode()


def test_nobody_keeps_the_owner_of_a_known_device_out(kanda):
    own = stranger(50)
    assert sign_in(own, "kanda").status_code == 302
    own.post(reverse("account_logout"))
    lock(times=12)
    assert WAIT in sign_in(stranger(99), "kanda").content.decode()
    assert sign_in(own, "kanda").status_code == 302


def test_a_known_device_guesses_no_more_than_others(kanda):
    own = stranger(50)
    sign_in(own, "kanda")
    own.post(reverse("account_logout"))
    for _guess in range(10):
        sign_in(own, "kanda", "wrong")
    assert WAIT in sign_in(own, "kanda").content.decode()
    assert sign_in(stranger(51), "kanda").status_code == 302  # others are not held up by it


def test_the_device_of_one_account_is_none_of_another_s(kanda, office):
    other = make_person(office, username="other", password=PASSWORD)
    thief = stranger(50)
    sign_in(thief, other.username)
    thief.post(reverse("account_logout"))
    lock()
    assert WAIT in sign_in(thief, "kanda").content.decode()


@pytest.mark.parametrize("change", ["", "x", "{}:1:abc", None])
def test_a_device_cookie_that_is_not_ours_is_worth_nothing(kanda, change):
    own = stranger(50)
    sign_in(own, "kanda")
    own.post(reverse("account_logout"))
    value = own.cookies[COOKIE].value
    own.cookies[COOKIE] = value[:-2] + "xx" if change is None else change
    lock()
    assert WAIT in sign_in(own, "kanda").content.decode()


def test_the_device_cookie_is_closed_to_scripts_and_stays_small(office):
    shared = stranger()
    for number in range(ACCOUNTS + 5):
        sign_in(shared, make_person(office, username=f"p{number}", password=PASSWORD).username)
        shared.post(reverse("account_logout"))
    cookie = shared.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert len(cookie.value) < 600


def test_a_password_chosen_by_mail_makes_the_device_known(kanda):
    lock()
    new = stranger(60)
    form = new.get(password_url(kanda).removeprefix(real_settings.SITE_URL), follow=True)
    chosen = {"password1": "new-horse-2561", "password2": "new-horse-2561"}
    new.post(form.request["PATH_INFO"], chosen)
    assert sign_in(new, "kanda", "new-horse-2561").status_code == 302
    assert WAIT in sign_in(stranger(99), "kanda", "new-horse-2561").content.decode()


def test_whoever_guesses_for_long_waits_longer(kanda, monkeypatch):
    import time as real_time  # noqa: PLC0415 - its clock is moved on here

    begun = real_time.time()
    moved = [0.0]
    monkeypatch.setattr("time.time", lambda: begun + moved[0])
    tried = 0
    for _pause in range(8):
        for _guess in range(10):
            page = sign_in(stranger(tried), "kanda", "wrong").content.decode()
            tried += WAIT not in page
        moved[0] += 301
    assert tried == 30  # in an hour, not 80


def spray(client_of, accounts):
    answers = [sign_in(client_of(n), name, "spring-2560") for n, name in enumerate(accounts)]
    return sum(WAIT not in answer.content.decode() for answer in answers)


def test_one_network_trying_many_accounts_is_slowed(office):
    accounts = [make_person(office, password=PASSWORD).username for _n in range(15)]
    accounts += [f"nobody{n}" for n in range(30)]
    assert spray(lambda n: Client(REMOTE_ADDR="198.51.100.7"), accounts) == 30
    assert sign_in(Client(REMOTE_ADDR="198.51.100.8"), accounts[0]).status_code == 302


@pytest.mark.parametrize("part", ["2001:db8:1:2::%x", "2001:db8:1:2:%x::1", "::ffff:198.51.100.7"])
def test_a_network_of_ipv6_counts_as_one(office, part):
    accounts = [f"nobody{n}" for n in range(35)]
    address = lambda n: part % n if "%" in part else part  # noqa: E731 - one expression
    assert spray(lambda n: Client(REMOTE_ADDR=address(n + 1)), accounts) == 30


def test_an_office_behind_one_address_is_not_kept_out(office, settings):
    settings.SIGN_IN_TRUSTED_RANGES = ["203.0.113.0/24", "2001:db8:9::/48"]
    own = Client(REMOTE_ADDR="203.0.113.9")
    people = [make_person(office, password=PASSWORD).username for _n in range(60)]
    for number, name in enumerate(people):
        sign_in(own, name, "wrong")  # everybody mistypes once
        assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), name).status_code == 302, number


def test_a_known_device_signs_in_from_a_network_that_must_wait(kanda):
    own = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(own, "kanda")
    own.post(reverse("account_logout"))
    spray(lambda n: Client(REMOTE_ADDR="198.51.100.7"), [f"nobody{n}" for n in range(31)])
    assert sign_in(own, "kanda").status_code == 302


@pytest.mark.parametrize("headers", [{}, {"x-forwarded-for": ""}])
def test_who_comes_without_an_address_signs_in(kanda, headers):
    assert (
        Client(REMOTE_ADDR="")
        .post(LOGIN, {"login": "kanda", "password": PASSWORD}, headers=headers)
        .status_code
        == 302
    )


class Counting(MD5PasswordHasher):
    """A hasher that says how often it worked."""

    algorithm = "counting"
    worked = 0

    def encode(self, password, salt):
        type(self).worked += 1
        return super().encode(password, salt)


def work_of(name):
    Counting.worked = 0
    with CaptureQueriesContext(connection) as queries:
        sign_in(stranger(abs(hash(name)) % 5000), name, "wrong")
    return Counting.worked, len(queries)


def test_known_and_unknown_names_cost_the_same_work(office, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    make_person(office, username="kanda", email="kanda@example.org", password=PASSWORD)
    make_person(office, username="gone", password=PASSWORD, is_active=False)
    make_person(office, username="new", email="new@example.org", password=None)
    work_of("warming-up")
    asked = ["kanda", "KANDA", "kanda@example.org", "gone", "new", "new@example.org"]
    asked += ["nobody", "NOBODY", "nobody@example.org", "ไม่มี"]
    found = {name: work_of(name) for name in asked}
    assert len(set(found.values())) == 1, found
    assert found["nobody"][0] == 1


def test_asking_for_a_link_costs_the_same_for_every_address(kanda):
    make_person(kanda.office, username="gone", email="gone@example.org", is_active=False)
    asked = ["kanda@example.org", "nobody@example.org", "gone@example.org", "KANDA@example.net"]
    costs = {}
    for number, address in enumerate(asked):
        with CaptureQueriesContext(connection) as queries:
            answer = stranger(number).post(reverse("account_reset_password"), {"email": address})
        costs[address] = (len(queries), answer.status_code, answer.url)
    assert len(set(costs.values())) == 1, costs
    assert PasswordRequest.objects.count() == 4
    assert answer_requests() == 1
    delivery.deliver_due()
    assert not PasswordRequest.objects.exists()
    assert answer_requests() == 0


@pytest.mark.parametrize(
    "typed",
    [
        *("Kanda@Example.org ", "kanda@example.org\u200b", "\u2060kanda@example.org"),
        *("ｋanda＠example\uff0eorg", "kanda@example\u3002org", "kanda@exam\xadple.org\xa0"),
    ],
)
def test_an_address_for_a_link_is_read_as_it_is_seen(kanda, typed):
    stranger().post(reverse("account_reset_password"), {"email": typed})
    assert answer_requests() == 1


def test_asking_for_many_addresses_is_slowed(kanda):
    one = Client(REMOTE_ADDR="198.51.100.7")
    for number in range(12):
        page = one.post(reverse("account_reset_password"), {"email": f"x{number}@example.org"})
    assert WAIT in page.content.decode()
    assert PasswordRequest.objects.count() == 10


def test_a_changed_hash_of_the_password_is_kept(kanda, settings):
    """Signing in renews a password that an older program hashed."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert sign_in(stranger(), "kanda").status_code == 302
    assert User.objects.get(pk=kanda.pk).password.startswith("pbkdf2")


def test_the_password_of_an_open_screen_is_not_guessed_for_long(kanda):
    own = stranger(50)
    sign_in(own, "kanda")
    data = {"given_name": "กานดา", "language": "th", "email": "thief@example.org"}
    for number in range(10):
        own.post("/profile/", data | {"current_password": f"wrong-{number}"})
    page = own.post("/profile/", data | {"current_password": PASSWORD}).content.decode()
    assert WAIT in page
    assert User.objects.get(pk=kanda.pk).email == "kanda@example.org"


def test_the_right_password_changes_the_address(kanda):
    own = stranger(50)
    sign_in(own, "kanda")
    data = {"given_name": "กานดา", "language": "th", "email": "new@example.org"}
    own.post("/profile/", data | {"current_password": PASSWORD})
    assert User.objects.get(pk=kanda.pk).email == "new@example.org"
