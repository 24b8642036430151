"""How values become words on paper: the filters of the paper templates.

Papers are Thai documents whatever language the screen speaks, so nothing here asks for a locale.
The argument `thai` says whether digits are written in Thai.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

import thai as th
from reports.render.seal import seal_svg

register = template.Library()

TOKEN = re.compile(r"\S+")
FOREIGN = re.compile(r"[A-Za-z@]")  # addresses, file names, ISO 9001:2015: digits stay
LIST_ITEM = re.compile(r"^(?:[-–•*]|\(?[0-9๐-๙]+(?:\.[0-9๐-๙]+)*[.)])\s+")
OFFICE = "สำนักงานเขต"
NONE = format_html('<p class="none">{}</p>', th.MISSING)


@register.filter
def num(text: Any, thai: bool) -> str:
    """Text with its digits in the office's kind; words with Latin letters keep theirs."""
    if not thai:
        return th.to_arabic_digits(text)
    return TOKEN.sub(
        lambda word: word[0] if FOREIGN.search(word[0]) else th.to_thai_digits(word[0]), str(text)
    )


@register.filter
def score(value: Decimal | None, thai: bool) -> str:
    """Two decimal places, or that nobody scored yet."""
    return th.format_number(value, 2, thai_digits=thai)


@register.filter
def weight(value: Decimal | None, thai: bool) -> str:
    """A weight as it was given: 30 and not 30.00, 12.5 and not 12.50."""
    if value is None:
        return th.MISSING
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    if not isinstance(exponent, int):  # no number
        return th.MISSING
    return th.format_number(value, max(0, -exponent), thai_digits=thai)


@register.filter
def money(value: Decimal | None, thai: bool) -> str:
    """Baht; satang only where there are some."""
    return th.format_number(value, 2 if value and value % 1 else 0, thai_digits=thai)


@register.filter
def day(value: date | None, thai: bool) -> str:
    """``12 มกราคม 2560``."""
    return th.MISSING if value is None else th.format_date(value, "long", thai)


@register.filter
def short_day(value: date | None, thai: bool) -> str:
    """``12 ม.ค. 2560``."""
    return th.MISSING if value is None else th.format_date(value, "short", thai)


@register.filter
def moment(value: datetime, thai: bool) -> str:
    """Day and time."""
    return th.format_datetime(value, "long", thai)


@register.filter
def or_missing(text: Any) -> Any:
    """The text, or that there is none yet."""
    return th.MISSING if text in ("", None) else text


@register.filter
def unbroken(text: Any) -> SafeString:
    """A name that may not be torn between two lines."""
    return format_html('<span class="name">{}</span>', text)


@register.filter
def cell_name(text: str) -> SafeString:
    """A name in a narrow column: broken between its words if it must be, never inside one."""
    return format_html_join(" ", '<span class="name">{}</span>', ((word,) for word in text.split()))


@register.filter
def office_whole(text: str) -> SafeString:
    """A position in which the office's name begins a line of its own before it is broken."""
    before, office, name = text.partition(OFFICE)
    return format_html('{}<span class="office">{}{}</span>', before, office, name)


@register.filter
def people(persons: tuple) -> SafeString:
    """Names, each whole, joined by commas."""
    if not persons:
        return mark_safe(conditional_escape(th.MISSING))
    return format_html_join(", ", '<span class="name">{}</span>', ((p.name,) for p in persons))


@register.filter
def paragraphs(text: str, thai: bool) -> SafeString:
    """One paragraph a line; a line that begins like a list item hangs; nothing is said to be so.

    Lines with tabs between their words are a table: what is pasted from one keeps its columns.
    """
    lines = [_plain(line) for line in num(text, thai).splitlines() if line.strip()]
    if not lines:
        return NONE
    made = [
        _table([line.split("\t") for line in group]) if tabbed else _paragraphs(group)
        for tabbed, group in groupby(lines, key=lambda line: "\t" in line)
    ]
    return mark_safe("\n".join(made))


def _plain(line: str) -> str:
    """The line without its indent; the tab behind 1. or • is no column."""
    line = line.strip()
    marker = LIST_ITEM.match(line)
    if marker is None or marker[0].count("\t") > 1:
        return line
    return marker[0].replace("\t", " ") + line[marker.end() :]


def _paragraphs(lines: Iterable[str]) -> SafeString:
    return format_html_join(
        "\n",
        "<p{}>{}</p>",
        ((mark_safe(' class="item"') if LIST_ITEM.match(line) else "", line) for line in lines),
    )


def _table(rows: list[list[str]]) -> SafeString:
    width = max(map(len, rows))
    cells = (
        format_html_join("", "<td>{}</td>", ((cell.strip(),) for cell in row))
        for row in ([*row, *[""] * (width - len(row))] for row in rows)
    )
    return format_html(
        '<table class="typed">{}</table>',
        format_html_join("", "<tr>{}</tr>", ((c,) for c in cells)),
    )


@register.filter
def typed(text: str) -> SafeString:
    """Text in which the ends of lines and the gaps of tabs that somebody typed are kept."""
    lines = conditional_escape(text).replace("\t", '<span class="tab"> </span>')
    return mark_safe("<br>".join(lines.split("\n")))


@register.filter
def column(table: Any, number: int) -> str:
    """How a table aligns its column of this number, counted from 0."""
    return table.align[number] if table.align else "left"


@register.filter
def qr(url: str) -> SafeString:
    """The QR code of an address."""
    return seal_svg(url)


@register.filter
def bare_address(url: str) -> str:
    """An address as people read it out: without https://."""
    return url.partition("://")[2] or url
