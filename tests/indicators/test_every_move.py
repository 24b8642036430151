"""Every deed on a year's content × the state it is in: done, or refused and nothing changed."""

from datetime import date

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, Refused
from indicators import assessments
from indicators.evidence import citations
from indicators.evidence.evidence import (
    add_evidence,
    edit_evidence,
    remove_evidence,
    restore_evidence,
    revise,
)
from indicators.models import Assessment, Citation, Evidence, Item
from indicators.narratives import items
from indicators.requests import requests
from indicators.states import AssessmentState, ItemState
from tests.database.recorded import recorded
from tests.factories.everything import changed, everything
from tests.factories.loading import load_again

LINK = [("https://example.org/plan", "แผน")]
TEXTS = {"narrative": "ดำเนินการแล้ว", "result": "", "no_evidence_reason": "ไม่มีเอกสาร"}


@recorded
def written(year, state=ItemState.WRITING):
    """The first item with texts, in ``state``."""
    items.save_item(load_again(year.item), **TEXTS, version=0, by=year.collector)
    if state == ItemState.HANDED_IN:
        items.hand_in(load_again(year.item), by=year.collector)
    return load_again(year.item)


def refused(deed, *args, kind=Refused, **kwargs):
    """The refusal's sentence; nothing may have been written."""
    before = everything()
    with pytest.raises(kind) as refusal:
        deed(*args, **kwargs)
    assert changed(before) == set()
    assert refusal.value.message.strip()
    return refusal.value.message


# -- one consideration ----------------------------------------------------------------
def _save(item, year):
    return items.save_item(item, **TEXTS | {"result": "ใหม่"}, version=1, by=year.collector)


def _cite(item, year):
    revision = Evidence.objects.get(title="ร่องรอย").revisions.get()
    return citations.cite(item, revision, by=year.collector)


def _withdraw(item, year):
    citation = Citation.objects.select_related("item__assessment__office", "evidence").get(
        item=item, evidence__title="อ้างแล้ว"
    )
    return citations.withdraw_citation(citation, by=year.collector)


ITEM_DEEDS = {
    "save": (_save, {ItemState.WRITING}),
    "hand in": (lambda item, year: items.hand_in(item, by=year.collector), {ItemState.WRITING}),
    "take back": (
        lambda item, year: items.take_back(item, by=year.collector),
        {ItemState.HANDED_IN},
    ),
    "return": (
        lambda item, year: items.take_back(item, by=year.coordinator, why="โปรดเพิ่มผล"),
        {ItemState.HANDED_IN},
    ),
    "cite": (_cite, {ItemState.WRITING}),
    "withdraw": (_withdraw, {ItemState.WRITING}),
    "set due": (
        lambda item, year: items.set_due(
            item, due=date(2017, 5, 2), seen=None, by=year.coordinator
        ),
        set(ItemState),
    ),
    "ask": (
        lambda item, year: requests.ask(item, text="แนบรายงาน", by=year.member),
        set(ItemState),
    ),
}


@recorded
def make_cited(year):
    """One piece that nothing cites and one that the first item cites."""
    add_evidence(year.office, title="ร่องรอย", links=LINK, by=year.collector)
    return add_evidence(
        year.office, title="อ้างแล้ว", links=LINK, items=[load_again(year.item)], by=year.collector
    )


@pytest.fixture
def evidence(year):
    return make_cited(year)


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("name", ITEM_DEEDS)
def test_deed_on_an_item_in_every_state(year, evidence, name, state):
    deed, states = ITEM_DEEDS[name]
    item = written(year, state)
    if state in states:
        events = Event.objects.count()
        deed(item, year)
        # Saving keeps a revision instead of an event; everything else stands in the history.
        assert Event.objects.count() - events == (name != "save")
    else:
        refused(deed, item, year, kind=MoveRefused)


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("name", ITEM_DEEDS)
def test_no_deed_on_an_item_of_a_locked_year(year, evidence, name, state):
    item = written(year, state)
    assessments.lock(load_again(year.assessment), by=year.director)
    said = refused(ITEM_DEEDS[name][0], item, year, kind=MoveRefused)
    assert "ได้รับอนุมัติแล้ว" in said


@pytest.mark.parametrize("name", ["hand in", "take back", "return"])
def test_of_two_stale_items_one_wins(year, evidence, name):
    deed, (state,) = ITEM_DEEDS[name]
    first, second = written(year, state), load_again(year.item)
    deed(first, year)
    refused(deed, second, year)


WRITER_DEEDS = ["save", "hand in", "cite", "withdraw"]


@pytest.mark.parametrize("who", ["staff", "member", "director", "coordinator"])
@pytest.mark.parametrize("name", WRITER_DEEDS)
def test_who_was_not_named_writes_nothing(year, evidence, name, who):
    item = written(year)
    year.collector = getattr(year, who)
    refused(ITEM_DEEDS[name][0], item, year, kind=NotAllowed)


