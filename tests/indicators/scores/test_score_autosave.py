"""The reason of an own score is saved while it is typed; the card stays under the hands."""

import json

import pytest
from django.urls import reverse

from indicators.models import Score
from tests.factories.people import login

TYPED = {"x-autosave": "1"}


def address(year, name="score_save"):
    return reverse(f"indicators:{name}", args=[*year.args, year.item.consideration.code])


def autosave(client, year, reason, *, level=4, seen=0, headers=TYPED):
    data = {"level": level, "reason": reason, "seen": seen}
    answer = client.post(address(year), data, headers=headers)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("reason", ["ครบ", "บรรทัดแรก\nบรรทัดสอง", "ดี 😀 ๑๒๓", ""])
def test_a_reason_is_saved_with_the_servers_time(year, client, reason):
    status, said = autosave(login(client, year.member), year, reason)
    assert (status, said["version"]) == (200, 1)
    assert said["said"].startswith("บันทึกแล้ว")
    assert Score.objects.get().reason == reason


def test_each_answer_is_what_the_next_one_stands_on(year, client):
    login(client, year.member)
    seen = 0
    for reason in ("ค", "คร", "ครบ"):
        _status, said = autosave(client, year, reason, seen=seen)
        seen = said["version"]
    assert (Score.objects.get().reason, seen) == ("ครบ", 3)


def test_another_window_is_not_written_over(year, client):
    login(client, year.member)
    autosave(client, year, "หน้าต่างแรก")
    status, said = autosave(client, year, "หน้าต่างที่สอง")
    assert (status, bool(said["message"])) == (409, True)
    assert Score.objects.get().reason == "หน้าต่างแรก"


@pytest.mark.parametrize(("level", "reason"), [("", "ครบ"), ("9", "ครบ"), ("4", "ก" * 5001)])
def test_what_cannot_be_saved_is_said(year, client, level, reason):
    status, said = autosave(login(client, year.member), year, reason, level=level)
    assert (status, bool(said["message"])) == (400, True)
    assert Score.objects.count() == 0


def test_a_page_of_somebody_else_writes_nothing(year, client):
    headers = TYPED | {"x-writer": str(year.coordinator.pk)}
    status, said = autosave(login(client, year.member), year, "ของคนก่อน", headers=headers)
    assert (status, "ผู้อื่น" in said["message"]) == (403, True)
    assert Score.objects.count() == 0


@pytest.mark.parametrize(("level", "status"), [("", 400), ("9", 400), ("4", 409)])
def test_a_card_that_comes_back_refused_says_so_by_its_status(year, client, level, status):
    """So the page knows that what it keeps of the text is not saved yet."""
    login(client, year.member)
    autosave(client, year, "หน้าต่างแรก")
    data = {"level": level, "reason": "หน้าต่างที่สอง", "seen": 0}
    answer = client.post(address(year), data, headers={"hx-request": "true"})
    assert answer.status_code == status
    assert "หน้าต่างที่สอง" in answer.content.decode()
