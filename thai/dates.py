"""Dates as the office writes and means them: พ.ศ., Thai months, fiscal years.

พ.ศ. is ค.ศ. + 543, as since พระราชบัญญัติปีประดิทิน พ.ศ. 2483 made the year begin on 1 January;
dates before 1 January พ.ศ. 2484, when it began in April, do not occur in the office's work.
How dates are written on paper follows ระเบียบสำนักนายกรัฐมนตรี ว่าด้วยงานสารบรรณ พ.ศ. 2526.
Reading what people type lives in ``date_entry``.
"""

from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from thai.numbers import to_thai_digits

BANGKOK = ZoneInfo("Asia/Bangkok")
BE_OFFSET = 543
BE_MIN, BE_MAX = 2400, 2700  # the years somebody at an office can mean
FISCAL_YEAR_FIRST_MONTH = 10
MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
MONTHS_SHORT = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
MONTHS_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # as date.weekday()

Style = Literal["long", "short", "month", "numeric"]
Language = Literal["th", "en"]


def local_date(value: date | datetime) -> date:
    """The date in Bangkok. A naive datetime is refused: nobody knows which day it means."""
    if not isinstance(value, datetime):
        return value
    return _aware(value).astimezone(BANGKOK).date()


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("A naive datetime has no date in Bangkok.")
    return value


# -- years --------------------------------------------------------------------
def be_year(value: date | datetime | int) -> int:
    """The year in พ.ศ. of a date or of a year in ค.ศ.; 2016 → 2559.

    A number that must be พ.ศ. already is refused rather than converted twice.
    """
    if not isinstance(value, int):
        return local_date(value).year + BE_OFFSET
    if value >= BE_MIN:
        raise ValueError(f"{value} is a year in พ.ศ. already.")
    return value + BE_OFFSET


def fiscal_year(d: date | datetime) -> int:
    """ปีงบประมาณ in พ.ศ.: year N runs from 1 October N−1 to 30 September N.

    พระราชบัญญัติวิธีการงบประมาณ พ.ศ. 2561 มาตรา 4.
    """
    day = local_date(d)
    return be_year(day) + (day.month >= FISCAL_YEAR_FIRST_MONTH)


def fiscal_year_bounds(be: int) -> tuple[date, date]:
    """First and last day of the fiscal year: 2560 → 2016-10-01, 2017-09-30."""
    year = be - BE_OFFSET
    return date(year - 1, FISCAL_YEAR_FIRST_MONTH, 1), date(year, FISCAL_YEAR_FIRST_MONTH - 1, 30)


# -- writing ------------------------------------------------------------------
def _parts(day: date, style: Style, language: Language) -> tuple[str, str, str]:
    """Day, month and year as words; ``day`` is empty in the style without one."""
    if language == "en":
        month, year = MONTHS_ENGLISH[day.month - 1][:3], f"{be_year(day)} BE"
    else:
        names = MONTHS_SHORT if style == "short" else MONTHS
        month, year = names[day.month - 1], str(be_year(day))
    return ("" if style == "month" else str(day.day)), month, year


def _digits(text: str, thai_digits: bool) -> str:
    return to_thai_digits(text) if thai_digits else text


def format_date(
    d: date | datetime,
    style: Style = "long",
    thai_digits: bool = False,
    *,
    language: Language = "th",
) -> str:
    """Write a date in พ.ศ.

    long ``1 ตุลาคม 2559``, short ``1 ต.ค. 2559``, month ``ตุลาคม 2559``, numeric ``01/10/2559``
    (what a date field shows). English has one form, ``1 Oct 2559 BE``; numeric is the same in
    both. ``parse_date`` reads back every form that has a day.
    """
    if style not in ("long", "short", "month", "numeric"):
        raise ValueError(f"Unknown date style: {style}")
    day = local_date(d)
    if style == "numeric":
        return _digits(f"{day.day:02}/{day.month:02}/{be_year(day)}", thai_digits)
    return _digits(" ".join(filter(None, _parts(day, style, language))), thai_digits)


def format_official_date(d: date | datetime) -> str:
    """``๑ ตุลาคม พ.ศ. ๒๕๕๙``: as orders and announcements are dated, always in Thai digits."""
    number, month, year = _parts(local_date(d), "long", "th")
    return to_thai_digits(f"{number} {month} พ.ศ. {year}")


def format_time(t: time | datetime, thai_digits: bool = False, *, language: Language = "th") -> str:
    """``09.30 น.``, in English ``09:30``; a datetime is read on a clock in Bangkok."""
    if isinstance(t, datetime):
        t = _aware(t).astimezone(BANGKOK).time()
    text = f"{t:%H:%M}" if language == "en" else f"{t:%H.%M} น."
    return _digits(text, thai_digits)


def format_datetime(
    moment: datetime,
    style: Style = "short",
    thai_digits: bool = False,
    *,
    language: Language = "th",
) -> str:
    """``22 พ.ย. 2569 เวลา 09.30 น.``, in English ``22 Nov 2569 BE, 09:30``."""
    joint = ", " if language == "en" else " เวลา "
    return joint.join(
        (
            format_date(moment, style, thai_digits, language=language),
            format_time(moment, thai_digits, language=language),
        )
    )


def format_range(
    begin: date | datetime | None,
    end: date | datetime | None,
    style: Style = "long",
    thai_digits: bool = False,
    *,
    language: Language = "th",
) -> str:
    """Write a period without saying anything twice.

    ``1–15 ตุลาคม 2559``, ``1 ตุลาคม – 15 พฤศจิกายน 2559``,
    ``1 ตุลาคม 2559 – 30 กันยายน 2560``; one day is written as a day, an open end as
    ``ตั้งแต่ …`` or ``ถึง …``, nothing at all as nothing.
    """

    def write(day: date) -> str:
        return format_date(day, style, thai_digits, language=language)

    if begin is None or end is None:
        since, until = ("from ", "until ") if language == "en" else ("ตั้งแต่ ", "ถึง ")
        return f"{since}{write(begin)}" if begin else f"{until}{write(end)}" if end else ""
    begin, end = local_date(begin), local_date(end)
    if write(begin) == write(end):
        return write(end)
    if style == "numeric" or begin.year != end.year:
        return f"{write(begin)} – {write(end)}"
    number, month, _year = _parts(begin, style, language)
    if begin.month == end.month:
        return _digits(f"{number}–", thai_digits) + write(end)
    return _digits(f"{number} {month}".strip(), thai_digits) + f" – {write(end)}"