def test_a_citation_is_counted_once_however_often_it_is_made(year, evidence):
    item = written(year)
    first = _cite(item, year)
    assert _cite(load_again(item), year) == first
    assert item.citations.kept().count() == 2
    citations.cite(item, first.revision, pages="๓-๕", by=year.collector)
    kept = item.citations.kept().get(evidence=first.evidence)
    assert kept.pages == "๓-๕"
    assert item.citations.filter(evidence=first.evidence).count() == 2


# -- evidence -------------------------------------------------------------------------
EVIDENCE_DEEDS = {
    "edit": lambda row, by: edit_evidence(row, title="ชื่อใหม่", by=by, **_seen(row)),
    "revise": lambda row, by: revise(row, links=LINK, note="ปรับปรุง", by=by),
    "remove": lambda row, by: remove_evidence(row, by=by, why="ซ้ำ"),
    "restore": lambda row, by: restore_evidence(row, by=by),
}


def _seen(row):
    return {"document_date": None, "covers_from": None, "covers_to": None, "seen": row.changed_at}


@pytest.fixture
def loose(year):
    return add_evidence(year.office, title="ร่องรอย", links=LINK, by=year.staff)


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize("name", EVIDENCE_DEEDS)
def test_deed_on_evidence_kept_and_removed(year, loose, name, removed):
    if removed:
        remove_evidence(loose, by=year.staff, why="ซ้ำ")
    row = load_again(loose)
    if (name == "restore") == removed:
        EVIDENCE_DEEDS[name](row, year.staff)
        assert (load_again(loose).removed_at is not None) == (name == "remove")
    else:
        refused(EVIDENCE_DEEDS[name], row, year.staff, kind=MoveRefused)


@pytest.mark.parametrize("name", ["remove", "restore"])
def test_of_two_stale_pieces_of_evidence_one_wins(year, loose, name):
    if name == "restore":
        remove_evidence(loose, by=year.staff, why="ซ้ำ")
    first, second = load_again(loose), load_again(loose)
    EVIDENCE_DEEDS[name](first, year.staff)
    refused(EVIDENCE_DEEDS[name], second, year.staff, kind=MoveRefused)


@pytest.mark.parametrize("who", ["member", "second", "director"])
@pytest.mark.parametrize("name", ["edit", "revise", "remove"])
def test_who_neither_brought_nor_cites_evidence_changes_nothing(year, loose, name, who):
    refused(EVIDENCE_DEEDS[name], load_again(loose), getattr(year, who), kind=NotAllowed)


# -- the year -------------------------------------------------------------------------
YEAR_STATES = ["open", "locked", "submitted"]
YEAR_DEEDS = {
    "lock": (lambda row, by: assessments.lock(row, by=by), {"open"}),
    "unlock": (
        lambda row, by: assessments.unlock(row, by=by, why="แก้คะแนน"),
        {"locked", "submitted"},
    ),
    "submit": (lambda row, by: assessments.mark_submitted(row, by=by), {"locked"}),
}


@recorded
def bring_to(year, state):
    row = Assessment.objects.select_related("office").get(pk=year.assessment.pk)
    if state != "open":
        assessments.lock(row, by=year.director)
    if state == "submitted":
        assessments.mark_submitted(row, by=year.coordinator)
    return load_year(row.pk)


def load_year(pk):
    return Assessment.objects.select_related("office").get(pk=pk)


def state_of(row):
    if row.state == AssessmentState.OPEN:
        assert row.locked_at is row.submitted_at is None
        return "open"
    assert row.locked_at is not None
    return "submitted" if row.submitted_at else "locked"


@pytest.mark.parametrize("state", YEAR_STATES)
@pytest.mark.parametrize("name", YEAR_DEEDS)
def test_deed_on_a_year_in_every_state(year, name, state):
    deed, states = YEAR_DEEDS[name]
    row = bring_to(year, state)
    if state not in states:
        refused(deed, row, year.director, kind=MoveRefused)
        return
    deed(row, year.director)
    after = {"lock": "locked", "unlock": "open", "submit": "submitted"}[name]
    assert state_of(row) == state_of(load_year(row.pk)) == after


@pytest.mark.parametrize("name", YEAR_DEEDS)
def test_of_two_stale_years_one_wins(year, name):
    deed, states = YEAR_DEEDS[name]
    row = bring_to(year, sorted(states)[0])
    stale = load_year(row.pk)
    deed(row, year.director)
    refused(deed, stale, year.director, kind=MoveRefused)


def test_a_year_reopened_and_locked_again_loses_no_text(year, evidence):
    item = written(year, ItemState.HANDED_IN)
    texts = {name: getattr(item, name) for name in items.TEXTS}
    row = bring_to(year, "submitted")
    for _round in range(2):
        assessments.unlock(row, by=year.director, why="ตรวจอีกครั้ง")
        assessments.lock(row, by=year.director)
    stored = Item.objects.get(pk=item.pk)
    assert {name: getattr(stored, name) for name in items.TEXTS} == texts
    assert stored.state == ItemState.HANDED_IN
    assert stored.citations.kept().count() == 1
