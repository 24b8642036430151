"""What invitation and minutes share: what a meeting is called, when and where, its agenda."""

import re
from collections.abc import Iterable
from datetime import date, datetime

import thai
from reports.official.parts import said
from reports.snapshot import AgendaPoint

COUNTED = re.compile(r"\s*ครั้งที่\s*[0-9๐-๙]+(?:\s*/\s*[0-9๐-๙]+)?\s*$")


def meeting_name(title: str) -> str:
    """``การประชุมคณะกรรมการ…`` of ``ประชุมคณะกรรมการ… ครั้งที่ 1/2560``."""
    name = COUNTED.sub("", title.strip())
    if name.startswith("ประชุม"):
        return f"การ{said(name)}"
    return said(name) if name.startswith("การประชุม") else f"การประชุม{said(name)}"


def called(title: str) -> str:
    """``การประชุมคณะกรรมการ… ครั้งที่ ๑/๒๕๖๐``: count and all."""
    return f"การ{said(title)}" if title.startswith("ประชุม") else said(title)


def day_of(moment: date | datetime) -> str:
    """``๑๒ มกราคม ๒๕๖๐``."""
    return thai.format_date(moment, "long", True)


def time_of(moment: datetime | None) -> str:
    """``๐๙.๓๐ น.``; dots for the pen where it is not known yet."""
    return thai.format_time(moment, True) if moment else "............ น."


def agenda_title(point: AgendaPoint) -> str:
    """The line that an item of the agenda begins with."""
    return f"ระเบียบวาระที่ {said(point.number)} {_title(point)}"


def point_title(point: AgendaPoint) -> str:
    """The same of a point under an item."""
    return f"{said(point.number)} {_title(point)}"


def _title(point: AgendaPoint) -> str:
    """A title of two lines stays one; in papers a line end inside a block is kept."""
    return "\n".join(filter(None, map(said, point.title.splitlines())))


def numbered(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """``๑.``, ``๒.`` and so on beside each."""
    return tuple((f"{said(n)}.", name) for n, name in enumerate(names, start=1))
