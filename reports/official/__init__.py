"""Snapshot to official paper, in the forms of ระเบียบงานสารบรรณ: one module per paper.

No database, no request, no clock. `paper_of` is the door; `render` and `docx` make files of what
it returns.
"""

from collections.abc import Callable
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
    """The paper in its official form, digits Thai whatever the office likes elsewhere."""
    return FORMS[type(snapshot)](snapshot)
