"""What holds of dates, numbers, order and names whatever is put in."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai
from thai.names import JOINED_PREFIXES
from thai.nonbreaking import TERMS, UNBROKEN, WHOLE_PATTERN

days = st.dates(date(1957, 1, 1), date(2057, 12, 31))
moments = st.integers(0, 2 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
years = st.integers(2500, 2600)
amounts = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4)
words = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E2E), min_size=1, max_size=8)
STYLES = ("long", "short", "month", "numeric")


# -- years and moments --------------------------------------------------------
@given(years)
def test_fiscal_years_follow_each_other_without_a_gap(year):
    _begin, end = thai.fiscal_year_bounds(year)
    following, _end = thai.fiscal_year_bounds(year + 1)
    assert following - end == timedelta(days=1)


@given(years)
def test_a_fiscal_year_has_as_many_days_as_its_february_says(year):
    begin, end = thai.fiscal_year_bounds(year)
    leap = (end.year % 4 == 0 and end.year % 100 != 0) or end.year % 400 == 0
    assert (end - begin).days + 1 == 365 + leap


@given(days)
def test_the_fiscal_year_is_that_of_the_calendar_or_the_next(day):
    assert thai.fiscal_year(day) - thai.be_year(day) == (1 if day.month >= 10 else 0)


@given(moments)
def test_a_moment_has_the_date_of_bangkok_seven_hours_ahead(moment):
    assert thai.local_date(moment) == (moment + timedelta(hours=7)).date()
    assert thai.fiscal_year(moment) == thai.fiscal_year(thai.local_date(moment))
    assert thai.be_year(moment) == thai.be_year(thai.local_date(moment))


@given(moments, st.sampled_from(STYLES), st.sampled_from(["th", "en"]))
def test_a_moment_is_written_as_its_date_and_its_time(moment, style, language):
    text = thai.format_datetime(moment, style, language=language)
    assert text.startswith(thai.format_date(moment, style, language=language))
    assert text.endswith(thai.format_time(moment, language=language))


@given(st.times())
def test_a_time_of_day_reads_back(moment):
    thai_text, english = thai.format_time(moment), thai.format_time(moment, language="en")
    assert time.fromisoformat(english) == moment.replace(second=0, microsecond=0)
    assert thai_text == f"{english.replace(':', '.')} น."


# -- writing dates ------------------------------------------------------------
@given(days, st.sampled_from(STYLES), st.sampled_from(["th", "en"]))
def test_thai_digits_change_the_digits_and_nothing_else(day, style, language):
    plain = thai.format_date(day, style, language=language)
    digits = thai.format_date(day, style, True, language=language)
    assert thai.to_arabic_digits(digits) == plain
    assert not set(digits) & set("0123456789")


@given(days, days, st.sampled_from(["long", "short"]))
def test_a_period_tells_its_last_day_whole(one, other, style):
    begin, end = sorted((one, other))
    text = thai.format_range(begin, end, style)
    assert text.endswith(thai.format_date(end, style))
    assert text.startswith(str(begin.day))


@given(days, days)
def test_a_year_is_written_twice_only_where_there_are_two(one, other):
    begin, end = sorted((one, other))
    text = thai.format_range(begin, end)
    named = {year for year in range(2500, 2601) if str(year) in text}
    assert named == {thai.be_year(begin), thai.be_year(end)}


@given(days, st.sampled_from(["long", "short", "numeric"]))
def test_an_open_period_names_the_end_that_it_has(day, style):
    written = thai.format_date(day, style)
    assert thai.format_range(day, None, style) == f"ตั้งแต่ {written}"
    assert thai.format_range(None, day, style) == f"ถึง {written}"
    assert thai.format_range(day, day, style) == written


@pytest.mark.parametrize("day", [1, 9, 28])
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_in_words_without_spaces(day, month):
    expected = date(2017, month, day)
    for name in (thai.MONTHS[month - 1], thai.MONTHS_SHORT[month - 1]):
        assert thai.parse_date(f"{day}{name}2560") == expected
        assert thai.parse_date(f"วันที่ {thai.to_thai_digits(day)} {name} พ.ศ.๒๕๖๐") == expected


@given(days, st.integers(1, 99))
def test_two_digits_of_a_year_are_never_taken_for_a_year(day, year):
    with pytest.raises(thai.DateRefused) as refusal:
        thai.parse_date(f"{day.day}/{day.month}/{year:02}")
    suggested = getattr(refusal.value, "suggested", None)
    assert suggested is None or (suggested.day, suggested.month) == (day.day, day.month)


@given(days)
def test_beside_ce_the_year_is_taken_as_ce(day):
    for era in ("ค.ศ.", "คศ", "คริสต์ศักราช"):
        assert thai.parse_date(f"{day.day} {thai.MONTHS[day.month - 1]} {era} {day.year}") == day


# -- numbers ------------------------------------------------------------------
@given(amounts, st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most(value, places):
    rounded = thai.round_half_up(value, places)
    assert abs(rounded - value) * 2 <= Decimal(1).scaleb(-places)
    assert thai.round_half_up(rounded, places) == rounded


@given(amounts, amounts)
def test_rounding_keeps_the_order(one, other):
    low, high = sorted((one, other))
    assert thai.round_half_up(low) <= thai.round_half_up(high)


@given(amounts, st.integers(0, 4), st.booleans())
def test_a_written_number_reads_back(value, places, thai_digits):
    text = thai.format_number(value, places, thai_digits=thai_digits)
    plain = thai.to_arabic_digits(text).replace(",", "")
    assert Decimal(plain) == thai.round_half_up(value, places)
    assert not (plain.startswith("-") and Decimal(plain) == 0)


@given(st.text())
def test_digits_there_and_back(text):
    assert thai.to_arabic_digits(thai.to_thai_digits(text)) == thai.to_arabic_digits(text)
    assert thai.to_thai_digits(thai.to_arabic_digits(text)) == thai.to_thai_digits(text)
    assert {text, thai.to_thai_digits(text), thai.to_arabic_digits(text)} == (
        thai.digit_spellings(text)
    )


# -- order, search, names -----------------------------------------------------
@given(words, words, words)
def test_a_name_stands_before_the_same_name_with_more_behind_it(given, family, more):
    assert thai.sort_key(given) < thai.sort_key(f"{given} {family}")
    assert thai.sort_key(f"{given} {family}") < thai.sort_key(f"{given}{more} {family}")


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_in_names_count(one, other):
    less = thai.sort_key(f"เขต {one}") < thai.sort_key(f"เขต {thai.to_thai_digits(other)}")
    assert less == (one < other)


@given(st.text(max_size=30))
def test_what_only_looks_different_sorts_and_folds_alike(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert thai.sort_key(f"\u200b{text}\u2060") == thai.sort_key(text)
    assert thai.fold(decomposed) == thai.fold(f"  {text}\n")
    assert thai.fold(thai.to_thai_digits(text)) == thai.fold(text)


@given(words, words)
def test_a_part_of_a_name_is_found_in_the_folded_name(given, family):
    folded = thai.fold(thai.full_name("ว่าที่ ร.ต.", given, family))
    assert thai.fold(given) in folded
    assert thai.fold(family) in folded


@given(st.sampled_from(sorted(JOINED_PREFIXES)), words, words)
def test_a_title_of_address_touches_the_name(prefix, given, family):
    assert thai.full_name(prefix, f" {given}", f"{family} ") == f"{prefix}{given} {family}"


@given(*[st.none() | st.text(max_size=12)] * 3)
def test_a_name_has_no_stray_space_whatever_is_missing(prefix, given, family):
    name = thai.full_name(prefix, given, family)
    assert name == " ".join(name.split())


# -- working days -------------------------------------------------------------
work_days = st.dates(date(2016, 1, 1), date(2030, 12, 31))


@given(work_days, st.integers(0, 90), st.integers(0, 90))
def test_counted_in_two_parts_it_is_the_same(day, first, second):
    office = thai.WorkingDays()
    middle, end = day + timedelta(first), day + timedelta(first + second)
    assert office.passed(day, end) == office.passed(day, middle) + office.passed(middle, end)


@given(work_days, st.integers(1, 15), st.integers(1, 15))
def test_waiting_twice_is_waiting_once_for_longer(day, first, second):
    office = thai.WorkingDays()
    assert office.after(office.after(day, first), second) == office.after(day, first + second)


@given(work_days, st.sets(st.integers(0, 40), max_size=8))
def test_a_rest_day_more_never_brings_the_end_nearer(day, resting):
    own = {day + timedelta(number) for number in resting}
    assert thai.WorkingDays(own).after(day, 10) >= thai.WorkingDays().after(day, 10)
    assert not any(map(thai.WorkingDays(own).is_working, own))


@pytest.mark.parametrize("year", range(2016, 2031))
def test_a_year_has_holidays_with_names_and_days_enough_to_work(year):
    holidays = thai.public_holidays(year)
    assert {day.year for day in holidays} == {year}
    assert all(name.strip() for name in holidays.values())
    assert list(holidays) == sorted(holidays)
    worked = thai.WorkingDays().passed(date(year - 1, 12, 31), date(year, 12, 31))
    assert 230 < worked < 255


# -- lines --------------------------------------------------------------------
@pytest.mark.parametrize("word", sorted({*UNBROKEN, *TERMS}))
def test_each_term_is_found_whole_between_other_letters(word):
    assert WHOLE_PATTERN.fullmatch(word)
    assert WHOLE_PATTERN.search(f"1 {word} 2").group() == word
