"""What a 7z file says about its parts: what they are called, and whether a password is needed.

Its table is mostly packed itself. Only that is unpacked, and no more than a table can be.
"""

import io
import lzma
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from indicators.evidence.inspection.refusal import InspectionRefused
from indicators.evidence.inspection.streams import size_of

START = struct.Struct("<6s2xIQQI")
LARGEST_TABLE, MOST_TABLES, MOST_THINGS = 16 * 1024 * 1024, 4, 100_000
# Marks of the table's parts.
END, HEADER, PROPERTIES, MORE_STREAMS, STREAMS, FILES = 0, 1, 2, 3, 4, 5
PACKS, UNPACKS, SUBSTREAMS, SIZE, DIGESTS, FOLDER, UNPACKED, COUNTS = 6, 7, 8, 9, 10, 11, 12, 13
NAMES, PACKED_HEADER = 0x11, 0x17
LOCKED, AS_IT_IS = b"\x06\xf1\x07\x01", b"\0"
LZMA, LZMA2 = b"\x03\x01\x01", b"\x21"
DAMAGED = (struct.error, IndexError, lzma.LZMAError, UnicodeDecodeError)


@dataclass
class Streams:
    """Where packed bytes lie, and how they were packed: for each folder, its steps."""

    begin: int = 0
    packed: list[int] = field(default_factory=list)
    folders: list[list[tuple[bytes, bytes]]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)  # of each folder
    sizes: list[int] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)  # which folders have a digest


def names_of_seven_zip(file: BinaryIO) -> Iterator[str]:
    """The names of all parts; raises ``InspectionRefused`` where a password hides anything."""
    try:
        yield from _names(file)
    except DAMAGED as error:
        raise InspectionRefused("damaged") from error


def _names(file: BinaryIO) -> Iterator[str]:
    file.seek(0)
    _sign, _sum, begin, size, _sum_of_table = START.unpack(file.read(START.size))
    table = _read(file, START.size + begin, size)
    for _level in range(MOST_TABLES):
        reader = SevenZipTable(table)
        mark = reader.number()
        if mark == HEADER:
            yield from reader.names()
            return
        if mark != PACKED_HEADER:
            break
        table = _unpacked(file, reader.streams())
    raise InspectionRefused("damaged")


def _read(file: BinaryIO, begin: int, size: int) -> bytes:
    if not 0 < size <= LARGEST_TABLE:
        raise InspectionRefused("damaged" if not size else "too_many_entries", count=size)
    file.seek(min(begin, size_of(file)))
    data = file.read(size)
    if len(data) < size:
        raise InspectionRefused("damaged")
    return data


def _unpacked(file: BinaryIO, streams: Streams) -> bytes:
    """A table that was packed in one step."""
    if len(streams.folders) != 1 or len(streams.folders[0]) != 1 or not streams.packed:
        raise InspectionRefused("unreadable")
    (how, settings), size = streams.folders[0][0], streams.sizes[0]
    data = _read(file, START.size + streams.begin, streams.packed[0])
    if size > LARGEST_TABLE:
        raise InspectionRefused("bomb")
    if how == AS_IT_IS:
        return data
    packing = _packing(how, settings, max(4096, size))
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[packing]).decompress(data, size)


