"""Thai numbers, dates and names: tables of examples, and every day of a century."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import thai
from thai.dates import MONTHS_ENGLISH

FIRST, LAST = date(1957, 1, 1), date(2057, 12, 31)  # พ.ศ. 2500–2600
FISCAL_2560 = thai.fiscal_year_bounds(2560)
days = st.dates(FIRST, LAST)


# -- digits and numbers -------------------------------------------------------
def test_digits_both_ways():
    assert thai.to_thai_digits("ที่ 12/2560") == "ที่ ๑๒/๒๕๖๐"
    assert thai.to_arabic_digits("ที่ ๑๒/๒๕๖๐") == "ที่ 12/2560"
    assert thai.to_thai_digits(2560) == "๒๕๖๐"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("4.345"), "4.35"),
        (Decimal("4.335"), "4.34"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("-0.004"), "0.00"),
        (Decimal("1234567.5"), "1,234,567.50"),
        (5, "5.00"),
        (Decimal(0), "0.00"),
        (None, "ยังไม่มีข้อมูล"),
    ],
)
def test_format_number(value, text):
    assert thai.format_number(value) == text


def test_format_number_options():
    assert thai.format_number(Decimal("2.5"), 0) == "3"
    assert thai.format_number(Decimal("1234.5"), thai_digits=True) == "๑,๒๓๔.๕๐"
    assert thai.format_number(None, missing="—") == "—"


def test_float_is_refused():
    with pytest.raises(TypeError):
        thai.format_number(4.35)


# -- years --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2016, 9, 30), 2559),
        (date(2016, 10, 1), 2560),
        (date(2016, 12, 31), 2560),
        (date(2017, 1, 1), 2560),
        (date(2017, 9, 30), 2560),
        (date(2017, 10, 1), 2561),
        (datetime(2016, 9, 30, 16, 59, tzinfo=UTC), 2559),
        (datetime(2016, 9, 30, 17, 0, tzinfo=UTC), 2560),  # midnight in Bangkok
    ],
)
def test_fiscal_year(day, year):
    assert thai.fiscal_year(day) == year


def test_fiscal_year_bounds():
    assert FISCAL_2560 == (date(2016, 10, 1), date(2017, 9, 30))


@given(days)
def test_every_day_lies_inside_its_fiscal_year_alone(day):
    begin, end = thai.fiscal_year_bounds(thai.fiscal_year(day))
    assert begin <= day <= end
    assert thai.fiscal_year(begin - timedelta(1)) == thai.fiscal_year(end + timedelta(1)) - 2


def test_be_year():
    assert thai.be_year(2016) == thai.be_year(date(2016, 1, 1)) == 2559
    assert thai.be_year(datetime(2016, 12, 31, 17, tzinfo=UTC)) == 2560
    with pytest.raises(ValueError, match="already"):
        thai.be_year(2560)


# -- writing dates ------------------------------------------------------------
DAY = date(2016, 10, 1)
MOMENT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


def test_date_styles():
    assert thai.format_date(DAY) == "1 ตุลาคม 2559"
    assert thai.format_date(DAY, "short") == "1 ต.ค. 2559"
    assert thai.format_date(DAY, "month") == "ตุลาคม 2559"
    assert thai.format_date(DAY, "numeric") == "01/10/2559"
    assert thai.format_date(DAY, thai_digits=True) == "๑ ตุลาคม ๒๕๕๙"
    assert thai.format_date(DAY, language="en") == "1 Oct 2559 BE"
    assert thai.format_official_date(DAY) == "๑ ตุลาคม พ.ศ. ๒๕๕๙"
    with pytest.raises(ValueError, match="style"):
        thai.format_date(DAY, "tall")


def test_times_are_read_in_bangkok():
    assert thai.format_time(time(9, 30)) == "09.30 น."
    assert thai.format_time(MOMENT, thai_digits=True) == "๐๙.๓๐ น."
    assert thai.format_datetime(MOMENT) == "22 พ.ย. 2569 เวลา 09.30 น."
    assert thai.format_datetime(MOMENT, language="en") == "22 Nov 2569 BE, 09:30"
    assert thai.format_date(datetime(2016, 9, 30, 17, tzinfo=UTC)) == "1 ตุลาคม 2559"


@pytest.mark.parametrize("write", [thai.format_date, thai.format_time, thai.local_date])
def test_naive_datetime_is_refused(write):
    with pytest.raises(ValueError, match="naive"):
        write(MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("begin", "end", "text"),
    [
        (DAY, DAY, "1 ตุลาคม 2559"),
        (DAY, date(2016, 10, 15), "1–15 ตุลาคม 2559"),
        (DAY, date(2016, 11, 15), "1 ตุลาคม – 15 พฤศจิกายน 2559"),
        (*FISCAL_2560, "1 ตุลาคม 2559 – 30 กันยายน 2560"),
        (DAY, None, "ตั้งแต่ 1 ตุลาคม 2559"),
        (None, DAY, "ถึง 1 ตุลาคม 2559"),
        (None, None, ""),
    ],
)
def test_format_range(begin, end, text):
    assert thai.format_range(begin, end) == text
    assert thai.format_range(begin, end, thai_digits=True) == thai.to_thai_digits(text)


def test_format_range_styles():
    later = date(2016, 11, 15)
    assert thai.format_range(DAY, later, "short") == "1 ต.ค. – 15 พ.ย. 2559"
    assert thai.format_range(DAY, later, "month") == "ตุลาคม – พฤศจิกายน 2559"
    assert thai.format_range(DAY, date(2016, 10, 2), "month") == "ตุลาคม 2559"
    assert thai.format_range(DAY, later, "numeric") == "01/10/2559 – 15/11/2559"
    assert thai.format_range(DAY, date(2016, 10, 15), language="en") == "1–15 Oct 2559 BE"
    assert thai.format_range(DAY, None, language="en") == "from 1 Oct 2559 BE"


# -- reading dates ------------------------------------------------------------
def ways_to_write(day):
    """Every accepted form of a day."""
    be, month = day.year + 543, day.month
    short = thai.MONTHS_SHORT[month - 1]
    yield from (thai.format_date(day, style) for style in ("long", "short", "numeric"))
    yield thai.format_official_date(day)
    yield thai.format_date(day, language="en")
    yield f"{day.day} {MONTHS_ENGLISH[month - 1]} {be}"
    yield from (f"{day.day}{mark}{month}{mark}{be}" for mark in ("/", "-", "."))
    yield f"{day.day:02} / {month:02} / {be}"
    yield f"วันที่ {day.day} {thai.MONTHS[month - 1]} พุทธศักราช {be}"
    weekday = "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์".split()[day.weekday()]
    yield f"วัน{weekday}ที่ {day.day} {thai.MONTHS[month - 1]} พ.ศ. {be}"
    yield f"{weekday} {day.day}/{month}/{be}"
    yield f"{day.day}{short}{be}"
    yield f"{day.day} {short.replace('.', '')} {be}"
    yield f"{day.day} {short} พ.ศ.{be}"
    yield f"{day.day} {short} ค.ศ. {day.year}"
    yield f"\u200b {day.day}  {thai.MONTHS[month - 1]}\u00a0{be} "
    yield day.isoformat()


@given(days)
@example(date(2024, 2, 29))
def test_every_form_reads_back(day):
    for text in ways_to_write(day):
        assert thai.parse_date(text) == day, text
        assert thai.parse_date(thai.to_thai_digits(text)) == day, text


def test_every_day_reads_back_as_typed_in_a_field():
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(offset)
        assert thai.parse_date(thai.format_date(day, "numeric")) == day


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("1/10/2016", DAY),
        ("1 ตุลาคม 2016", DAY),
        ("1 ตุลาคม พ.ศ. 2016", DAY),
        ("1 ตุลาคม ค.ศ. 2559", DAY),
        ("1/10/59", DAY),
        ("๑ ต.ค. ๕๙", DAY),
        ("1 Oct 16 CE", DAY),
        ("2559-10-01", DAY),
        ("1/10/256", None),
        ("1/10/25599", None),
        ("1/10/2300", None),
        ("1/10/2701", None),
    ],
)
def test_year_that_cannot_be_meant_is_asked_about(text, suggested):
    with pytest.raises(thai.AmbiguousYear) as refusal:
        thai.parse_date(text)
    assert refusal.value.suggested == suggested


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("1/10/16", date(2016, 10, 1)),
        ("1/2/17", date(2017, 2, 1)),
        ("1/2/60", date(2017, 2, 1)),
        ("1/10/256", date(2016, 10, 1)),
        ("1/2/25560", date(2017, 2, 1)),
        ("29/2/256", None),  # the expected year has no such day
    ],
)
def test_expected_period_makes_the_question_better(text, suggested):
    with pytest.raises(thai.AmbiguousYear) as refusal:
        thai.parse_date(text, expect=FISCAL_2560)
    assert refusal.value.suggested == suggested


@pytest.mark.parametrize(
    "text",
    [
        "วันศุกร์ที่ 15 กรกฎาคม 2560",
        "อาทิตย์ ๑๕/๗/๒๕๖๐",
        "วันพฤหัสบดีที่ 15 ก.ค. 60 พ.ศ. 2560",
        "วันเสาร์ที่ วันเสาร์ที่ 16 ก.ค. 2560",
        "วันเสาร์ที่",
    ],
)
def test_a_date_on_another_day_of_the_week_is_not_taken(text):
    with pytest.raises(thai.DateRefused):
        thai.parse_date(text)


def test_the_day_of_the_week_is_said():
    with pytest.raises(thai.OtherWeekday, match="วันเสาร์"):
        thai.parse_date("วันศุกร์ที่ 15 กรกฎาคม 2560")


def test_expected_period_refuses_nothing():
    assert thai.parse_date("1/1/2550", expect=FISCAL_2560) == date(2007, 1, 1)


@given(days, st.sampled_from([None, FISCAL_2560]))
def test_suggestion_can_be_typed(day, expect):
    with pytest.raises(thai.AmbiguousYear) as refusal:
        thai.parse_date(f"{day.day}/{day.month}/{day.year}", expect=expect)
    assert refusal.value.suggested == day
    assert thai.parse_date(refusal.value.params["suggested_date"]) == day


@pytest.mark.parametrize(
    "text", ["29/02/2564", "31/04/2560", "0/1/2560", "1/0/2560", "10/25/2560", "29/2/2017"]
)
def test_day_the_calendar_does_not_have(text):
    with pytest.raises(thai.NoSuchDay):
        thai.parse_date(text)


def test_leap_day_of_a_thai_year():
    assert thai.parse_date("29/02/2567") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "พรุ่งนี้", "1/10", "2559", "1/10-2559", "1 ต 2559", "1/10/2559 x", "01102559"]
)
def test_unreadable(text):
    with pytest.raises(thai.UnreadableDate) as refusal:
        thai.parse_date(text)
    assert "01/10/2559" in str(refusal.value)


@given(st.text(st.one_of(st.sampled_from("0123456789๑๒/-. ต.ค.พศ"), st.characters())))
@example("1/10/2559")
def test_any_text_is_a_date_or_a_refusal(text):
    with contextlib.suppress(thai.DateRefused):
        assert isinstance(thai.parse_date(text), date)


def test_refusal_is_a_sentence_to_translate():
    with pytest.raises(thai.DateRefused) as refusal:
        thai.parse_date("1/10/2016")
    assert str(refusal.value) == "2016: do you mean 2559 BE? If so, write 01/10/2559."
    assert refusal.value.message_key % refusal.value.params == str(refusal.value)
    assert refusal.value.code == "ambiguous_year"


# -- names --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("นาย", "สมชาย", "ใจดี"), "นายสมชาย ใจดี"),
        (("นางสาว", "เกศินี", "แก้วใส"), "นางสาวเกศินี แก้วใส"),
        (("ว่าที่ ร.ต.", "สมชาย", "ใจดี"), "ว่าที่ ร.ต. สมชาย ใจดี"),
        (("ว่าที่  ร้อยตรีหญิง", "สมศรี", "ใจดี"), "ว่าที่ ร้อยตรีหญิง สมศรี ใจดี"),
        (("ดร.", "สมชาย", "ใจดี"), "ดร. สมชาย ใจดี"),
        (("ม.ร.ว.", "สมชาย", "ใจดี"), "ม.ร.ว.สมชาย ใจดี"),
        ((None, "ผู้อำนวยการ", ""), "ผู้อำนวยการ"),
        (("", " สมชาย ", "ณ  อยุธยา"), "สมชาย ณ อยุธยา"),
    ],
)
def test_full_name(parts, text):
    assert thai.full_name(*parts) == text


def test_signature_position():
    own, acting = "รองผู้อำนวยการ", "ผู้อำนวยการ"
    assert thai.signature_position(own, acting) == "รองผู้อำนวยการ รักษาราชการแทน ผู้อำนวยการ"
    assert thai.signature_position(own, None) == own
