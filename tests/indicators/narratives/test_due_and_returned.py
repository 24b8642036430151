"""A consideration's own due date, and what happens when its work is returned."""

from datetime import date

import pytest
from django.urls import reverse

from core.models import Event
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from indicators.models import ItemRequest
from indicators.narratives.items import hand_in, set_due, take_back
from indicators.requests import requests
from notifications.models import Notification
from tests.factories.content import make_content_year
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again


@pytest.fixture
def year(db, blob_root):
    year = make_content_year()
    put_in_charge(year.assessment, year.item.consideration, year.collector)
    return year


def address(name, *rest):
    return reverse(f"indicators:{name}", args=["skn2", 2560, *rest])


# -- due dates --------------------------------------------------------------------------
def test_a_due_date_of_its_own(year):
    set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.coordinator)
    assert load_again(year.item).due == date(2017, 3, 1)
    event = Event.objects.get(verb="item.due")
    assert (event.before, event.after) == ({"due": None}, {"due": "2017-03-01"})
    set_due(year.item, due=None, seen=date(2017, 3, 1), by=year.coordinator)
    assert load_again(year.item).due is None


def test_the_same_date_again_changes_nothing(year):
    set_due(year.item, due=None, seen=None, by=year.coordinator)
    assert not Event.objects.filter(verb="item.due").exists()


def test_somebody_elses_change_is_not_written_over(year):
    set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.coordinator)
    with pytest.raises(StaleEdit):
        set_due(load_again(year.item), due=date(2017, 4, 1), seen=None, by=year.coordinator)


@pytest.mark.parametrize("day", [date(2016, 9, 30), date(2017, 10, 1)])
def test_it_lies_in_the_fiscal_year(year, day):
    with pytest.raises(RuleBroken) as refusal:
        set_due(year.item, due=day, seen=None, by=year.coordinator)
    assert refusal.value.field == "due"


def test_only_the_coordinator_sets_it(year):
    with pytest.raises(NotAllowed):
        set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.collector)


def test_setting_it_on_the_page(year, client_for):
    client = client_for(year.coordinator)
    client.post(address("item_due_set", "1.1.1"), {"due": "1/3/2560", "seen": ""})
    assert load_again(year.item).due == date(2017, 3, 1)
    answer = client.post(
        address("item_due_set", "1.1.1"), {"due": "31/2/2560", "seen": "2017-03-01"}
    )
    assert answer.status_code == 400
    assert load_again(year.item).due == date(2017, 3, 1)
    answer = client.post(
        address("item_due_set", "1.1.1"), {"due": "1/10/2560", "seen": "2017-03-01"}
    )
    assert "ปีงบประมาณ" in answer.content.decode()


# -- returned work ------------------------------------------------------------------------
def test_whose_work_is_returned_learns_why(year):
    type(year.item).objects.filter(pk=year.item.pk).update(state="handed_in")
    take_back(load_again(year.item), by=year.coordinator, why="ขอผลเพิ่มเติม")
    notification = Notification.objects.get(kind="item_returned")
    assert (notification.recipient, notification.body) == (year.collector, "ขอผลเพิ่มเติม")


def test_who_takes_the_own_work_back_is_not_notified(year):
    type(year.item).objects.filter(pk=year.item.pk).update(state="handed_in")
    take_back(load_again(year.item), by=year.collector)
    assert not Notification.objects.filter(kind="item_returned").exists()


def handed_in(year):
    type(year.item).objects.filter(pk=year.item.pk).update(
        state="handed_in", narrative="ทำแล้ว", no_evidence_reason="ไม่มีเอกสาร"
    )
    return load_again(year.item)


def test_returning_is_a_request_that_handing_in_again_does(year):
    take_back(handed_in(year), by=year.coordinator, why="ขอผลเพิ่มเติม")
    row = ItemRequest.objects.get()
    assert (row.text, row.asked_by, row.asked_of, row.state) == (
        "ขอผลเพิ่มเติม", year.coordinator, None, "open",
    )  # fmt: skip
    assert row.is_return
    hand_in(load_again(year.item), by=year.collector)
    row.refresh_from_db()
    assert (row.state, row.done_by) == ("done", year.collector)
    assert Notification.objects.get(kind="request_done").recipient == year.coordinator


def test_returned_again_it_is_the_same_request_with_the_new_reason(year):
    for why in ("ขอผลเพิ่มเติม", "ยังขาดตัวเลข"):
        take_back(handed_in(year), by=year.coordinator, why=why)
        hand_in(load_again(year.item), by=year.collector)
    row = ItemRequest.objects.get()
    assert [(step.move, step.text) for step in row.steps.all()] == [
        ("ask", "ขอผลเพิ่มเติม"),
        ("hand_in", ""),
        ("send_back", "ยังขาดตัวเลข"),
        ("hand_in", ""),
    ]
    bodies = Notification.objects.filter(kind="item_returned").order_by("pk")
    assert [news.body for news in bodies] == ["ขอผลเพิ่มเติม", "ยังขาดตัวเลข"]


def test_returned_while_the_request_of_before_is_open_it_carries_the_new_reason(year):
    take_back(handed_in(year), by=year.coordinator, why="ขอผลเพิ่มเติม")
    hand_in(load_again(year.item), by=year.collector)
    row = ItemRequest.objects.get()
    requests.send_back(row, text="ยังขาดภาพ", seen=row.version, by=year.coordinator)
    take_back(load_again(year.item), by=year.coordinator, why="ยังขาดตัวเลข")
    row = ItemRequest.objects.get()
    assert (row.state, row.version) == ("open", 4)
    last = row.steps.last()
    assert (last.move, last.before, last.text) == ("send_back", "open", "ยังขาดตัวเลข")
    assert Notification.objects.filter(body="ยังขาดตัวเลข").get().kind == "item_returned"
    hand_in(load_again(year.item), by=year.collector)
    assert ItemRequest.objects.get().state == "done"


def test_the_own_work_taken_back_asks_nobody(year):
    take_back(handed_in(year), by=year.collector)
    assert not ItemRequest.objects.exists()


def test_the_history_says_each_of_them_once(year):
    take_back(handed_in(year), by=year.coordinator, why="ขอผลเพิ่มเติม")
    hand_in(load_again(year.item), by=year.collector)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["item.take_back", "item.hand_in"]


@pytest.mark.parametrize(
    "name", ["request_ask", "item_due_set", "item_autosave", "item_restore", "cite"]
)
def test_authority_is_asked_before_what_was_typed(year, client_for, name):
    """What is missing or unreadable in the form is nothing to say to who may not send it."""
    answer = client_for(year.staff).post(address(name, "1.1.1"), {"due": "no date"})
    assert answer.status_code == 403
