"""Compound files (MS-CFB), which are little file systems: files of the old Office, and objects.

Read where they lie: the table of sectors and the directory are in memory, streams are not. A file
may say anything about itself; whatever it says, what is read is bounded by its true size.
"""

import io
import struct
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from indicators.evidence.inspection.streams import size_of

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # sector numbers from here on are no sectors
SMALL, SMALL_SHIFT = 4096, 6  # shorter streams lie in the stream of the root
MOST_ROWS = 32_768  # of the directory
STREAM, ROOT = 2, 5
NO_COMPOUND = (struct.error, ValueError, IndexError)  # what is raised where there is none


@dataclass(frozen=True, kw_only=True)
class DirectoryRow:
    """A row of the directory: a storage, which has children, or a stream."""

    name: str  # in small letters: programs do not tell them apart
    kind: int
    left: int
    right: int
    child: int
    first: int
    size: int


class Compound:
    """As much of a compound file as its names and the beginnings of its streams take."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._size = file, size_of(file)
        file.seek(0)
        head = file.read(512)
        self._shift, small_shift = struct.unpack_from("<HH", head, 30)
        if not head.startswith(MAGIC) or self._shift not in (9, 12) or small_shift != SMALL_SHIFT:
            raise ValueError("no sectors of a known size")
        (directory,) = struct.unpack_from("<I", head, 48)
        (small_table,) = struct.unpack_from("<I", head, 60)
        self._table = self._read_table(head)
        rows = self._stream(directory, MOST_ROWS * 128).read()
        self.rows = [_row(rows[at : at + 128]) for at in range(0, len(rows) - 127, 128)]
        self._root = root = next((row for row in self.rows if row.kind == ROOT), None)
        self._small = self._stream(root.first, root.size) if root else None
        self._small_table = array("I")
        if self._small:
            most = (root.size >> SMALL_SHIFT) * 4 + 4096 if root else 0
            table = self._stream(small_table, most).read()
            self._small_table.frombytes(table[: len(table) // 4 * 4])

    @property
    def names(self) -> set[str]:
        """What anything in it is called."""
        return {row.name for row in self.rows if row.kind}

    @property
    def top(self) -> set[str]:
        """What lies at the root, and in no storage of an object."""
        found: set[str] = set()
        left, seen = [self._root.child] if self._root else [], set[int]()
        while left:
            number = left.pop()
            if number >= len(self.rows) or number in seen:
                continue
            seen.add(number)
            row = self.rows[number]
            found.add(row.name)
            left += [row.left, row.right]
        return found

    def streams(self, *names: str) -> Iterator[BinaryIO]:
        """Every stream of one of these names, at whatever place."""
        for row in self.rows:
            if row.kind == STREAM and row.name in names:
                yield self._opened(row)

    def begin(self, name: str, most: int) -> bytes:
        """The first bytes of the first stream of this name; nothing when there is none."""
        for stream in self.streams(name):
            return stream.read(most)
        return b""

    def _opened(self, row: DirectoryRow) -> BinaryIO:
        if row.size >= SMALL:
            return self._stream(row.first, row.size)
        numbers = _chain(self._small_table, row.first, SMALL >> SMALL_SHIFT)
        return io.BufferedReader(Stream(self._small_sector, numbers, SMALL_SHIFT, row.size))

    def _stream(self, first: int, size: int) -> BinaryIO:
        size = min(size, self._size)
        numbers = _chain(self._table, first, (size >> self._shift) + 1)
        return io.BufferedReader(Stream(self._sector, numbers, self._shift, size))

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) << self._shift)
        return self._file.read(1 << self._shift)

    def _small_sector(self, number: int) -> bytes:
        if self._small is None:
            return b""
        self._small.seek(number << SMALL_SHIFT)
        return self._small.read(1 << SMALL_SHIFT)

    def _read_table(self, head: bytes) -> "array[int]":
        """Which sector follows which; no longer than the file has sectors."""
        most = (self._size >> self._shift) + 1
        table = array("I")
        for number in self._sectors_of_table(head, most):
            sector = self._sector(number)
            table.frombytes(sector[: len(sector) // 4 * 4])
            if len(table) > most:
                break
        return table

    def _sectors_of_table(self, head: bytes, most: int) -> Iterator[int]:
        yield from (number for number in struct.unpack_from("<109I", head, 76) if number < END)
        (more,) = struct.unpack_from("<I", head, 68)
        for _step in range(most):
            if more >= END:
                return
            sector = self._sector(more)
            found = struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
            if not found:
                return
            yield from (number for number in found[:-1] if number < END)
            more = found[-1]


def _row(data: bytes) -> DirectoryRow:
    length, kind = struct.unpack_from("<HB", data, 64)
    left, right, child = struct.unpack_from("<III", data, 68)
    first, size = struct.unpack_from("<II", data, 116)
    name = data[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
    return DirectoryRow(
        name=name,
        kind=kind if name or kind == ROOT else 0,  # that of a Mac has no name
        left=left,
        right=right,
        child=child,
        first=first,
        size=size,
    )


def _chain(table: "array[int]", first: int, most: int) -> "array[int]":
    """The sectors that follow one another; of a circle no more than are asked for."""
    numbers, number = array("I"), first
    while number < END and len(numbers) < most:
        numbers.append(number)
        number = table[number] if number < len(table) else END
    return numbers


class Stream(io.RawIOBase):
    """The bytes of a chain of sectors as a file."""

    def __init__(
        self, sector: Callable[[int], bytes], numbers: "array[int]", shift: int, size: int
    ) -> None:
        super().__init__()
        self._sector, self._numbers, self._shift = sector, numbers, shift
        self._size, self._at = min(size, len(numbers) << shift), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, offset + {io.SEEK_CUR: self._at, io.SEEK_END: self._size}.get(whence, 0))
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill from the sector in which it stands; what the file does not hold is its end."""
        if self._at >= self._size:
            return 0
        number, begin = self._at >> self._shift, self._at & ((1 << self._shift) - 1)
        view = memoryview(buffer).cast("B")
        most = min(len(view), self._size - self._at)
        data = self._sector(self._numbers[number])[begin : begin + most]
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
