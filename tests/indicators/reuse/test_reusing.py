"""Bringing from an earlier year: to be re-verified, never with a score, and nothing is lost."""

from datetime import date, timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.evidence.bringing import join_evidence, separate_evidence
from indicators.evidence.citations import cite, withdraw_citation
from indicators.evidence.cited import cited_pieces
from indicators.evidence.evidence import remove_evidence, revise
from indicators.models import AgreedScore, Blob, Citation
from indicators.narratives.items import hand_in, save_item, take_back
from indicators.narratives.progress import progress_of
from indicators.narratives.reuse.queries import earlier_year
from indicators.narratives.reuse.reusing import bring, undo_bringing, unverify, verify
from indicators.states import ItemState, ScanState
from tests.factories.content import make_earlier_year, make_evidence
from tests.factories.indicators import make_edition
from tests.factories.loading import load_again

LINK = [("https://www.example.go.th/2560", "")]
TEXTS = {"narrative": "ทำแล้ว", "result": "ดี", "no_evidence_reason": ""}


@pytest.fixture
def old(year):
    """The year before, whose first consideration cites two pieces."""
    old = make_earlier_year(year)
    for title in ("แผน", "รายงาน"):
        make_evidence(year.office, by=year.collector, title=title, items=[old.item], name=title)
    return old


def bring_all(year, old):
    return bring(year.item, [row.pk for row in old.item.citations.all()], by=year.collector)


def the(year, title="แผน"):
    return year.item.citations.get(evidence__title=title, removed_at=None)


def test_what_is_brought_is_cited_to_be_re_verified(year, old):
    source = old.item.citations.get(evidence__title="แผน")
    Citation.objects.filter(pk=source.pk).update(pages="2-3", note="ดูตาราง")
    AgreedScore.objects.create(
        item=old.item, level=4, reason="ดี", saved_at=clock.now(), saved_by=year.coordinator
    )
    before = list(old.item.citations.order_by("pk").values())
    done = bring(year.item, [source.pk], by=year.collector)
    assert [row.pk for row in done.made] == [the(year).pk]
    assert (the(year).revision, the(year).brought_from) == (source.revision, source)
    assert (the(year).pages, the(year).note) == ("2-3", "ดูตาราง")
    assert list(year.item.citations.to_verify()) == [the(year)]
    # Neither state nor score came along, and the earlier year is as it was.
    assert load_again(year.item).state == ItemState.WRITING
    assert not AgreedScore.objects.filter(item=year.item).exists()
    assert list(old.item.citations.order_by("pk").values()) == before
    assert Event.objects.filter(verb="evidence.bring").count() == 1


def test_the_newest_revision_is_brought_and_pages_of_the_old_one_are_not(year, old):
    source = old.item.citations.get(evidence__title="แผน")
    old.lock()
    newest = revise(source.evidence, links=LINK, note="ปรับปรุง", by=year.collector)
    Citation.objects.filter(pk=source.pk).update(pages="2-3")
    bring(year.item, [source.pk], by=year.collector)
    assert (the(year).revision, the(year).pages) == (newest, "")
    assert old.item.citations.get(pk=source.pk).revision.number == 1


def test_of_two_who_bring_at_once_the_second_reads_who_did(year, old):
    bring_all(year, old)
    with pytest.raises(MoveRefused, match="สมหญิง ใจดี"):
        bring_all(year, old)
    assert year.item.citations.count() == 2


def test_what_is_cited_already_is_left_out_and_the_others_come(year, old):
    source = old.item.citations.get(evidence__title="แผน")
    cite(year.item, source.revision, by=year.collector)
    done = bring_all(year, old)
    assert [title for title, _why in done.left_out] == ["แผน"]
    assert [row.evidence.title for row in done.made] == ["รายงาน"]


UNUSABLE = {
    "damaged": {"damaged_at": clock.now()},
    "infected": {"scan_state": ScanState.INFECTED},
    "waiting": {"scan_state": ScanState.WAITING},
}


