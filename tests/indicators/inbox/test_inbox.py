"""The inbox: anybody puts in, all year; who collects sorts it."""

from datetime import date, timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.evidence.blobs import store
from indicators.evidence.evidence import remove_evidence
from indicators.models import Citation, Evidence, InboxEntry
from indicators.narratives.inbox.codes import clean_code, codes_around
from indicators.narratives.inbox.putting import put
from indicators.narratives.inbox.queries import (
    entries_to_sort,
    of_year,
    sort_rows,
    sorter_of,
    waiting_for,
)
from indicators.narratives.inbox.sorting import address, cite_from, set_aside, unsort
from indicators.states import ItemState, Sorted
from tests.factories.content import make_entry, make_evidence
from tests.factories.files import make_pdf, make_upload
from tests.factories.people import make_office, make_person

DAY = date(2017, 2, 3)


@pytest.fixture
def entry(year):
    """A file for 1.1.1 that lies in the inbox."""
    return make_entry(year.office, by=year.staff, code="1.1.1", event_on=DAY, note="เปิดงาน")


# -- putting in -----------------------------------------------------------------------
def test_everybody_puts_in_and_it_is_evidence_of_the_day(year, entry):
    evidence = entry.evidence
    assert (evidence.document_date, evidence.created_by) == (DAY, year.staff)
    assert (entry.for_code, entry.note, entry.sorted_how) == ("1.1.1", "เปิดงาน", "")
    assert Event.objects.get(verb="inbox.put").fiscal_year == 2560
    assert not Citation.objects.exists()


def test_it_needs_no_year_at_all(db, blob_root):
    office = make_office("skn1")
    entry = make_entry(office, by=make_person(office), code="๒.๑ การบริหาร")
    assert (entry.for_code, entry.event_on) == ("2.1", clock.today())


def test_the_same_twice_lies_there_once(year, entry):
    blob = entry.evidence.revisions.get().files.get().blob
    again = put(year.office, name="อีกชื่อ.pdf", blob=blob, for_code="1.1.1", by=year.member)
    assert (again.already, again.entry) == (True, entry)
    other = put(year.office, name="อีกชื่อ.pdf", blob=blob, for_code="1.2", by=year.member)
    assert (other.already, other.entry.evidence) == (False, entry.evidence)
    assert Evidence.objects.count() == 1


def test_strangers_and_the_future_are_refused(year):
    stranger = make_person(make_office("skn1"))
    blob = store(make_upload("ก.pdf", make_pdf()), office=year.office, by=year.staff)
    with pytest.raises(NotAllowed):
        put(year.office, name="ก.pdf", blob=blob, by=stranger)
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(RuleBroken):
        put(year.office, name="ก.pdf", blob=blob, event_on=tomorrow, by=year.staff)
    assert not InboxEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", ""), ("  ๑.๒.๓ ", "1.2.3"), ("2.1 การบริหาร", "2.1"), ("2.1.", "2.1")],
    ids=["nothing", "Thai digits", "with its title", "with a full stop"],
)
def test_codes_are_read_as_people_write_them(typed, code):
    assert clean_code(typed) == code


