"""Reading the dates people type; what can't be meant is asked about, never guessed.

Django's own Thai locale takes 30/09/2569 as ค.ศ. 2569 and calls 29/02/2567 impossible.
"""

import re
import unicodedata
from datetime import date

from thai.dates import (
    BE_MAX,
    BE_MIN,
    BE_OFFSET,
    MONTHS,
    MONTHS_ENGLISH,
    MONTHS_SHORT,
    WEEKDAYS,
    be_year,
    format_date,
)
from thai.numbers import to_arabic_digits

CE_MIN, CE_MAX = 1900, 2150

Expect = tuple[date, date]


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogue; forms translate it (this floor knows no Django)."""
    return message


# -- refusals -----------------------------------------------------------------
class DateRefused(ValueError):
    """Base of what ``parse_date`` raises.

    ``message_key`` is the English msgid and ``params`` what fills it: show
    ``gettext(refusal.message_key) % refusal.params``. ``str()`` is the English sentence.
    ``suggested`` is the date that may have been meant, where there is one: a form asks with it,
    and never takes it unasked.
    """

    code = "date"
    suggested: date | None = None

    def __init__(self, message_key: str, **params: str):
        super().__init__(message_key % params)
        self.message_key = message_key
        self.params = params


class UnreadableDate(DateRefused):
    """Not a date in any accepted form."""

    code = "unreadable"


class NoSuchDay(DateRefused):
    """A day the calendar does not have, such as 29/02/2564."""

    code = "no_such_day"


class OtherWeekday(DateRefused):
    """A date with a day of the week that it does not fall on: one of the two is a slip."""

    code = "other_weekday"


class AmbiguousYear(DateRefused):
    """A year that can't be meant as written: 2017 for 2560, 59, or a slip of the finger."""

    code = "ambiguous_year"

    def __init__(self, message_key: str, *, suggested: date | None = None, **params: str):
        super().__init__(message_key, **params)
        self.suggested = suggested


# -- grammar ------------------------------------------------------------------
def _month_patterns() -> dict[str, int]:
    """Every accepted way to write a month, as a regular expression → its number.

    Short names with or without their full stops: ``ต.ค.``, ``ต.ค``, ``ตค``.
    """
    patterns = {}
    for number, (full, short, english) in enumerate(
        zip(MONTHS, MONTHS_SHORT, MONTHS_ENGLISH, strict=True), start=1
    ):
        first, second, _end = short.split(".")
        abbreviation = english[:3].lower()
        patterns[full] = number
        patterns[rf"{first}\.? ?{second}\.?"] = number
        patterns[rf"(?:{english.lower()}|{abbreviation}t?\.?)"] = number
    return patterns