@pytest.mark.parametrize("state", sorted(UNUSABLE))
def test_a_file_that_cannot_be_used_is_not_brought(year, old, state):
    Blob.objects.update(**UNUSABLE[state])
    assert not any(piece.may_be_brought for piece in earlier_year(year.item).pieces)
    with pytest.raises(MoveRefused, match="แผน"):
        bring_all(year, old)
    assert not year.item.citations.exists()


def test_what_was_removed_is_listed_with_its_reason_and_not_brought(year, old):
    source = old.item.citations.get(evidence__title="แผน")
    remove_evidence(source.evidence, by=year.coordinator, why="ส่งผิดไฟล์")
    assert "ส่งผิดไฟล์" in earlier_year(year.item).pieces[0].why_not
    with pytest.raises(MoveRefused, match="ส่งผิดไฟล์"):
        bring(year.item, [source.pk], by=year.collector)


def test_only_the_earlier_year_s_own_citations_are_brought(year, old):
    other = make_evidence(year.office, by=year.collector, items=[old.items[1]])
    with pytest.raises(RuleBroken):
        bring(year.item, [other.citations.get().pk], by=year.collector)


def test_only_writers_bring_and_only_while_it_is_written(year, old):
    chosen = [row.pk for row in old.item.citations.all()]
    with pytest.raises(NotAllowed):
        bring(year.item, chosen, by=year.coordinator)
    type(year.item).objects.filter(pk=year.item.pk).update(state=ItemState.HANDED_IN)
    with pytest.raises(MoveRefused):
        bring(year.item, chosen, by=year.collector)
    type(year.item).objects.filter(pk=year.item.pk).update(state=ItemState.WRITING)
    year.lock()
    with pytest.raises(MoveRefused):
        bring(year.item, chosen, by=year.collector)


def test_bringing_is_undone_for_a_while_and_not_what_was_re_verified(year, old, time_machine_at):
    done = bring_all(year, old)
    verify(the(year), by=year.collector)
    made = [row.pk for row in done.made]
    assert undo_bringing(year.item, made, by=year.collector) == 1
    assert list(year.item.citations.kept()) == [the(year)]
    with pytest.raises(MoveRefused):
        undo_bringing(year.item, made, by=year.collector)
    bring_all(year, old)
    time_machine_at(clock.now() + timedelta(minutes=31))
    with pytest.raises(MoveRefused):
        undo_bringing(year.item, [the(year, "รายงาน").pk], by=year.collector)


# -- re-verifying ---------------------------------------------------------------------
def test_re_verified_by_one_click_and_the_second_reads_who_did(year, old):
    bring_all(year, old)
    verify(the(year), by=year.collector)
    assert (the(year).verified_by, year.item.citations.to_verify().count()) == (year.collector, 1)
    with pytest.raises(MoveRefused, match="สมหญิง ใจดี"):
        verify(the(year), by=year.collector)
    unverify(the(year), by=year.collector)
    assert year.item.citations.to_verify().count() == 2
    with pytest.raises(MoveRefused):
        unverify(the(year), by=year.collector)


def test_only_what_was_brought_and_stands_is_re_verified(year, old):
    own = make_evidence(year.office, by=year.collector, title="ของปีนี้", items=[year.item])
    with pytest.raises(MoveRefused):
        verify(own.citations.get(), by=year.collector)
    bring_all(year, old)
    with pytest.raises(NotAllowed):
        verify(the(year), by=year.coordinator)
    gone = the(year)
    withdraw_citation(gone, by=year.collector)
    with pytest.raises(MoveRefused):
        verify(gone, by=year.collector)


def test_another_revision_in_its_place_verifies_but_other_pages_do_not(year, old):
    bring_all(year, old)
    cite(year.item, the(year).revision, pages="5", by=year.collector)
    assert (the(year).pages, the(year).verified_at) == ("5", None)
    revise(the(year).evidence, links=LINK, note="ปรับปรุง", by=year.collector)
    assert (the(year).revision.number, the(year).verified_by) == (2, year.collector)
    assert the(year).brought_from is not None
    # The year before goes on citing what was judged then.
    old.lock()
    revise(the(year, "รายงาน").evidence, links=LINK, note="ปรับปรุง", by=year.collector)
    assert old.item.citations.kept().get(evidence__title="รายงาน").revision.number == 1


