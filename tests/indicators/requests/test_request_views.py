"""The pages of requests: asking, doing, deciding, finding; each refusal beside its box."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

import thai
from core import clock
from core.moves import UNDO_FOR
from indicators.models import ItemRequest
from indicators.requests import requests
from tests.factories.content import make_evidence
from tests.factories.people import make_office, make_person
from tests.factories.reading import read, undo
from tests.indicators.requests.conftest import TEXT

POSTS = ["finish", "accept", "unaccept", "send_back", "hand_on", "withdraw", "restore"]


def address(name, *rest):
    return reverse(f"indicators:{name}", args=["skn2", 2560, *rest])


def page(client, name, *rest):
    answer = client.get(address(name, *rest))
    assert answer.status_code == 200
    return read(answer.content.decode())


# -- asking -----------------------------------------------------------------------------
def test_asked_on_the_page_of_the_consideration_once(year, client_for):
    client = client_for(year.member)
    assert address("request_ask", "1.1.1") in page(client, "item", "1.1.1")
    due = clock.today() + timedelta(days=3)
    sent = {
        "text": TEXT,
        "asked_of": year.coordinator.pk,
        "due_on": thai.format_date(due, "numeric"),
        "idempotency_token": "a",
    }
    for _twice in range(2):
        answer = client.post(address("request_ask", "1.1.1"), sent)
    row = ItemRequest.objects.get()
    assert (row.text, row.asked_of, row.due_on) == (TEXT, year.coordinator, due)
    assert answer.url == f"{address('item', '1.1.1')}#request-{row.pk}"
    shown = page(client_for(year.coordinator), "item", "1.1.1")
    assert TEXT in shown
    assert "รอดำเนินการ" in shown


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": " "}, "โปรดเขียนสิ่งที่ขอให้ดำเนินการ"),
        ({"text": TEXT, "due_on": "1/10/2559"}, "วันที่นี้ผ่านไปแล้ว"),
        ({"text": TEXT, "asked_of": "987654321987654321"}, "โปรดเลือกจากรายการ"),
    ],
    ids=["nothing", "day over", "nobody"],
)
def test_what_is_wrong_is_said_beside_what_was_typed(year, client_for, sent, said):
    answer = client_for(year.member).post(address("request_ask", "1.1.1"), sent)
    shown = read(answer.content.decode())
    assert answer.status_code == 400
    assert said in shown
    assert sent["text"].strip() in shown
    assert not ItemRequest.objects.exists()


def test_who_may_not_ask_is_offered_nothing(year, client_for):
    client = client_for(year.staff)
    assert address("request_ask", "1.1.1") not in page(client, "item", "1.1.1")
    assert client.get(address("request_ask", "1.1.1")).status_code == 403


def test_a_piece_of_evidence_is_asked_about_where_it_is_cited(year, client_for):
    piece = make_evidence(year.office, by=year.collector, items=year.items[:2])
    client = client_for(year.member)
    shown = page(client, "evidence", piece.pk)
    for code in ("1.1.1", "1.1.2"):
        assert f"{address('request_ask', code)}?evidence={piece.pk}" in shown
    ask = f"{address('request_ask', '1.1.2')}?evidence={piece.pk}"
    (button,) = html.fromstring(shown).xpath("//a[@href=$ask]", ask=ask)
    named = f"ส่งคำขอ: 1.1.2 {year.items[1].consideration.title}"
    assert [part.tag for part in button] == ["svg", "span", "span"]  # one box of words
    assert " ".join(button.text_content().split()) == named
    assert piece.title in read(client.get(ask).content.decode())
    client.post(ask, {"text": TEXT})
    row = ItemRequest.objects.get()
    assert (row.evidence, row.item) == (piece, year.items[1])
    assert TEXT in page(client, "evidence", piece.pk)
    assert piece.title in page(client, "request", row.pk)
    for wrong in ("987654321", "x"):
        bad = f"{address('request_ask', '1.1.2')}?evidence={wrong}"
        assert client.get(bad).status_code == 404


# -- doing and deciding -------------------------------------------------------------------
def test_from_done_over_sent_back_to_accepted(year, asked, client_for):
    asker, writer = client_for(year.member), client_for(year.collector)
    assert address("request_finish", asked.pk) in page(writer, "request", asked.pk)
    assert address("request_finish", asked.pk) not in page(asker, "request", asked.pk)
    writer.post(address("request_finish", asked.pk), {"text": "แนบแล้ว"})
    shown = page(asker, "item", "1.1.1")
    assert address("request_accept", asked.pk) in shown
    assert "แนบแล้ว" in shown
    answer = asker.post(address("request_send_back", asked.pk), {"text": " ", "seen": 2})
    assert answer.status_code == 400
    assert "โปรดเขียนสิ่งที่ยังขาดอยู่" in answer.content.decode()
    asker.post(address("request_send_back", asked.pk), {"text": "ยังขาดลายเซ็น", "seen": 2})
    assert "ยังขาดลายเซ็น" in page(writer, "request", asked.pk)
    writer.post(address("request_finish", asked.pk), {"text": "ลงนามแล้ว"})
    stale = asker.post(address("request_accept", asked.pk), {"seen": 2})
    assert stale.status_code == 409
    accepted = asker.post(address("request_accept", asked.pk), {"seen": 4, "text": ""})
    assert "รับผลแล้ว 1 รายการ" in page(writer, "item", "1.1.1")
    assert undo(asker, accepted).status_code == 302
    assert ItemRequest.objects.get().state == "done"


def test_nothing_written_is_said_beside_the_box(year, asked, client_for):
    answer = client_for(year.collector).post(address("request_finish", asked.pk), {"text": " "})
    assert answer.status_code == 400
    assert "โปรดเขียนสิ่งที่ดำเนินการแล้ว" in answer.content.decode()


def test_handed_on_on_its_page(year, asked, client_for):
    client = client_for(year.member)
    assert address("request_hand_on", asked.pk) in page(client, "request", asked.pk)
    url = address("request_hand_on", asked.pk)
    assert client.post(url, {"asked_of": "", "seen": 1}).status_code == 400
    client.post(url, {"asked_of": year.coordinator.pk, "seen": 1, "text": "ลาป่วย"})
    assert ItemRequest.objects.get().asked_of == year.coordinator
    assert "ลาป่วย" in page(client, "request", asked.pk)


def test_withdrawn_it_can_be_put_back_from_the_message(year, asked, client_for):
    client = client_for(year.member)
    withdrawn = client.post(address("request_withdraw", asked.pk))
    assert undo(client, withdrawn).status_code == 302
    assert TEXT in page(client, "item", "1.1.1")
    assert client.post(address("request_restore", asked.pk)).status_code == 409


def test_its_page_offers_the_undo_as_long_as_it_is_possible(year, asked, client_for):
    asker, writer = client_for(year.member), client_for(year.collector)
    restore, unaccept = address("request_restore", asked.pk), address("request_unaccept", asked.pk)
    assert restore not in page(asker, "request", asked.pk)
    requests.withdraw(asked, by=year.member)
    assert restore in page(asker, "request", asked.pk)
    assert "เลิกทำได้ถึง" in page(asker, "request", asked.pk)
    assert restore not in page(writer, "request", asked.pk)
    requests.restore(asked, by=year.member)
    requests.finish(asked, text="แนบแล้ว", by=year.collector)
    assert unaccept not in page(asker, "request", asked.pk)
    requests.accept(asked, seen=asked.version, by=year.member)
    assert unaccept in page(asker, "request", asked.pk)
    assert unaccept in page(asker, "item", "1.1.1")
    assert unaccept not in page(writer, "request", asked.pk)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)):
        assert unaccept not in page(asker, "request", asked.pk)


def test_a_locked_year_shows_them_without_a_button(year, asked, client_for):
    year.lock()
    client = client_for(year.coordinator)
    for shown in (page(client, "item", "1.1.1"), page(client, "request", asked.pk)):
        assert TEXT in shown
        for act in POSTS:
            assert address(f"request_{act}", asked.pk) not in shown
    assert address("request_ask", "1.1.1") not in page(client, "item", "1.1.1")


def test_an_answer_accepted_by_nobody_says_why(year, asked, client_for):
    at = clock.now()
    ItemRequest.objects.update(
        state="accepted", done_at=at, done_by=year.collector, accepted_at=at, answered_before=True
    )
    assert "ถือว่ารับผลแล้ว" in page(client_for(year.staff), "request", asked.pk)


@pytest.mark.parametrize("act", POSTS)
def test_a_get_does_nothing_and_another_office_finds_nothing(year, asked, client_for, act):
    url = address(f"request_{act}", asked.pk)
    assert client_for(year.member).get(url).status_code == 405
    stranger = client_for(make_person(make_office("skn1"), "coordinator"))
    assert stranger.post(url, {"text": "x", "seen": 1}).status_code == 404


# -- the list ---------------------------------------------------------------------------
def listed(client, **query):
    answer = client.get(address("request_list"), query)
    assert answer.status_code == 200
    return [row.text for row in answer.context["page"]]


def test_mine_those_i_made_and_all(year, client_for):
    requests.ask(year.item, text="ของผู้จัดเก็บ", by=year.member)
    requests.ask(year.item, text="ของผู้ประสานงาน", asked_of=year.coordinator, by=year.collector)
    done = requests.ask(year.items[1], text="ทำแล้ว", by=year.member)
    requests.finish(done, text="แล้ว", by=year.collector)
    requests.accept(done, seen=2, by=year.member)
    collector, coordinator = client_for(year.collector), client_for(year.coordinator)
    assert listed(collector, whose="mine") == ["ของผู้จัดเก็บ"]
    assert listed(coordinator, whose="mine") == ["ของผู้ประสานงาน"]
    assert listed(collector, whose="asked") == ["ของผู้ประสานงาน"]
    assert listed(collector) == ["ของผู้จัดเก็บ", "ของผู้ประสานงาน"]
    assert listed(collector, state="accepted") == ["ทำแล้ว"]
    assert len(listed(collector, state="all")) == 3
    assert listed(collector, person=year.coordinator.pk) == ["ของผู้ประสานงาน"]
    assert listed(collector, person="987654321987654321987", state="x") != []


def test_nothing_and_nothing_like_that_say_so(year, client_for):
    client = client_for(year.staff)
    assert "ไม่มีคำขอที่ค้างอยู่" in page(client, "request_list")
    shown = client.get(address("request_list"), {"whose": "mine"}).content.decode()
    assert "ไม่มีคำขอตามที่เลือก" in shown


def cost(client, url):
    client.get(url)  # keeps the edition in memory
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["item", "request_list", "evidence"])
def test_thirty_cost_what_one_costs(year, client_for, name):
    piece = make_evidence(year.office, by=year.collector, items=[year.item])
    requests.ask(year.item, text="1", evidence=piece, by=year.member)
    client = client_for(year.collector)
    url = address(name, *{"item": ["1.1.1"], "evidence": [piece.pk]}.get(name, []))
    few = cost(client, url)
    for number in range(30):
        row = requests.ask(year.item, text=str(number), evidence=piece, by=year.member)
        if number % 2:
            requests.finish(row, text="แล้ว", by=year.collector)
    assert cost(client, url) == few


def test_what_is_late_says_so(year, client_for):
    due = clock.today() + timedelta(days=1)
    requests.ask(year.item, text=TEXT, due_on=due, by=year.member)
    with clock.pretend(clock.now() + timedelta(days=3)):
        for shown in (
            page(client_for(year.collector), "request_list"),
            page(client_for(year.collector), "item", "1.1.1"),
        ):
            assert "ล่าช้า" in shown