_MONTHS = _month_patterns()
_BE = r"พ\.? ?ศ\.?|พุทธศักราช|b\.?e\.?"
_CE = r"ค\.? ?ศ\.?|คริสต์ศักราช|c\.?e\.?|a\.?d\.?"
_YEAR = (
    rf"(?:{_BE}|(?P<ce>{_CE}))? ?(?P<year>[0-9]{{1,6}})"
    rf"(?: ?(?:{_BE}|(?P<ce_after>{_CE})))?"
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NUMERIC = re.compile(rf"(?P<day>[0-9]{{1,2}}) ?([-/.]) ?(?P<month>[0-9]{{1,2}}) ?\2 ?{_YEAR}")
_WEEKDAY = re.compile(rf"(?:วัน)?(?P<weekday>{'|'.join(WEEKDAYS)}) ?(?:ที่ ?)?(?=[0-9])(?P<rest>.+)")
_WORDS = re.compile(rf"(?:วันที่ ?)?(?P<day>[0-9]{{1,2}}) ?(?P<name>{'|'.join(_MONTHS)}),? ?{_YEAR}")


def _tidy(text: str) -> str:
    """One kind of digit, case and space; no invisible characters."""
    visible = (char for char in text if unicodedata.category(char) != "Cf")
    text = unicodedata.normalize("NFC", to_arabic_digits("".join(visible)))
    return " ".join(text.lower().split())


def _month_number(name: str) -> int:
    return next(number for pattern, number in _MONTHS.items() if re.fullmatch(pattern, name))


# -- years --------------------------------------------------------------------
def _date(day: int, month: int, be: int) -> date:
    """Make the date; พ.ศ. is converted first, so that 29 February falls in the right years."""
    try:
        return date(be - BE_OFFSET, month, day)
    except ValueError:
        raise NoSuchDay(
            gettext_noop("There is no day %(date)s in the calendar."),
            date=f"{day:02}/{month:02}/{be}",
        ) from None


def _two_digit_reading(year: int, is_ce: bool, expect: Expect | None) -> int:
    """The year in พ.ศ. that two digits most likely stand for."""
    readings = [2500 + year, 2000 + year + BE_OFFSET, 1900 + year + BE_OFFSET, 2400 + year]
    if is_ce:
        readings = readings[1:3]
    if expect is None:
        return readings[0]
    first, last = be_year(expect[0]), be_year(expect[1])
    return min(readings, key=lambda be: max(first - be, be - last, 0))


def _expected_year(day: int, month: int, expect: Expect | None) -> int | None:
    """The year that puts this day inside the expected period, for a year that says nothing."""
    if expect is None:
        return None
    for be in range(be_year(expect[0]), be_year(expect[1]) + 1):
        try:
            if expect[0] <= date(be - BE_OFFSET, month, day) <= expect[1]:
                return be
        except ValueError:  # 29 February of another year: look on
            continue
    return None


def _likely_year(
    typed: str, is_ce: bool, day: int, month: int, expect: Expect | None
) -> int | None:
    year = int(typed)
    if len(typed) <= 2:
        return _two_digit_reading(year, is_ce, expect)
    if CE_MIN <= year <= CE_MAX:
        return year + BE_OFFSET
    if BE_MIN <= year <= BE_MAX:
        return year
    return _expected_year(day, month, expect)


def _resolve(typed: str, is_ce: bool, day: int, month: int, expect: Expect | None) -> date:
    """Turn day, month and the year as typed into a date, or ask."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise NoSuchDay(
            gettext_noop("There is no day %(date)s in the calendar."),
            date=f"{day:02}/{month:02}/{typed}",
        )
    year = int(typed)
    if not is_ce and BE_MIN <= year <= BE_MAX:
        return _date(day, month, year)
    if is_ce and CE_MIN <= year <= CE_MAX:
        return _date(day, month, year + BE_OFFSET)
    be = _likely_year(typed, is_ce, day, month, expect)
    if be is None:
        raise AmbiguousYear(
            gettext_noop("The year %(year)s cannot be meant. Write the year in BE, such as 2560."),
            year=typed,
        )
    suggested = _date(day, month, be)
    raise AmbiguousYear(
        gettext_noop("%(year)s: do you mean %(be_year)s BE? If so, write %(suggested_date)s."),
        suggested=suggested,
        year=typed,
        be_year=str(be),
        suggested_date=format_date(suggested, "numeric"),
    )


def _on_weekday(day: date, typed: str) -> date:
    """The date, when it falls on the day of the week that was typed with it."""
    weekday = WEEKDAYS[day.weekday()]
    if weekday != typed:
        raise OtherWeekday(
            gettext_noop("%(date)s falls on วัน%(weekday)s. Check the day and the date."),
            date=format_date(day, "numeric"),
            weekday=weekday,
        )
    return day


def parse_date(text: str, *, expect: Expect | None = None) -> date:
    """Read a date as people in the office write it; raise a ``DateRefused`` otherwise.

    Accepted, in Thai or Arabic digits: ``1/10/2559`` ``1-10-2559`` ``1.10.2559``,
    ``1 ต.ค. 2559``, ``1 ตุลาคม พ.ศ. 2559``, ``1 Oct 2559 BE``, ``วันเสาร์ที่ 1 ตุลาคม 2559`` as
    papers invite, and the machine's own ``2016-10-01`` (ISO, ค.ศ.). Day before month, always.

    A year is taken as written when it is a plausible พ.ศ. (2400–2700), or when ค.ศ. stands beside
    it (1900–2150). Every other year raises ``AmbiguousYear``. ``expect``, the period the date is
    likely to lie in, only makes its suggestion better; a date outside it is not refused here.
    """
    tidy = _tidy(text)
    if named := _WEEKDAY.fullmatch(tidy):
        return _on_weekday(parse_date(named["rest"], expect=expect), named["weekday"])
    if iso := _ISO.fullmatch(tidy):
        year, month, day = iso.groups()
        return _resolve(year, True, int(day), int(month), expect)
    if found := _NUMERIC.fullmatch(tidy):
        month = int(found["month"])
    elif found := _WORDS.fullmatch(tidy):
        month = _month_number(found["name"])
    else:
        example = format_date(expect[0] if expect else date(2016, 10, 1), "numeric")
        raise UnreadableDate(
            gettext_noop("Write the date as day/month/year in BE, such as %(example)s."),
            example=example,
        )
    is_ce = bool(found["ce"] or found["ce_after"])
    return _resolve(found["year"], is_ce, int(found["day"]), month, expect)
