"""Registers of numbers: per office, register and calendar year, digits of either kind."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.refusals import RuleBroken
from tests.factories.people import make_office
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_cycle,
    make_proposal,
    make_proposed,
)
from workflow.models import IssuedNumber
from workflow.papers import decisions
from workflow.papers.numbering import (
    checked,
    is_taken,
    issue,
    next_number,
    plain,
    proposed_number,
)
from workflow.states import ProposalKind, Register

DAY = date(2017, 1, 5)


def _order(office, cast):
    """An order as a plain row, to be entered in a register."""
    cycle = make_cycle(office, 2500 + IssuedNumber.objects.count() + 1, by=cast.coordinator)
    return make_proposal(cycle, ProposalKind.ORDER, by=cast.coordinator)


@pytest.fixture
def endorsed(office, cast):
    cycle = make_cycle(office, by=cast.coordinator)
    assign_all(cycle, cast.staff)
    proposal = make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    return proposal


def test_next_number_of_a_year_without_numbers_is_one(office):
    assert next_number(office, date(2016, 12, 1)) == "1"


@pytest.mark.parametrize("number", ["214", "๒๑๔", "0214"])
def test_next_number_follows_the_highest_of_register_and_calendar_year(office, cast, number):
    issue(_order(office, cast), Register.ORDER, dated=date(2016, 12, 1), typed=number)
    assert next_number(office, date(2016, 12, 30)) == "215"
    assert next_number(office, date(2016, 12, 30), Register.MEMO) == "1"
    assert next_number(office, date(2017, 1, 4)) == "1"
    assert next_number(make_office("skn1"), date(2016, 12, 30)) == "1"


def test_next_number_passes_over_numbers_with_letters(office, cast):
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed="7")
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed="พิเศษ 99")
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed="8 ก")
    assert next_number(office, DAY) == "8"


@pytest.mark.parametrize(
    ("register", "proposed", "last"),
    [
        (["147"], "148", "147/2560"),
        (["๑๔๗"], "148", "147/2560"),
        (["9", "10", "8"], "11", "10/2560"),
        (["7", "พิเศษ 99", "8 ก"], "8", "7/2560"),
        (["ศธ 04188/523"], "ศธ 04188/524", "ศธ 04188/523/2560"),
        (["สพป.12", "สพป.๓"], "สพป.13", "สพป.12/2560"),
        (["สพป.12", "มค 5"], "มค 6", "มค 5/2560"),
        (["พิเศษ 012"], "พิเศษ 013", "พิเศษ 012/2560"),
        (["พิเศษ 099"], "พิเศษ 100", "พิเศษ 099/2560"),
        (["ว 147", "ว146"], "ว 148", "ว 147/2560"),
        (["999999999"], "", "999999999/2560"),
        (["สพป.สกลนคร เขต 2/999"], "", "สพป.สกลนคร เขต 2/999/2560"),
        (["ก"], "", "ก/2560"),
        ([], "", ""),
    ],
)
def test_what_a_register_of_typed_numbers_proposes(office, cast, register, proposed, last):
    for number in register:
        issue(_order(office, cast), Register.ORDER, dated=DAY, typed=number)
    found = proposed_number(office, DAY)
    assert (found.number, found.year, found.last) == (proposed, 2560, last)


@pytest.mark.parametrize(
    "kept", ["147/2560", "147/60", "147/2559", "147/59", "147/2560/2560", "147-2560", "147/ 2560"]
)
def test_a_number_kept_with_a_year_counts_as_one_without(office, cast, kept):
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed="3")
    IssuedNumber.objects.update(number=kept)
    found = proposed_number(office, DAY)
    assert (found.number, found.last) == ("148", "147/2560")
    assert next_number(office, DAY) == "148"
    for typed in ("147", "๑๔๗/๒๕๖๐", "147/60"):
        assert is_taken(office, typed, DAY)
    assert not is_taken(office, "148", DAY)


@pytest.mark.parametrize(
    ("typed", "follows"),
    [
        ("ศธ 04188/59", "ศธ 04188/60"),
        ("ศธ ๐๔๑๘๘/๒๕๕๙", "ศธ 04188/2560"),
        ("สพป.12/59", "สพป.12/60"),
    ],
)
def test_behind_the_code_of_an_office_stands_the_number(office, cast, typed, follows):
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed=typed)
    assert proposed_number(office, DAY).number == follows
    assert checked(follows, dated=DAY) == follows


def test_the_book_of_a_new_year_proposes_nothing_and_names_the_last_number(office, cast):
    issue(_order(office, cast), Register.ORDER, dated=date(2016, 12, 21), typed="147")
    found = proposed_number(office, date(2017, 7, 1))
    assert (found.number, found.last) == ("", "147/2559")
    assert proposed_number(make_office("skn1"), DAY).last == ""


def test_taken_numbers_are_refused_with_the_number_named(office, cast):
    issue(_order(office, cast), Register.ORDER, dated=DAY, typed="12")
    assert is_taken(office, "๑๒", DAY)
    assert not is_taken(office, "12", date(2018, 1, 5))
    assert not is_taken(office, "12", DAY, Register.MEMO)
    with pytest.raises(RuleBroken) as refused:
        issue(_order(office, cast), Register.ORDER, dated=DAY, typed=" ๐๑๒ ")
    assert "12/2560" in refused.value.message
    assert refused.value.field == "number"


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "๐๐",
        "1" * 21,
        "1234567890",
        "ก" * 21,
        "12\u202e",
        "1\n<b>",
        "12/2560",
        "๑๒/๒๕๖๐",
        "+5",
        "-5",
        "(5)",
        "/5",
        "5/",
        "5-",
        "1e3",
        "1E-3",
        "147/BE",
        "147/พ.ศ.",
        "12//3",
        "ศธ 04188/",
        "abc",
        "ที่",
        "คำสั่งที่",
        "ยังไม่ทราบ",
    ],
)
def test_checked_refuses_what_is_no_number_of_a_register(typed):
    with pytest.raises(RuleBroken) as refused:
        checked(typed, Register.MEMO, dated=DAY)
    assert refused.value.field == "memo_number"


@pytest.mark.parametrize(
    "typed",
    [
        "147/2559",
        "147/๒๕๖๐",
        "147 / 2560",
        "147/2560/2560",
        "147/2017",
        "147/60",
        "๑๔๗/๖๐",
        "147/59",
        "147/พ.ศ. 2560",
        "147 พ.ศ.2560",
        "147-2560",
        "147 (2560)",
        "147/BE2560",
        "ที่ 147/2560",
        "๐๐๑๔๗/๒๕๖๐",
    ],
)
def test_checked_asks_for_the_number_without_its_year(typed):
    with pytest.raises(RuleBroken, match="147 ") as refused:
        checked(typed, dated=DAY)
    assert refused.value.field == "number"


@pytest.mark.parametrize("typed", ["พิเศษ 3/60", "8 ก/2560", "ศธ 04188/523/2560", "ว 12/60"])
def test_nor_behind_other_numbers(typed):
    with pytest.raises(RuleBroken, match=typed.rpartition("/")[0]):
        checked(typed, dated=DAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("๑๔๗", "147"),
        (" 007 ", "7"),
        ("ศธ ๐๔๑๓๗/๑๒", "ศธ 04137/12"),
        ("12-1", "12-1"),
        ("12-25", "12-25"),
        ("พิเศษ ๓", "พิเศษ 3"),
        ("ว 12", "ว 12"),
        ("ศธ 04123 / ว 12", "ศธ 04123/ว 12"),
        ("12/1", "12/1"),
        ("12/ก", "12/ก"),
        ("2560", "2560"),
        ("กค 0401.2/ว 60", "กค 0401.2/ว 60"),
        ("ก", "ก"),
        # What the paper prints before the number is not printed twice.
        ("ที่ ๑๔๗", "147"),
        ("เลขที่ 0147", "147"),
        ("คำสั่งที่147", "147"),
        ("คำสั่ง ที่ ศธ 04137/12", "ศธ 04137/12"),
        ("ที่ ที่ 8 ก", "8 ก"),
        ("คำสั่ง 147", "147"),
        ("เลขที่คำสั่ง ๑๔๗", "147"),
        ("คำสั่ง พิเศษ 3", "พิเศษ 3"),
        ("คำสั่งลับ 3", "คำสั่งลับ 3"),
        ("ที่ 147.", "147"),
        ("ที่ดิน 5", "ที่ดิน 5"),
    ],
)
def test_checked_keeps_one_way_of_writing(typed, kept):
    assert checked(typed, dated=DAY) == kept


@given(st.text(alphabet="0123456789๐๑๒๓๔๕๖๗๘๙ กขคABC./-()ที่", min_size=1, max_size=30))
def test_checked_is_plain_and_checking_again_changes_nothing(typed):
    try:
        number = checked(typed, dated=DAY)
    except RuleBroken:
        return
    assert checked(number, dated=DAY) == number == plain(number)
    assert 1 <= len(number) <= 20
    assert not set(number) & set("๐๑๒๓๔๕๖๗๘๙")


@given(st.integers(1, 999_999_999))
def test_digits_of_either_kind_are_one_number(value):
    thai = str(value).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert checked(thai, dated=DAY) == checked(f"00{value}"[-9:], dated=DAY) == str(value)


# -- at approval ------------------------------------------------------------------------
def test_approve_counts_both_numbers_when_none_is_typed(office, cast, endorsed):
    decisions.approve(endorsed, by=cast.director)
    approved = load_proposal(endorsed.pk)
    assert (approved.number, approved.memo_number) == ("1", "1")
    rows = IssuedNumber.objects.filter(proposal=approved).values_list("register", "typed")
    assert sorted(rows) == [("memo", False), ("order", False)]


def test_approve_takes_typed_numbers_and_refuses_taken_ones(office, cast, endorsed):
    other = _order(office, cast)
    issue(other, Register.ORDER, dated=clock.today(), typed="12")
    issue(other, Register.MEMO, dated=clock.today(), typed="30")
    for typed in ({"number": "๑๒"}, {"memo_number": "30"}):
        with pytest.raises(RuleBroken) as refused:
            decisions.approve(endorsed, by=cast.director, **typed)
        assert [refused.value.field] == list(typed)
    assert not IssuedNumber.objects.filter(proposal=endorsed).exists(), "no gap is left"
    decisions.approve(load_proposal(endorsed.pk), by=cast.director, number="๑๕", memo_number="31")
    approved = load_proposal(endorsed.pk)
    assert (approved.number, approved.memo_number) == ("15", "31")
    assert next_number(office, clock.today()) == "16"


def test_announcements_carry_no_number(office, cast):
    cycle = make_cycle(office, by=cast.coordinator)
    announcement = make_approved(cycle, cast=cast)
    assert (announcement.number, announcement.memo_number) == ("", "")
    assert not IssuedNumber.objects.exists()


def test_memo_is_numbered_in_the_bangkok_year_of_the_proposal(office, cast):
    """Proposed on 31 December at 23:30, signed after midnight: two registers of two years."""
    with clock.pretend(datetime(2016, 12, 31, 16, 30, tzinfo=UTC)):
        cycle = make_cycle(office, by=cast.coordinator)
        assign_all(cycle, cast.staff)
        order = make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator)
        decisions.endorse(order, by=cast.deputy)
    with clock.pretend(datetime(2016, 12, 31, 17, 30, tzinfo=UTC)):
        decisions.approve(order, by=cast.director)
    years = IssuedNumber.objects.values_list("register", "year")
    assert dict(years) == {"memo": 2559, "order": 2560}