def _packing(how: bytes, settings: bytes, most: int) -> dict[str, int]:
    """Settings for ``lzma``; a memory larger than what comes out would never be used."""
    if how == LZMA2:
        bits = settings[0]
        size = 2**32 - 1 if bits >= 40 else (2 | bits & 1) << (bits // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": min(size, most)}
    if how != LZMA:
        raise InspectionRefused("unreadable")
    packed, size = struct.unpack_from("<BI", settings)
    return {
        "id": lzma.FILTER_LZMA1,
        "lc": packed % 9,
        "lp": packed // 9 % 5,
        "pb": packed // 45,
        "dict_size": max(4096, min(size, most)),
    }


class SevenZipTable:
    """A table of contents, read from mark to mark."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def take(self, count: int) -> bytes:
        data = self._data.read(count) if count >= 0 else b""
        if len(data) != count:
            raise InspectionRefused("damaged")
        return data

    def number(self) -> int:
        """How many ones the first byte begins with says how many bytes follow."""
        first = self.take(1)[0]
        more = next((bit for bit in range(8) if not first & 0x80 >> bit), 8)
        high = first & (0x7F >> more) if more < 8 else 0
        return int.from_bytes(self.take(more), "little") | high << 8 * more

    def count(self) -> int:
        """How many things follow; more than any honest file has are refused."""
        found = self.number()
        if found > MOST_THINGS:
            raise InspectionRefused("too_many_entries", count=found)
        return found

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[at // 8] & 0x80 >> at % 8) for at in range(count)]

    def digests(self, count: int) -> list[bool]:
        """Which of so many things have a digest; the digests are passed over."""
        known = [True] * count if self.take(1)[0] else self.bits(count)
        self.take(4 * sum(known))
        return known

    def names(self) -> Iterator[str]:
        """The names of all parts."""
        mark = self.number()
        if mark == PROPERTIES:
            while self.number() != END:
                self.take(self.number())
            mark = self.number()
        while mark in (MORE_STREAMS, STREAMS):
            self.streams()
            mark = self.number()
        if mark != FILES:
            return
        self.count()
        while (mark := self.number()) != END:
            data = self.take(self.number())
            if mark == NAMES:
                if data[0]:  # they lie elsewhere
                    raise InspectionRefused("unreadable")
                yield from data[1:].decode("utf-16-le").split("\0")[:-1]

    def streams(self) -> Streams:
        """What is said about packed bytes; refused when a password is needed for any."""
        found = Streams()
        while (mark := self.number()) != END:
            if mark == PACKS:
                self._packs(found)
            elif mark == UNPACKS:
                self._unpacks(found)
            elif mark == SUBSTREAMS:
                self._substreams(found)
            else:
                raise InspectionRefused("damaged")
        return found

    def _packs(self, found: Streams) -> None:
        found.begin, count = self.number(), self.count()
        while (mark := self.number()) != END:
            if mark == SIZE:
                found.packed = [self.number() for _pack in range(count)]
            elif mark == DIGESTS:
                self.digests(count)
            else:
                raise InspectionRefused("damaged")

    def _unpacks(self, found: Streams) -> None:
        if self.number() != FOLDER:
            raise InspectionRefused("damaged")
        count = self.count()
        if self.take(1)[0]:
            raise InspectionRefused("unreadable")
        for _folder in range(count):
            found.folders.append(self._folder(found))
        found.known = [False] * count
        while (mark := self.number()) != END:
            if mark == UNPACKED:
                found.sizes = [self.number() for _size in range(sum(found.outputs))]
            elif mark == DIGESTS:
                found.known = self.digests(count)
            else:
                raise InspectionRefused("damaged")

    def _folder(self, found: Streams) -> list[tuple[bytes, bytes]]:
        steps, inputs, outputs = [], 0, 0
        for _step in range(min(self.count(), 32)):
            flags = self.take(1)[0]
            how = self.take(flags & 0x0F)
            inputs += self.count() if flags & 0x10 else 1
            outputs += self.count() if flags & 0x10 else 1
            steps.append((how, self.take(self.count()) if flags & 0x20 else b""))
            if how == LOCKED:
                raise InspectionRefused("encrypted")
        for _number in range(2 * (outputs - 1)):
            self.number()
        if (left := inputs - outputs + 1) > 1:
            for _number in range(left):
                self.number()
        found.outputs.append(outputs)
        return steps

    def _substreams(self, found: Streams) -> None:
        counts = [1] * len(found.folders)
        while (mark := self.number()) != END:
            if mark == COUNTS:
                counts = [self.count() for _folder in found.folders]
            elif mark == SIZE:
                for _size in range(sum(max(0, count - 1) for count in counts)):
                    self.number()
            elif mark == DIGESTS:
                without = [
                    n for n, known in zip(counts, found.known, strict=True) if n != 1 or not known
                ]
                self.digests(sum(without))
            else:
                raise InspectionRefused("damaged")
