"""The reason of an own score is saved while it is typed; the card stays under the hands."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Event
from indicators.models import AgreedScore, Assessment, Score, ScoreDraft
from indicators.states import AssessmentState
from tests.factories.people import login, make_person
from tests.factories.reading import read

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


def test_a_locked_year_says_so_to_the_script(year, client):
    login(client, year.member)
    Assessment.objects.update(state=AssessmentState.LOCKED)
    status, said = autosave(client, year, "ช้าไป")
    assert (status, bool(said["message"]), said["again"]) == (409, True, False)


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


# -- the committee's: kept as the typist's draft, recorded by the button --------------------
def type_in_the_room(client, year, reason, *, level="", seen=0, draft=0):
    data = {"level": level, "reason": reason, "seen": seen, "draft": draft}
    answer = client.post(address(year, "agree_save"), data, headers=TYPED)
    return answer.status_code, json.loads(answer.content)


def room(client, year):
    return client.get(reverse("indicators:committee_room", args=year.args)).content.decode()


def record(client, year, reason, *, level=4, seen=0):
    data = {"level": level, "reason": reason, "seen": seen}
    return client.post(address(year, "agree_save"), data, headers={"hx-request": "true"})


@pytest.mark.parametrize("level", ["", "4"])
def test_what_is_typed_in_the_room_is_a_draft_and_counts_nowhere(year, client, level):
    login(client, year.coordinator)
    before = Event.objects.count()
    status, said = type_in_the_room(client, year, "ครึ่งประโ", level=level)
    assert (status, said["version"]) == (200, 1)
    assert "ยังไม่ได้บันทึกผล" in said["said"]
    assert (AgreedScore.objects.count(), Event.objects.count()) == (0, before)
    page = room(client, year)
    assert "ครึ่งประโ" in page
    assert 'name="draft" value="1"' in page
    _status, said = type_in_the_room(client, year, "ครึ่งประโยค", level=level, draft=1)
    assert (said["version"], ScoreDraft.objects.get().reason) == (2, "ครึ่งประโยค")


def test_recording_ends_the_draft(year, client):
    login(client, year.coordinator)
    type_in_the_room(client, year, "ครบถ้วน", level="4")
    assert record(client, year, "ครบถ้วน").status_code == 200
    assert AgreedScore.objects.get().reason == "ครบถ้วน"
    assert not ScoreDraft.objects.exists()
    # One on its way at that moment says the same, and is none.
    assert type_in_the_room(client, year, "ครบถ้วน", level="4", draft=1)[1]["version"] == 0
    assert not ScoreDraft.objects.exists()


def test_two_who_type_at_once_keep_a_draft_each_and_write_over_nobody(year, client):
    one, two = Client(), Client()
    login(one, year.coordinator)
    login(two, make_person(year.office, "coordinator"))
    type_in_the_room(one, year, "ของคนแรก", level="4")
    type_in_the_room(two, year, "ของคนที่สอง", level="3")
    assert "ของคนแรก" not in room(two, year)
    assert record(one, year, "ของคนแรก").status_code == 200
    page = room(two, year)
    assert "บันทึกผลระดับ 4: ของคนแรก" in read(page)
    assert "ของคนที่สอง</textarea>" in page
    refused = record(two, year, "ของคนที่สอง", level=3, seen=0)
    assert refused.status_code == 409
    assert "ของคนที่สอง" in refused.content.decode()
    assert AgreedScore.objects.get().reason == "ของคนแรก"
    assert ScoreDraft.objects.get().reason == "ของคนที่สอง"
    assert record(two, year, "ของคนที่สอง", level=3, seen=1).status_code == 200
    assert (AgreedScore.objects.get().level, ScoreDraft.objects.count()) == (3, 0)


def test_another_window_s_draft_is_not_written_over(year, client):
    login(client, year.coordinator)
    type_in_the_room(client, year, "หน้าต่างแรก", level="4")
    status, said = type_in_the_room(client, year, "หน้าต่างที่สอง")
    assert (status, said["version"]) == (409, 1)
    assert "หน้าต่างแรก" in " ".join(said["theirs"])
    assert ScoreDraft.objects.get().reason == "หน้าต่างแรก"
    assert type_in_the_room(client, year, "หน้าต่างที่สอง", draft=1)[0] == 200


def test_what_says_what_is_recorded_or_nothing_is_no_draft(year, client):
    login(client, year.coordinator)
    record(client, year, "ครบ")
    type_in_the_room(client, year, "ครบถ้วน", level="4", seen=1)
    status, said = type_in_the_room(client, year, "ครบ", level="4", seen=1, draft=1)
    assert (status, said["version"], ScoreDraft.objects.count()) == (200, 0, 0)


@pytest.mark.parametrize("who", ["member", "director", "staff"])
def test_who_records_nothing_keeps_no_draft(year, client, who):
    login(client, getattr(year, who))
    assert type_in_the_room(client, year, "ครบ")[0] == 403
    assert not ScoreDraft.objects.exists()


@pytest.mark.parametrize(("level", "reason"), [("9", "ครบ"), ("4", "ก" * 5001)])
def test_a_draft_that_cannot_be_kept_says_so(year, client, level, reason):
    status, said = type_in_the_room(login(client, year.coordinator), year, reason, level=level)
    assert (status, bool(said["message"]), ScoreDraft.objects.count()) == (400, True, 0)


def test_a_locked_year_keeps_no_draft(year, client):
    Assessment.objects.update(state=AssessmentState.LOCKED)
    status, said = type_in_the_room(login(client, year.coordinator), year, "ครบ")
    assert (status, bool(said["message"]), ScoreDraft.objects.count()) == (409, True, 0)
