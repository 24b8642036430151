"""Snapshots as plain JSON data, both ways."""

import dataclasses
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reports.snapshot.official import (
    AnnouncementSnapshot,
    InvitationSnapshot,
    MemoSnapshot,
    MinutesSnapshot,
    OrderSnapshot,
)
from reports.snapshot.sar import FlowchartSnapshot, SarSnapshot, SummarySnapshot

Snapshot = (
    SarSnapshot
    | AnnouncementSnapshot
    | OrderSnapshot
    | MemoSnapshot
    | InvitationSnapshot
    | MinutesSnapshot
    | SummarySnapshot
    | FlowchartSnapshot
)
KINDS: dict[str, type] = {
    "sar": SarSnapshot,
    "announcement": AnnouncementSnapshot,
    "order": OrderSnapshot,
    "memo": MemoSnapshot,
    "invitation": InvitationSnapshot,
    "minutes": MinutesSnapshot,
    "summary": SummarySnapshot,
    "flowchart": FlowchartSnapshot,
}


# Fields of kept snapshots that no paper shows any more; nothing was ever written in them.
RETIRED = {"sar": {"executive_summary"}}


def kind_of(snapshot: Snapshot) -> str:
    """What `from_json` wants to know of a snapshot."""
    return next(kind for kind, cls in KINDS.items() if type(snapshot) is cls)


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Plain JSON data: Decimal as str, dates as ISO text, None stays null."""
    return {f.name: _plain(getattr(snapshot, f.name)) for f in dataclasses.fields(snapshot)}


def from_json(kind: str, data: dict[str, Any]) -> Snapshot:
    """The snapshot that `to_json` took apart; an unknown or missing field is an error.

    Fields of `RETIRED` are left out: snapshots that were kept long ago still have them.
    """
    data = {name: item for name, item in data.items() if name not in RETIRED.get(kind, ())}
    return typing.cast(Snapshot, _build(KINDS[kind], data))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # datetime is one, too
        return value.isoformat()
    return value


def _build(wanted: Any, value: Any) -> Any:
    if isinstance(wanted, types.UnionType):
        if value is None:
            return None
        wanted = next(arg for arg in typing.get_args(wanted) if arg is not types.NoneType)
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        return wanted(**{name: _build(hints[name], item) for name, item in value.items()})
    if typing.get_origin(wanted) is tuple:
        return tuple(_build(typing.get_args(wanted)[0], item) for item in value)
    if wanted is Decimal:
        return Decimal(value)
    if wanted in (date, datetime):
        return wanted.fromisoformat(value)
    return value