def test_joining_re_verifies_nothing(year, old):
    bring_all(year, old)
    old.item.citations.update(removed_at=clock.now(), removed_by=year.collector)
    pieces = [row.evidence for row in year.item.citations.order_by("pk")]
    joined = join_evidence(pieces, title="รวมเล่ม", by=year.collector)
    assert list(year.item.citations.kept().to_verify()) == [the(year, "รวมเล่ม")]
    separate_evidence(joined, pieces, by=year.collector)
    assert year.item.citations.kept().to_verify().count() == 2


# -- where it is seen -----------------------------------------------------------------
def test_handing_in_over_it_needs_a_reason_which_stays_in_sight(year, old):
    bring_all(year, old)
    save_item(year.item, **TEXTS, version=0, by=year.collector)
    with pytest.raises(RuleBroken, match="2"):
        hand_in(year.item, by=year.collector)
    assert hand_in(year.item, by=year.collector, why="รอต้นฉบับ").unverified_why == "รอต้นฉบับ"
    assert Event.objects.filter(verb="item.hand_in").last().why == "รอต้นฉบับ"
    assert take_back(year.item, by=year.collector).unverified_why == ""
    for row in year.item.citations.to_verify():
        verify(row, by=year.collector)
    assert hand_in(year.item, by=year.collector, why="ไม่จำเป็น").unverified_why == ""


def test_progress_and_scorers_see_what_is_still_to_be_re_verified(year, old):
    bring_all(year, old)
    verify(the(year), by=year.collector)
    counts = progress_of(year.assessment).counts
    assert (counts.brought, counts.to_verify) == (2, 1)
    pieces = cited_pieces(Citation.objects.kept().filter(item=year.item))[year.item.pk]
    assert [piece.to_verify for piece in pieces] == [None, 2559]


# -- which year -----------------------------------------------------------------------
def test_the_nearest_earlier_year_with_the_code_is_asked_whatever_its_edition(year):
    make_earlier_year(year, 2555)
    other = make_edition(1, 1, 1, code="other")
    type(other.standards.first().indicators.first().considerations.first()).objects.filter(
        indicator__standard__edition=other
    ).update(title="ชื่อเดิม")
    make_earlier_year(year, 2557, edition=other)
    found = earlier_year(year.item)
    assert (found.year, found.title_differs, found.pieces) == (2557, True, [])
    # 1.1.2 is not in that edition.
    found = earlier_year(year.items[1])
    assert (found.year, found.title_differs) == (2555, False)


def test_without_an_earlier_year_there_is_nothing_to_bring(year, django_assert_num_queries):
    make_earlier_year(year, 2561)
    with django_assert_num_queries(1):
        assert earlier_year(year.item) is None
    with pytest.raises(MoveRefused):
        bring(year.item, [1], by=year.collector)


def test_dates_outside_this_year_are_warned_of(year, old):
    evidence = old.item.citations.get(evidence__title="แผน").evidence
    type(evidence).objects.filter(pk=evidence.pk).update(document_date=date(2016, 3, 1))
    pieces = {piece.title: piece.outside for piece in earlier_year(year.item).pieces}
    assert (bool(pieces["แผน"]), pieces["รายงาน"]) == (True, "")


def test_one_piece_or_thirty_cost_the_same(year, django_assert_num_queries):
    old = make_earlier_year(year)
    for number in range(30):
        make_evidence(
            year.office,
            by=year.collector,
            title=f"แผน {number}",
            items=[old.item],
            name=f"{number}.pdf",
        )
        if number in (0, 29):
            with django_assert_num_queries(5):
                assert len(earlier_year(year.item).pieces) == number + 1
