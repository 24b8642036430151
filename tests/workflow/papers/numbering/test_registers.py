"""Registers of numbers as they fill up: any office, register and year, whatever is typed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import thai
from core.refusals import RuleBroken
from people.models import Office
from tests.factories.people import make_office
from tests.factories.workflow import make_proposal
from workflow.models import IssuedNumber
from workflow.papers.numbering import is_taken, issue, next_number, plain
from workflow.states import ProposalKind, Register

DAYS = [date(2016, 12, 31), date(2017, 1, 1), date(2017, 10, 1)]
TYPED = st.sampled_from(["", "", "", "7", "๗", "007", "12ก", "สพป. 3", "40"])
ENTRIES = st.lists(
    st.tuples(st.booleans(), st.sampled_from(Register.values), st.sampled_from(DAYS), TYPED),
    max_size=8,
)


def given_order(cycle, by):
    """An order to be entered in a register."""
    return make_proposal(cycle, ProposalKind.ORDER, by=by, state="returned")


def enter(cycle, by, office, register, day, typed):
    order = given_order(cycle, by)
    order.cycle.assessment.office = office
    return issue(order, Register(register), dated=day, typed=typed)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(entries=ENTRIES)
def test_registers_fill_as_a_clerk_with_books_would_fill_them(cycle, cast, entries):
    """One book per office, register and year; each counted on its own."""
    office, other = Office.objects.get(pk=cycle.assessment.office_id), make_office("skn1")
    books = {}
    with transaction.atomic():
        for mine, register, day, typed in entries:
            whose = office if mine else other
            book = books.setdefault((whose.pk, register, thai.be_year(day)), [])
            number = plain(typed)
            if typed and number in book:
                with pytest.raises(RuleBroken) as refusal, transaction.atomic():
                    enter(cycle, cast.coordinator, whose, register, day, typed)
                assert f"{number}/{thai.be_year(day)}" in refusal.value.message
                continue
            highest = max((int(n) for n in book if n.isdecimal()), default=0)
            given_number = enter(cycle, cast.coordinator, whose, register, day, typed)
            assert given_number == (number if typed else str(highest + 1))
            book.append(given_number)
        for (pk, register, be_year), book in books.items():
            rows = IssuedNumber.objects.filter(office=pk, register=register, year=be_year)
            assert sorted(rows.values_list("number", flat=True)) == sorted(book)
            assert len(set(book)) == len(book)
        cycle.assessment.office = office
        transaction.set_rollback(True)


def test_new_year_begins_a_new_book_and_the_fiscal_year_does_not(cycle, cast):
    """Numbers follow the calendar year, although the work follows the fiscal one."""
    office = cycle.assessment.office
    given_numbers = [
        enter(cycle, cast.coordinator, office, Register.ORDER, day, "")
        for day in (date(2016, 9, 30), date(2016, 10, 1), date(2016, 12, 31), date(2017, 1, 1))
    ]
    assert given_numbers == ["1", "2", "3", "1"]


def test_whether_a_number_was_typed_is_kept(cycle, cast):
    office = cycle.assessment.office
    for typed in ("", "9", " "):
        enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], typed)
    rows = IssuedNumber.objects.order_by("pk").values_list("number", "typed")
    assert list(rows) == [("1", False), ("9", True), ("10", False)]


def test_the_database_too_refuses_a_second_row(cycle, cast):
    enter(cycle, cast.coordinator, cycle.assessment.office, Register.MEMO, DAYS[0], "5")
    row = IssuedNumber.objects.get()
    row.pk = None
    row.proposal = given_order(cycle, cast.coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("typed", ["5", "๕", "005", " 5 ", "๐๐๕"])
def test_a_number_is_taken_however_it_is_written(cycle, cast, typed):
    office = cycle.assessment.office
    enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], "5")
    assert is_taken(office, typed, DAYS[0])
    assert not is_taken(office, typed, DAYS[1])
    assert not is_taken(office, typed, DAYS[0], Register.MEMO)


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("8 ก", "8ก"), ("ว147", "ว ๑๔๗"), ("พิเศษ 012", "พิเศษ 12"), ("No.147", "NO.0147")],
)
def test_nor_with_letters_beside_it(cycle, cast, kept, typed):
    office = cycle.assessment.office
    enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], kept)
    assert is_taken(office, typed, DAYS[0])
    with pytest.raises(RuleBroken), transaction.atomic():
        enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], typed)


@pytest.mark.parametrize("typed", ["2 1 ก", "147/1", "148", "สพป.2 147"])
def test_another_number_is_free(cycle, cast, typed):
    office = cycle.assessment.office
    for kept in ("21 ก", "147", "1481", "สพป.2147"):
        enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], kept)
    assert not is_taken(office, typed, DAYS[0])


def test_a_refused_number_leaves_no_gap(cycle, cast):
    office = cycle.assessment.office
    enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], "")
    with pytest.raises(RuleBroken), transaction.atomic():
        enter(cycle, cast.coordinator, office, Register.ORDER, DAYS[0], "1")
    assert next_number(office, DAYS[0]) == "2"
