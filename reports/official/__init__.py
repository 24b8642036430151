"""Snapshot to official paper, in the forms of ระเบียบงานสารบรรณ: one module per paper.

No database, no request, no clock. `paper_of` is the door; `render` and `docx` make files of what
it returns.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from reports.blocks import OfficialPaper
from reports.official.announcement import announcement
from reports.official.invitation import invitation
from reports.official.memo import memo
from reports.official.minutes import minutes
from reports.official.order import order
from reports.snapshot import (
    AnnouncementSnapshot,
    InvitationSnapshot,
    MemoSnapshot,
    MinutesSnapshot,
    OrderSnapshot,
    Snapshot,
)
from thai import to_arabic_digits

FORMS: dict[type, Callable[[Any], OfficialPaper]] = {
    AnnouncementSnapshot: announcement,
    OrderSnapshot: order,
    MemoSnapshot: memo,
    InvitationSnapshot: invitation,
    MinutesSnapshot: minutes,
}


def is_official(snapshot: Snapshot) -> bool:
    """Whether the paper is made of blocks: not so SAR, summary and flow chart."""
    return type(snapshot) in FORMS


def paper_of(snapshot: Snapshot) -> OfficialPaper:
    """The paper in its official form, in the digits that the office chose.

    The forms write Thai digits, as ระเบียบงานสารบรรณ does; another choice is made here, once.
    """
    paper = FORMS[type(snapshot)](snapshot)
    return paper if snapshot.office.digits == "thai" else _arabic(paper)


def _arabic(value: Any) -> Any:
    """The same blocks with Arabic digits in every text, list and page number."""
    if isinstance(value, str):
        return to_arabic_digits(value)
    if isinstance(value, tuple):
        return tuple(map(_arabic, value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _arabic(getattr(value, f.name)) for f in fields(value)}
        return replace(value, **changed | ({"thai": False} if "thai" in changed else {}))
    return value
