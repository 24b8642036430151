"""A ZIP whose every byte is known before the first one is sent. Free of Django.

The files are stored as they are, and their sizes and CRC-32 are known: so the ZIP has a length, and
can be read from any byte on without reading what stands before it. Libraries that make ZIPs while
they stream count the CRC as the bytes go by, so a download that was cut would begin anew.
"""

import io
import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

S = TypeVar("S")
FULL_32, FULL_16 = 0xFFFFFFFF, 0xFFFF
PLAIN, WIDE = 20, 45  # the version of the format that is needed, without and with ZIP64
MADE_BY = 3 << 8 | WIDE  # Unix
UTF_8 = 1 << 11
STORED = 0
MODE = 0o100644 << 16  # a plain file that everybody may read
FIRST_YEAR, LAST_YEAR = 1980, 2107  # that a ZIP can write down

Moment = tuple[int, int, int, int, int, int]  # year (ค.ศ.) to second, by the clock on the wall


@dataclass(frozen=True)
class ZipEntry(Generic[S]):
    """One file: where its bytes come from (``source``) is the reader's affair."""

    name: str
    size: int
    crc32: int
    at: Moment
    source: S

    @property
    def is_wide(self) -> bool:
        """Whether its size needs ZIP64."""
        return self.size >= FULL_32


class ZipLayout(Generic[S]):
    """Where everything stands in the ZIP of ``entries``."""

    def __init__(self, entries: Sequence[ZipEntry[S]]) -> None:
        self.entries = entries
        self.starts = array("Q")
        at = 0
        for entry in entries:
            self.starts.append(at)
            at += len(header_of(entry)) + entry.size
        self.directory_at = at
        self.directory = _directory(entries, self.starts, at)
        self.size = at + len(self.directory)


class ZipReader(io.RawIOBase, Generic[S]):
    """The bytes of a ZIP as a file that can be read from anywhere, one entry open at a time.

    ``open_source`` opens the bytes of an entry; what it raises, also later, ends the reading.
    """

    def __init__(self, layout: ZipLayout[S], open_source: Callable[[S], BinaryIO]) -> None:
        super().__init__()
        self._layout, self._open = layout, open_source
        self._at, self._number = 0, -1
        self._file: BinaryIO | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        begin = {io.SEEK_CUR: self._at, io.SEEK_END: self._layout.size}.get(whence, 0)
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with bytes of the header, file or directory that it begins in."""
        view = memoryview(buffer).cast("B")
        if not view or self._at >= self._layout.size:
            return 0
        part = self._part(len(view))
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _part(self, most: int) -> bytes:
        layout = self._layout
        if self._at >= layout.directory_at:
            begin = self._at - layout.directory_at
            return layout.directory[begin : begin + most]
        number = bisect_right(layout.starts, self._at) - 1
        entry, begin = layout.entries[number], self._at - layout.starts[number]
        header = header_of(entry)
        if begin < len(header):
            return header[begin : begin + most]
        begin -= len(header)
        return self._of_file(number, begin, min(most, entry.size - begin))

    def _of_file(self, number: int, begin: int, most: int) -> bytes:
        if self._file is None or number != self._number:
            self._let_go()
            self._file = self._open(self._layout.entries[number].source)
            self._number = number
        if self._file.tell() != begin:
            self._file.seek(begin)
        part = self._file.read(most)
        if not part:  # an empty answer would be taken for the end of the ZIP
            raise EOFError(f"{self._layout.entries[number].name} is shorter than it was")
        return part

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def close(self) -> None:
        if not self.closed:
            self._let_go()
        super().close()


def header_of(entry: ZipEntry[Any]) -> bytes:
    """What stands before the bytes of a file."""
    size = FULL_32 if entry.is_wide else entry.size
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if entry.is_wide else b""
    name = entry.name.encode()
    fixed = struct.pack(
        "<4s5H3L2H",
        b"PK\3\4",
        *_facts(entry, WIDE if entry.is_wide else PLAIN),
        entry.crc32,
        size,
        size,
        len(name),
        len(extra),
    )
    return fixed + name + extra


def _facts(entry: ZipEntry[Any], version: int) -> tuple[int, ...]:
    year, month, day, hour, minute, second = entry.at
    year = min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR
    time, date = hour << 11 | minute << 5 | second // 2, year << 9 | month << 5 | day
    return version, UTF_8, STORED, time, date


def _directory(entries: Sequence[ZipEntry[Any]], starts: Sequence[int], at: int) -> bytes:
    lines = b"".join(map(_line, entries, starts))
    return lines + _end(len(entries), len(lines), at)


def _line(entry: ZipEntry[Any], start: int) -> bytes:
    """What the directory says of one file."""
    wide = list(_wide(entry, start))
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size = FULL_32 if entry.is_wide else entry.size
    name = entry.name.encode()
    fixed = struct.pack(
        "<4s6H3L5H2L",
        b"PK\1\2",
        MADE_BY,
        *_facts(entry, WIDE if wide else PLAIN),
        entry.crc32,
        size,
        size,
        len(name),
        len(extra),
        *(0, 0, 0),  # no comment, the first disk, bytes of any kind
        MODE,
        min(start, FULL_32),
    )
    return fixed + name + extra


def _wide(entry: ZipEntry[Any], start: int) -> Iterator[int]:
    if entry.is_wide:
        yield from (entry.size, entry.size)
    if start >= FULL_32:
        yield start


def _end(count: int, length: int, at: int) -> bytes:
    wide = b""
    if count >= FULL_16 or length >= FULL_32 or at >= FULL_32:
        facts = (44, MADE_BY, WIDE, 0, 0, count, count, length, at)
        wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", *facts)
        wide += struct.pack("<4sLQL", b"PK\6\7", 0, at + length, 1)
    small = min(count, FULL_16)
    return wide + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, small, small, min(length, FULL_32), min(at, FULL_32), 0
    )
