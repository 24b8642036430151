"""What must be there is said by edition and office; a citation ticks it as long as it stands."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.assessments import open_assessment
from indicators.catalogue.checklists import checklists, ticks
from indicators.catalogue.checklists.queries import checklist_of, checklists_of, shown_checklist
from indicators.catalogue.editions import import_edition
from indicators.evidence.bringing import join_evidence, separate_evidence
from indicators.evidence.citations import cite, restore_citation, withdraw_citation
from indicators.evidence.evidence import remove_evidence, restore_evidence, revise
from indicators.models import ChecklistRow, ChecklistTick, Citation
from indicators.narratives.items import hand_in, save_item, take_back
from tests.factories.content import make_evidence
from tests.factories.crowd import together
from tests.factories.indicators import make_edition_text
from tests.factories.loading import load_again
from tests.indicators.catalogue.checklists.required import require_pieces

PLAN, ORDER = "แผนพัฒนาการศึกษา", "คำสั่งแต่งตั้งคณะทำงาน"


@pytest.fixture
def item(year):
    return load_again(year.item)


@pytest.fixture
def rows(item):
    return require_pieces(item, PLAN, ORDER)


@pytest.fixture
def cited(year, item):
    make_evidence(year.office, by=year.collector, title=PLAN, items=[item])
    return Citation.objects.get()


def here(item):
    """How many pieces are there, of how many."""
    found = checklist_of(item)
    return found.there, found.total


# -- from the edition ------------------------------------------------------------------
def test_a_year_begins_with_what_its_edition_requires(office, by):
    text = make_edition_text(1, 1, 2).replace(
        "source: draft, weight: 1}",
        f"source: draft, weight: 1, evidence: [{{title: {PLAN}, source: draft}}, "
        f"{{title: {ORDER}, source: public}}]}}",
    )
    edition, _created = import_edition(text)
    assessment = open_assessment(office, fiscal_year=2560, edition=edition, by=by)
    first, second = assessment.items.in_order()
    assert [(row.title, row.draft) for row in checklist_of(first).rows] == [
        (PLAN, True),
        (ORDER, False),
    ]
    assert checklist_of(second).rows == []
    assert list(checklists_of(item__assessment=assessment)) == [first.pk]


# -- ticked by citations ---------------------------------------------------------------
def test_a_citation_ticks_a_piece_as_long_as_it_stands(year, item, rows, cited):
    assert here(item) == (0, 2)
    assert ticks.tick(rows[0], cited, by=year.collector)
    assert here(item) == (1, 2)
    assert not ticks.tick(rows[0], cited, by=year.collector)  # a second click
    assert Event.objects.filter(verb="checklist.tick").count() == 1
    withdraw_citation(cited, by=year.collector)
    assert here(item) == (0, 2)
    cited.refresh_from_db()
    restore_citation(cited, by=year.collector)
    assert here(item) == (1, 2)
    remove_evidence(cited.evidence, by=year.collector, why="ซ้ำ")
    assert here(item) == (0, 2)
    restore_evidence(load_again(cited.evidence), by=year.collector)
    assert here(item) == (1, 2)
    ticks.untick(rows[0], cited, by=year.collector)
    assert here(item) == (0, 2)
    with pytest.raises(MoveRefused):
        ticks.untick(rows[0], cited, by=year.collector)


def test_a_tick_goes_along_when_a_newer_revision_is_cited(year, item, rows, cited):
    ticks.tick(rows[0], cited, by=year.collector)
    revision = revise(
        cited.evidence, links=[("https://www.example.go.th/", "")], note="ปรับปรุง", by=year.collector
    )
    cite(item, revision, by=year.collector)
    assert here(item) == (1, 2)
    now = Citation.objects.kept().get()
    assert now.pk != cited.pk
    assert list(ChecklistTick.objects.filter(citation=now).values_list("row", flat=True)) == [
        rows[0].pk
    ]


def test_ticks_go_along_when_pieces_are_joined_and_separated(year, item, rows, cited):
    other = make_evidence(
        year.office, by=year.collector, title=ORDER, name="คำสั่ง.pdf", items=[item]
    )
    ticks.tick(rows[0], cited, by=year.collector)
    ticks.tick(rows[1], other.citations.get(), by=year.collector)
    joined = join_evidence([cited.evidence, other], title="รวม", by=year.collector)
    assert here(item) == (2, 2)
    assert set(ChecklistTick.objects.filter(citation__evidence=joined).values_list("row")) == {
        (row.pk,) for row in rows
    }
    separate_evidence(joined, [load_again(cited.evidence), load_again(other)], by=year.collector)
    assert [row.ticked for row in checklist_of(item).rows] == [
        [cited.pk],
        [other.citations.get().pk],
    ]


def test_evidence_is_cited_and_ticked_at_once(year, item, rows):
    evidence = make_evidence(year.office, by=year.staff)
    cite(item, evidence.revisions.get(), row=rows[1], by=year.collector)
    assert checklist_of(item).missing[0].title == PLAN
    assert here(item) == (1, 2)


def test_only_a_citation_of_the_same_consideration_ticks(year, rows):
    other = load_again(year.items[1])
    make_evidence(year.office, by=year.collector, items=[other])
    with pytest.raises(MoveRefused):
        ticks.tick(rows[0], Citation.objects.get(), by=year.collector)
    assert not ChecklistTick.objects.exists()


def test_who_may_tick_and_when(year, item, rows, cited):
    for stranger in (year.coordinator, year.director, year.staff):
        with pytest.raises(NotAllowed):
            ticks.tick(rows[0], cited, by=stranger)
    save_item(
        item, narrative="ทำแล้ว", result="", no_evidence_reason="", version=0, by=year.collector
    )
    hand_in(item, by=year.collector)
    with pytest.raises(MoveRefused):
        ticks.tick(rows[0], cited, by=year.collector)
    take_back(item, by=year.collector)
    ticks.tick(rows[0], cited, by=year.collector)
    year.lock()
    with pytest.raises(MoveRefused):
        ticks.untick(rows[0], cited, by=year.collector)


def test_handing_in_records_how_much_is_missing_and_refuses_nothing(year, item, rows, cited):
    ticks.tick(rows[0], cited, by=year.collector)
    save_item(
        item, narrative="ทำแล้ว", result="", no_evidence_reason="", version=0, by=year.collector
    )
    hand_in(item, by=year.collector)
    assert Event.objects.get(verb="item.hand_in").after["required_missing"] == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_tick_the_same_at_once_tick_it_once(year):
    item = load_again(year.item)
    (row,) = require_pieces(item, PLAN)
    make_evidence(year.office, by=year.collector, items=[item])
    citation = Citation.objects.get()
    done = together(4, lambda _n: ticks.tick(load_again(row), citation, by=year.collector))
    assert sorted(done) == [False, False, False, True]
    assert ChecklistTick.objects.count() == 1


# -- what the office adds ---------------------------------------------------------------
def test_the_office_adds_a_piece_once_and_takes_it_off_and_back(year, item, rows, cited):
    row, made = checklists.add_row(item, title="  ภาพถ่ายกิจกรรม ", by=year.coordinator)
    assert made
    assert row.title == "ภาพถ่ายกิจกรรม"
    assert checklists.add_row(item, title="ภาพถ่ายกิจกรรม", by=year.collector) == (row, False)
    assert checklists.add_row(item, title=PLAN, by=year.collector) == (rows[0], False)
    ticks.tick(row, cited, by=year.collector)
    assert here(item) == (1, 3)
    checklists.remove_row(row, by=year.collector)
    assert here(item) == (0, 2)
    with pytest.raises(MoveRefused):
        checklists.remove_row(row, by=year.collector)
    checklists.restore_row(load_again(row), by=year.coordinator)
    assert here(item) == (1, 3)
    verbs = Event.objects.filter(verb__startswith="checklist.").order_by("pk")
    assert [event.verb.partition(".")[2] for event in verbs] == ["add", "tick", "remove", "restore"]


def test_a_piece_taken_off_long_ago_or_added_anew_does_not_come_back(year, item):
    row, _made = checklists.add_row(item, title="ภาพถ่าย", by=year.coordinator)
    checklists.remove_row(row, by=year.coordinator)
    checklists.add_row(item, title="ภาพถ่าย", by=year.coordinator)
    with pytest.raises(MoveRefused):
        checklists.restore_row(load_again(row), by=year.coordinator)
    long_ago = clock.now() - UNDO_FOR - timedelta(minutes=1)
    ChecklistRow.objects.filter(pk=row.pk).update(removed_at=long_ago)
    with pytest.raises(MoveRefused):
        checklists.restore_row(load_again(row), by=year.coordinator)


def test_what_the_edition_requires_is_not_taken_off(year, rows):
    with pytest.raises(MoveRefused):
        checklists.remove_row(rows[0], by=year.coordinator)


@pytest.mark.parametrize("title", ["", "  ", "\u200b"])
def test_a_piece_has_a_name(year, item, title):
    with pytest.raises(RuleBroken):
        checklists.add_row(item, title=title, by=year.coordinator)


def test_who_may_add(year, item):
    for stranger in (year.director, year.staff, year.member):
        with pytest.raises(NotAllowed):
            checklists.add_row(item, title="ภาพถ่าย", by=stranger)
    year.lock()
    with pytest.raises(MoveRefused):
        checklists.add_row(load_again(item), title="ภาพถ่าย", by=year.coordinator)


def test_a_list_does_not_grow_without_end(year, item, monkeypatch):
    monkeypatch.setattr(checklists, "MOST", 2)
    for title in ("หนึ่ง", "สอง"):
        checklists.add_row(item, title=title, by=year.coordinator)
    with pytest.raises(RuleBroken):
        checklists.add_row(item, title="สาม", by=year.coordinator)


# -- what does not apply ------------------------------------------------------------------
def test_a_piece_that_does_not_apply_is_not_counted_and_keeps_its_reason(year, item, rows):
    with pytest.raises(RuleBroken):
        checklists.excuse(rows[0], why=" ", by=year.collector)
    checklists.excuse(rows[0], why="เขตไม่มีโรงเรียนขยายโอกาส", by=year.collector)
    found = checklist_of(item)
    assert (found.there, found.total) == (0, 1)
    assert [row.excused_why for row in found.excused] == ["เขตไม่มีโรงเรียนขยายโอกาส"]
    with pytest.raises(MoveRefused):
        checklists.excuse(rows[0], why="อีกครั้ง", by=year.coordinator)
    checklists.expect(rows[0], by=year.coordinator)
    assert here(item) == (0, 2)
    with pytest.raises(MoveRefused):
        checklists.expect(rows[0], by=year.coordinator)
    assert Event.objects.get(verb="checklist.excuse").why == "เขตไม่มีโรงเรียนขยายโอกาส"


def test_a_piece_that_comes_after_all_applies(year, item, rows, cited):
    checklists.excuse(rows[0], why="ไม่มี", by=year.collector)
    ticks.tick(rows[0], cited, by=year.collector)
    assert (here(item), checklist_of(item).excused) == ((1, 2), [])
    ticks.untick(rows[0], cited, by=year.collector)
    assert here(item) == (0, 2)


# -- the page ---------------------------------------------------------------------------
class Shown:
    """A citation as the page has it."""

    def __init__(self, pk, title):
        self.pk, self.title, self.serves = pk, title, []


def test_a_piece_is_proposed_by_its_name_and_never_ticked_by_it(year, item, rows, cited):
    shown = shown_checklist(item, [Shown(cited.pk, "แผนพัฒนา การศึกษา 2560")], keeps=False)
    assert [row.likely and row.likely.pk for row in shown.rows] == [cited.pk, None]
    assert here(item) == (0, 2)
    ticks.tick(rows[1], cited, by=year.collector)
    citation = Shown(cited.pk, "แผนพัฒนาการศึกษา")
    shown = shown_checklist(item, [citation], keeps=False)
    assert [piece.title for piece in citation.serves] == [ORDER]
    assert [row.likely for row in shown.rows] == [None, None]  # it is something already


def test_what_the_office_added_last_year_is_proposed(year, item):
    checklists.add_row(item, title="ภาพถ่ายกิจกรรม", by=year.coordinator)
    later = open_assessment(
        year.office, fiscal_year=2561, edition=year.assessment.edition, by=year.coordinator
    )
    same = load_again(later.items.get(consideration=item.consideration))
    assert shown_checklist(same, [], keeps=True).before == ["ภาพถ่ายกิจกรรม"]
    assert shown_checklist(same, [], keeps=False).before == []
    checklists.add_row(same, title="ภาพถ่ายกิจกรรม", by=year.coordinator)
    assert shown_checklist(same, [], keeps=True).before == []


def test_any_number_of_lists_is_one_query(year, django_assert_num_queries):
    for item in year.items:
        require_pieces(item, PLAN, ORDER)
    with django_assert_num_queries(1):
        found = checklists_of(item__assessment=year.assessment)
    assert [len(one.rows) for one in found.values()] == [2] * len(year.items)
