"""Codes are not found by trying: the rate limit of the public page."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client

from reports.verification import rate_limit
from tests.factories.register import make_paper, make_seal

pytestmark = pytest.mark.django_db
UNKNOWN = "CFHJK-MNPRT"


def ask(code, ip="203.0.113.7", **headers):
    return Client(REMOTE_ADDR=ip, headers=headers).get(f"/verify/{code}/").status_code


def test_guessing_is_limited_and_then_hears_nothing(year):
    seal = make_seal(make_paper(year=year))
    with time_machine.travel(datetime(2026, 1, 5, 3, 1, tzinfo=UTC), tick=False) as moment:
        assert {ask(UNKNOWN) for _n in range(rate_limit.PER_ADDRESS)} == {404}
        page = Client(REMOTE_ADDR="203.0.113.7").get(f"/verify/{UNKNOWN}/")
        assert page.status_code == 429
        assert "โปรดลองใหม่ในอีกสิบนาที" in page.text
        assert page.headers["Retry-After"] == "600"
        assert ask(seal.code) == 429  # else the answer would show the good guess
        assert ask(seal.code, "203.0.113.8") == 200
        moment.shift(rate_limit.WINDOW)
        assert ask(seal.code) == 200


def test_an_office_checks_as_many_papers_as_it_likes(year):
    seal = make_seal(make_paper(year=year))
    assert {ask(seal.code) for _n in range(rate_limit.PER_ADDRESS * 3)} == {200}


def test_many_addresses_together_are_limited_sooner(year, monkeypatch):
    monkeypatch.setattr(rate_limit, "EVERYBODY", 12)
    seal = make_seal(make_paper(year=year))
    answers = [ask(UNKNOWN, f"203.0.113.{n}") for n in range(6) for _n in range(3)]
    assert answers.count(404) == 18
    assert ask(UNKNOWN, "203.0.113.1") == 429
    assert ask(seal.code, "203.0.113.1") == 429
    assert ask(seal.code, "198.51.100.1") == 200  # who has not guessed is not held up


def test_neighbours_of_one_ipv6_network_count_as_one(year, monkeypatch):
    monkeypatch.setattr(rate_limit, "PER_ADDRESS", 2)
    assert [ask(UNKNOWN, f"2001:db8:1:2::{n}") for n in (1, 2, 3)] == [404, 404, 429]
    assert ask(UNKNOWN, "2001:db8:1:3::1") == 404


def test_visitors_of_ipv4_count_one_by_one_on_a_server_of_ipv6(year, monkeypatch):
    monkeypatch.setattr(rate_limit, "PER_ADDRESS", 2)
    assert [ask(UNKNOWN, "::ffff:203.0.113.7") for _n in range(3)] == [404, 404, 429]
    assert ask(UNKNOWN, "203.0.113.7") == 429  # the same one, as another server names it
    assert ask(UNKNOWN, "::ffff:198.51.100.1") == 404


def test_address_is_the_one_the_own_proxy_names(settings, monkeypatch):
    monkeypatch.setattr(rate_limit, "PER_ADDRESS", 1)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def through(client, claimed="1.1.1.1"):
        return ask(UNKNOWN, "127.0.0.1", **{"X-Forwarded-For": f"{claimed}, {client}"})

    assert [through("203.0.113.1"), through("203.0.113.2")] == [404, 404]
    assert through("203.0.113.1", claimed="9.9.9.9") == 429


def test_no_address_stands_in_the_cache(year):
    ask(UNKNOWN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM people_cache")
        kept = str(cursor.fetchall())
    assert "verify:missed" in kept
    assert "203.0.113" not in kept
