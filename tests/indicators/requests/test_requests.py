"""Who asks whom for what: every move from every state, who may, and who hears of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.assignments.assignments import assign
from indicators.models import ItemRequest, RequestStep
from indicators.requests import requests
from indicators.requests.people import people_to_ask, waits_for
from indicators.states import RequestState
from notifications.models import Notification
from tests.database.recorded import recorded
from tests.factories.content import make_evidence
from tests.factories.everything import changed, everything
from tests.factories.people import make_office, make_person
from tests.indicators.requests.conftest import TEXT


def load(row):
    """The request as the next page loads it."""
    return ItemRequest.objects.select_related(
        "item__assessment__office",
        "item__consideration__indicator__standard",
        "asked_by",
        "asked_of",
        "evidence",
    ).get(pk=row.pk)


def said(row):
    return [(step.move, step.before, step.after) for step in row.steps.all()]


# -- asking -----------------------------------------------------------------------------
def test_who_writes_is_notified_of_a_request_to_nobody_by_name(year, asked):
    assert (asked.text, asked.state, asked.asked_of) == (TEXT, "open", None)
    news = Notification.objects.get(kind="request_asked")
    assert (news.recipient, news.body) == (year.collector, TEXT)
    assert news.url == f"/o/skn2/2560/requests/{asked.pk}/"
    assert Event.objects.filter(verb="request.ask").count() == 1
    assert said(asked) == [("ask", "", "open")]


def test_the_person_asked_is_notified_and_nobody_else(year):
    requests.ask(year.item, text=TEXT, asked_of=year.coordinator, by=year.member)
    assert Notification.objects.get(kind="request_asked").recipient == year.coordinator


def test_without_a_collector_the_writers_are_notified(year):
    year.assessment.assignments.all().delete()
    requests.ask(year.item, text=TEXT, by=year.member)
    assert Notification.objects.get(kind="request_asked").recipient == year.collector


@pytest.mark.parametrize("who", ["member", "coordinator", "director", "collector"])
def test_the_committee_and_who_leads_ask(year, who):
    assert requests.ask(year.item, text=TEXT, by=getattr(year, who)).pk


def test_other_staff_do_not_ask(year):
    with pytest.raises(NotAllowed):
        requests.ask(year.item, text=TEXT, by=year.staff)


def refused_field(deed, *args, **kwargs):
    before = everything()
    with pytest.raises(RuleBroken) as refusal:
        deed(*args, **kwargs)
    assert changed(before) == set()
    return refusal.value.field


def test_what_cannot_be_asked_says_at_which_box(year):
    stranger = make_person(make_office("skn1"))
    over = clock.today() - timedelta(days=1)
    uncited = make_evidence(year.office, by=year.collector)
    for given, field in (
        ({"text": " "}, "text"),
        ({"asked_of": stranger}, "asked_of"),
        ({"asked_of": year.staff}, "asked_of"),
        ({"due_on": over}, "due_on"),
        ({"evidence": uncited}, ""),
    ):
        kwargs = {"text": TEXT, **given}
        assert refused_field(requests.ask, year.item, **kwargs, by=year.member) == field


def test_of_evidence_also_who_brought_it_is_asked(year):
    piece = make_evidence(year.office, by=year.staff)
    assert year.staff not in people_to_ask(year.item)
    piece = make_evidence(year.office, by=year.collector, title="ภาพ", items=[year.item])
    type(piece).objects.filter(pk=piece.pk).update(created_by=year.staff)
    piece.refresh_from_db()
    row = requests.ask(year.item, text=TEXT, evidence=piece, asked_of=year.staff, by=year.member)
    assert waits_for(row) == [year.staff]
    requests.finish(load(row), text="เปลี่ยนแล้ว", by=year.staff)


# -- every move from every state ----------------------------------------------------------
@recorded
def bring_to(year, state):
    row = requests.ask(year.item, text=TEXT, by=year.member)
    if state == "withdrawn":
        requests.withdraw(row, by=year.member)
    if state in ("done", "accepted"):
        requests.finish(row, text="แนบแล้ว", by=year.collector)
    if state == "accepted":
        requests.accept(row, seen=row.version, by=year.member)
    return row


MOVES = {
    "finish": (
        lambda row, year: requests.finish(row, text="แนบแล้ว", by=year.collector),
        {"open": "done"},
    ),
    "send_back": (
        lambda row, year: requests.send_back(row, text="ยังขาด", seen=row.version, by=year.member),
        {"done": "open"},
    ),
    "accept": (
        lambda row, year: requests.accept(row, seen=row.version, by=year.member),
        {"done": "accepted"},
    ),
    "unaccept": (
        lambda row, year: requests.unaccept(row, by=year.member),
        {"accepted": "done"},
    ),
    "hand_on": (
        lambda row, year: requests.hand_on(
            row, to=year.coordinator, seen=row.version, by=year.member
        ),
        {"open": "open"},
    ),
    "withdraw": (lambda row, year: requests.withdraw(row, by=year.member), {"open": "withdrawn"}),
    "restore": (lambda row, year: requests.restore(row, by=year.member), {"withdrawn": "open"}),
}


@pytest.mark.parametrize("state", RequestState.values)
@pytest.mark.parametrize("name", MOVES)
def test_every_move_from_every_state(year, name, state):
    deed, leads = MOVES[name]
    row = load(bring_to(year, state))
    if state in leads:
        events, steps = Event.objects.count(), row.steps.count()
        deed(row, year)
        assert load(row).state == leads[state]
        assert (Event.objects.count() - events, row.steps.count() - steps) == (1, 1)
        last = row.steps.last()
        assert (last.move, last.before, last.after) == (name, state, leads[state])
        assert row.version == last.number == row.steps.count()
        return
    before = everything()
    with pytest.raises(MoveRefused) as refusal:
        deed(row, year)
    assert refusal.value.message.strip()
    assert changed(before) == set()


@pytest.mark.parametrize("state", RequestState.values)
@pytest.mark.parametrize("name", MOVES)
def test_no_move_in_a_locked_year(year, name, state):
    row = bring_to(year, state)
    year.lock()
    before = everything()
    with pytest.raises(MoveRefused, match="ได้รับอนุมัติแล้ว"):
        MOVES[name][0](load(row), year)
    assert changed(before) == set()


@pytest.mark.parametrize(
    ("state", "first", "late"),
    [
        (state, first, late)
        for state in RequestState.values
        for first in MOVES
        for late in MOVES
        if state in MOVES[first][1] and state in MOVES[late][1]
    ],
)
def test_of_two_who_saw_the_same_one_wins(year, state, first, late):
    row = bring_to(year, state)
    one, stale = load(row), load(row)
    MOVES[first][0](one, year)
    before = everything()
    with pytest.raises(MoveRefused):
        MOVES[late][0](stale, year)
    assert changed(before) == set()


def test_what_was_done_again_since_is_read_before_it_is_accepted(year):
    row = bring_to(year, "done")
    seen = row.version
    requests.send_back(load(row), text="ยังขาดวันที่", seen=seen, by=year.member)
    requests.finish(load(row), text="เพิ่มวันที่แล้ว", by=year.collector)
    with pytest.raises(MoveRefused):
        requests.accept(load(row), seen=seen, by=year.coordinator)
    requests.accept(load(row), seen=seen + 2, by=year.coordinator)


def test_who_was_faster_is_named(year):
    row = bring_to(year, "open")
    stale = load(row)
    requests.finish(load(row), text="แนบแล้ว", by=year.collector)
    with pytest.raises(MoveRefused, match="สมหญิง"):
        requests.finish(stale, text="อีกครั้ง", by=year.coordinator)


# -- who may ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "state", "allowed"),
    [
        ("finish", "open", {"collector", "coordinator"}),
        ("send_back", "done", {"member", "coordinator"}),
        ("accept", "done", {"member", "coordinator"}),
        ("hand_on", "open", {"member", "coordinator"}),
        ("withdraw", "open", {"member"}),
        ("restore", "withdrawn", {"member"}),
        ("unaccept", "accepted", {"member", "coordinator"}),
    ],
)
def test_who_may(year, name, state, allowed):
    row = bring_to(year, state)
    calls = {
        "finish": lambda by: requests.finish(load(row), text="ทำแล้ว", by=by),
        "send_back": lambda by: requests.send_back(load(row), text="ขาด", seen=2, by=by),
        "accept": lambda by: requests.accept(load(row), seen=2, by=by),
        "hand_on": lambda by: requests.hand_on(load(row), to=year.coordinator, seen=1, by=by),
        "withdraw": lambda by: requests.withdraw(load(row), by=by),
        "restore": lambda by: requests.restore(load(row), by=by),
        "unaccept": lambda by: requests.unaccept(load(row), by=by),
    }
    found = set()
    for who in ("staff", "second", "director", "collector", "member", "coordinator"):
        try:
            with transaction.atomic():
                calls[name](getattr(year, who))
                found.add(who)
                transaction.set_rollback(True)
        except NotAllowed:
            pass
    assert found == allowed


def test_who_left_the_office_does_nothing_more(year):
    row = requests.ask(year.item, text=TEXT, asked_of=year.coordinator, by=year.member)
    type(year.member).objects.filter(pk=year.member.pk).update(office=make_office("skn1"))
    year.member.refresh_from_db()
    with pytest.raises(NotAllowed):
        requests.withdraw(load(row), by=year.member)


# -- nobody is stuck ----------------------------------------------------------------------
def test_handed_on_it_waits_for_the_other_who_is_notified(year, asked):
    requests.hand_on(load(asked), to=year.coordinator, seen=1, text="ลาป่วย", by=year.member)
    row = load(asked)
    assert waits_for(row) == [year.coordinator]
    step = row.steps.last()
    assert (step.asked_of, step.text) == (year.coordinator, "ลาป่วย")
    assert Notification.objects.filter(kind="request_asked", recipient=year.coordinator).exists()
    assert (
        refused_field(requests.hand_on, row, to=year.coordinator, seen=2, by=year.member)
        == "asked_of"
    )


def test_of_who_can_do_it_no_more_it_falls_to_the_collector(year):
    row = requests.ask(year.item, text=TEXT, asked_of=year.collector, by=year.member)
    assert waits_for(load(row)) == [year.collector]
    target = year.item.consideration
    assign(year.assessment, target=target, user=year.staff, by=year.coordinator, reason="ย้าย")
    assert waits_for(load(row)) == [year.staff]
    type(year.staff).objects.filter(pk=year.staff.pk).update(is_active=False)
    assert waits_for(load(row)) == [year.coordinator]


# -- ways back ----------------------------------------------------------------------------
@pytest.mark.parametrize(("state", "name"), [("withdrawn", "restore"), ("accepted", "unaccept")])
def test_it_can_be_undone_for_half_an_hour(year, state, name):
    row = bring_to(year, state)
    late = clock.now() + UNDO_FOR + timedelta(seconds=1)
    with clock.pretend(late), pytest.raises(MoveRefused):
        MOVES[name][0](load(row), year)
    MOVES[name][0](load(row), year)


def test_the_words_stay_in_their_order(year, asked):
    requests.finish(load(asked), text="แนบแล้ว", by=year.collector)
    requests.send_back(load(asked), text="ยังไม่มีลายเซ็น", seen=2, by=year.member)
    requests.finish(load(asked), text="ลงนามแล้ว", by=year.coordinator)
    requests.accept(load(asked), text="ขอบคุณ", seen=4, by=year.member)
    row = load(asked)
    assert [(step.by, step.text) for step in row.steps.all()] == [
        (year.member, TEXT),
        (year.collector, "แนบแล้ว"),
        (year.member, "ยังไม่มีลายเซ็น"),
        (year.coordinator, "ลงนามแล้ว"),
        (year.member, "ขอบคุณ"),
    ]
    assert (row.done_by, row.accepted_by) == (year.coordinator, year.member)
    kinds = Notification.objects.order_by("pk").values_list("kind", "recipient")
    assert list(kinds) == [
        ("request_asked", year.collector.pk),
        ("request_done", year.member.pk),
        ("request_asked", year.collector.pk),
        ("request_done", year.member.pk),
    ]


# -- what can never be false --------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"state": "done"},
        {"state": "accepted"},
        {"state": "withdrawn"},
        {"text": ""},
        {"answered_before": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_database_keeps_states_and_times_together(year, asked, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemRequest.objects.filter(pk=asked.pk).update(**changes)


def test_nobody_accepts_only_what_was_answered_before_requests(year):
    row = bring_to(year, "accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemRequest.objects.filter(pk=row.pk).update(accepted_by=None)
    ItemRequest.objects.filter(pk=row.pk).update(accepted_by=None, answered_before=True)


def test_the_words_are_written_once(year, asked):
    for change in (
        lambda: RequestStep.objects.update(text="ใหม่"),
        lambda: RequestStep.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_sent_back_an_old_answer_is_a_common_request(year):
    row = bring_to(year, "done")
    ItemRequest.objects.filter(pk=row.pk).update(answered_before=True)
    requests.send_back(load(row), text="ยังขาด", seen=2, by=year.member)
    assert not load(row).answered_before