@pytest.mark.parametrize("typed", ["การบริหาร", "1/2", "1" * 21, "2.1:x"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(RuleBroken):
        clean_code(typed)


def test_an_indicator_and_its_considerations_are_asked_for_together(year):
    edition = year.assessment.edition
    assert codes_around(edition, "1.1") == ["1.1", "1.1.1", "1.1.2"]
    assert codes_around(edition, "1.1.2") == ["1.1.2", "1.1"]
    assert codes_around(edition, "9") == ["9"]


# -- sorting --------------------------------------------------------------------------
def test_cited_with_its_note_and_undone(year, entry):
    citation = cite_from(entry, year.item, by=year.collector)
    assert (citation.evidence, citation.note) == (entry.evidence, "เปิดงาน")
    assert (entry.sorted_how, entry.sorted_by) == (Sorted.CITED, year.collector)
    with pytest.raises(MoveRefused, match="สมหญิง"):  # the second of two
        cite_from(entry, year.items[1], by=year.collector)
    with pytest.raises(MoveRefused, match="สมหญิง"):
        set_aside(entry, why="ซ้ำ", by=year.coordinator)
    unsort(entry, by=year.collector)
    assert (entry.sorted_at, year.item.citations.kept().count()) == (None, 0)
    with pytest.raises(MoveRefused):
        unsort(entry, by=year.collector)


def test_what_was_cited_before_stays_when_the_sorting_is_undone(year):
    evidence = make_evidence(year.office, by=year.collector, items=[year.item])
    blob = evidence.revisions.get().files.get().blob
    entry = put(year.office, name="แผน.pdf", blob=blob, for_code="1.1.1", by=year.staff).entry
    assert cite_from(entry, year.item, by=year.collector) == evidence.citations.get()
    unsort(entry, by=year.collector)
    assert year.item.citations.kept().count() == 1


def test_an_undo_comes_too_late(year, entry, time_machine_at):
    cite_from(entry, year.item, by=year.collector)
    time_machine_at(clock.now() + timedelta(minutes=31))
    with pytest.raises(MoveRefused):
        unsort(entry, by=year.collector)


def test_only_writers_cite_and_only_what_is_written(year, entry):
    with pytest.raises(NotAllowed):
        cite_from(entry, year.item, by=year.coordinator)
    type(year.item).objects.filter(pk=year.item.pk).update(state=ItemState.HANDED_IN)
    with pytest.raises(MoveRefused):
        cite_from(entry, year.item, by=year.collector)
    assert not Citation.objects.exists()


def test_set_aside_with_a_reason_and_put_back(year, entry):
    with pytest.raises(RuleBroken):
        set_aside(entry, why=" ", by=year.collector)
    set_aside(entry, why="ภาพไม่ชัด", by=year.collector)
    assert (entry.sorted_how, entry.why) == (Sorted.ASIDE, "ภาพไม่ชัด")
    assert Evidence.objects.kept().count() == 1
    unsort(entry, by=year.collector)
    assert list(InboxEntry.objects.waiting()) == [entry]


def test_passed_on_to_another_code(year, entry):
    assert address(entry, "1.2", by=year.coordinator) == "1.1.1"
    assert waiting_for(year.assessment, ["1.2"]) == 1
    blob = entry.evidence.revisions.get().files.get().blob
    twin = put(year.office, name="ก.pdf", blob=blob, for_code="1.1.1", by=year.staff).entry
    with pytest.raises(MoveRefused):  # the same lies there for it
        address(twin, "1.2", by=year.coordinator)


def test_who_neither_put_it_in_nor_writes_what_it_is_for_sorts_nothing(year, entry):
    for act in (
        lambda by: set_aside(entry, why="ไม่ใช้", by=by),
        lambda by: address(entry, "1.2", by=by),
    ):
        for person in (year.member, year.director):
            with pytest.raises(NotAllowed):
                act(person)
    address(entry, "9.9", by=year.staff)
    with pytest.raises(NotAllowed):  # nobody writes 9.9
        set_aside(entry, why="ไม่ใช้", by=year.collector)


def test_what_was_removed_waits_no_more(year, entry):
    remove_evidence(entry.evidence, by=year.staff, why="ผิดคน")
    assert not InboxEntry.objects.waiting().exists()
    with pytest.raises(MoveRefused):
        cite_from(entry, year.item, by=year.collector)


# -- reading --------------------------------------------------------------------------
def test_what_happens_after_the_year_waits_for_the_next_one(year, entry):
    make_entry(year.office, by=year.staff, event_on=date(2017, 10, 1), name="ปีหน้า.pdf")
    assert list(of_year(year.assessment)) == [entry]


def test_one_entry_or_thirty_cost_the_same(year, django_assert_num_queries):
    for number in range(30):
        name = f"{number}.pdf"
        make_entry(year.office, by=year.staff, code="1.1.1", event_on=DAY, name=name)
        if number in (0, 29):
            codes_around(year.assessment.edition, "1.1")  # the edition is read once
            sorter = sorter_of(year.assessment, year.collector, clock.today())
            with django_assert_num_queries(3):
                entries = entries_to_sort(year.assessment, "1.1", done=False)
                rows = sort_rows(entries, sorter, year.assessment)
            assert len(rows) == number + 1
            assert rows[0].may_sort
            assert rows[0].places[0].code == "1.1.1"
