"""The index of a ZIP as it is kept: what stands in it, in order, and how its bytes are found again.

The same index gives the same bytes, whenever and by whichever process it is read, so that a
download goes on where it was cut.
"""

import hashlib
import io
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

import thai
from core.files.zips import Moment, ZipEntry, ZipLayout, ZipReader
from indicators.handovers.contents import HandedContents
from indicators.handovers.lists import MadeList
from indicators.models import EvidenceHandover

FORM = "zip 1"  # changes when the same index would give other bytes


class EntrySource(NamedTuple):
    """A stored file, or a piece of the handover's lists from ``begin`` to ``end``."""

    blob: int | None
    begin: int = 0
    end: int = 0


@dataclass(frozen=True)
class FrozenIndex:
    """What is written down of a handover."""

    index: dict[str, Any]
    lists: bytes
    files: int
    size: int
    sha256: str


def freeze(contents: HandedContents, made: Sequence[MadeList], at: datetime) -> FrozenIndex:
    """The index of ``contents``; whole files only, whose CRC-32 are known by now."""
    lists = b"".join(one.data for one in made)
    index = {
        "at": _moment(at),
        "lists": [[one.path, len(one.data), zlib.crc32(one.data)] for one in made],
        "files": [
            [file.path, file.size, file.crc32, _moment(piece.brought_at), file.blob]
            for piece in contents.evidence
            for file in piece.files
            if file.whole
        ],
        "evidence": sorted({piece.pk for piece in contents.evidence}),
    }
    text = json.dumps([FORM, index], sort_keys=True, separators=(",", ":"))
    return FrozenIndex(
        index=index,
        lists=lists,
        files=len(index["files"]),
        size=_layout(index).size,
        sha256=hashlib.sha256(text.encode() + lists).hexdigest(),
    )


def _moment(at: datetime) -> Moment:
    """By the clock in Bangkok: a ZIP knows no time zones."""
    here = at.astimezone(thai.BANGKOK)
    return here.year, here.month, here.day, here.hour, here.minute, here.second


def _layout(index: dict[str, Any]) -> ZipLayout[EntrySource]:
    entries, at = [], 0
    for path, size, crc32 in index["lists"]:
        source = EntrySource(None, at, at + size)
        entries.append(ZipEntry(path, size, crc32, tuple(index["at"]), source))
        at += size
    for path, size, crc32, moment, blob in index["files"]:
        entries.append(ZipEntry(path, size, crc32, tuple(moment), EntrySource(blob)))
    return ZipLayout(entries)


def blobs_of(handover: EvidenceHandover) -> set[int]:
    """The stored files that the ZIP holds."""
    return {row[-1] for row in handover.index["files"]}


def open_zip(
    handover: EvidenceHandover, open_blob: Callable[[int], BinaryIO]
) -> ZipReader[EntrySource]:
    """The ZIP as a file that is read from anywhere."""
    lists = bytes(handover.lists)

    def open_source(source: EntrySource) -> BinaryIO:
        if source.blob is None:
            return io.BytesIO(lists[source.begin : source.end])
        return open_blob(source.blob)

    return ZipReader(_layout(handover.index), open_source)
