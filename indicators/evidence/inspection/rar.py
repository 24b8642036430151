"""What a RAR file of version 4 or 5 says about its parts: no more than what they are called."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from indicators.evidence.inspection.refusal import MAX_ENTRIES, InspectionRefused
from indicators.evidence.inspection.streams import size_of

OLD, NEW = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
MOST_BLOCKS = 4 * MAX_ENTRIES  # a part may have some of its own for what else is known about it
LONGEST_HEAD = 2 * 1024 * 1024
# Of version 4: the beginning of a block; of a part; and what their flags say.
BLOCK, PART = struct.Struct("<HBHH"), struct.Struct("<II9xBBHI")
ARCHIVE, FILE, LAST = 0x73, 0x74, 0x7B
HEADS_LOCKED, LOCKED, LARGE, WIDE_NAME, MORE = 0x80, 0x04, 0x100, 0x200, 0x8000
# Of version 5.
NEW_FILE, NEW_LOCK, NEW_LAST = 2, 4, 5
HAS_EXTRA, HAS_DATA, HAS_TIME, HAS_SUM, EXTRA_LOCK = 1, 2, 2, 4, 1


def names_of_rar(file: BinaryIO) -> Iterator[str]:
    """The names of all parts; raises ``InspectionRefused`` where a password hides them."""
    file.seek(0)
    new = file.read(len(NEW)) == NEW
    try:
        yield from _new_names(file) if new else _old_names(file)
    except (struct.error, IndexError) as error:
        raise InspectionRefused("damaged") from error


def _old_names(file: BinaryIO) -> Iterator[str]:
    at, end = len(OLD), size_of(file)
    for _count in range(MOST_BLOCKS):
        if at >= end:
            return
        file.seek(at)
        start = file.read(BLOCK.size)
        _sum, kind, flags, size = BLOCK.unpack(start)
        if size < BLOCK.size:
            raise InspectionRefused("damaged")
        rest = file.read(size - BLOCK.size)
        data = struct.unpack_from("<I", rest)[0] if flags & MORE or kind == FILE else 0
        if kind == ARCHIVE and flags & HEADS_LOCKED:
            raise InspectionRefused("encrypted")
        if kind == FILE:
            if flags & LOCKED:
                raise InspectionRefused("encrypted")
            begin = PART.size + (8 if flags & LARGE else 0)
            if flags & LARGE:
                data += struct.unpack_from("<I", rest, PART.size)[0] << 32
            name = rest[begin : begin + PART.unpack_from(rest)[4]]
            yield _old_name(name, wide=bool(flags & WIDE_NAME))
        elif kind == LAST:
            return
        at = min(at + size + data, end)
    raise InspectionRefused("too_many_entries", count=MOST_BLOCKS)


def _old_name(name: bytes, *, wide: bool) -> str:
    plain, zero, packed = name.partition(b"\0")
    if not wide:
        return plain.decode("cp874", "replace")
    return _unpacked_name(plain, packed) if zero else name.decode("utf-8", "replace")


def _unpacked_name(plain: bytes, packed: bytes) -> str:
    """A wide name as its difference from the plain one, two bits of a flag for each letter."""
    out, high, at, flags, bits = list[int](), packed[0] << 8, 1, 0, 0
    while at < len(packed):
        if not bits:
            flags, bits, at = packed[at], 8, at + 1
            continue
        bits -= 2
        how = flags >> bits & 3
        if how < 3:
            out.append(packed[at] | (0, high, packed[min(at + 1, len(packed) - 1)] << 8)[how])
            at += 2 if how == 2 else 1
            continue
        count, add, at = packed[at] & 0x7F, 0, at + 1
        if packed[at - 1] & 0x80:
            add, at = packed[at], at + 1
            out += [(byte + add & 0xFF) | high for byte in plain[len(out) : len(out) + count + 2]]
        else:
            out += plain[len(out) : len(out) + count + 2]
    return "".join(map(chr, out))


def _new_names(file: BinaryIO) -> Iterator[str]:
    at, end = len(NEW), size_of(file)
    for _count in range(MOST_BLOCKS):
        if at >= end:
            return
        file.seek(at + 4)
        size, length = _number(file.read(10), 0)
        if not 0 < size <= LONGEST_HEAD:
            raise InspectionRefused("damaged")
        begin = at + 4 + length
        file.seek(begin)
        head = file.read(size)
        kind, place = _number(head, 0)
        flags, place = _number(head, place)
        extra, place = _number(head, place) if flags & HAS_EXTRA else (0, place)
        data, place = _number(head, place) if flags & HAS_DATA else (0, place)
        if kind == NEW_LOCK:
            raise InspectionRefused("encrypted")
        if kind == NEW_FILE:
            if EXTRA_LOCK in _extras(head[len(head) - extra :] if extra else b""):
                raise InspectionRefused("encrypted")
            yield _new_name(head, place)
        elif kind == NEW_LAST:
            return
        at = min(begin + size + data, end)
    raise InspectionRefused("too_many_entries", count=MOST_BLOCKS)


def _new_name(head: bytes, place: int) -> str:
    flags, place = _number(head, place)
    for _size_and_attributes in range(2):
        _skipped, place = _number(head, place)
    place += (4 if flags & HAS_TIME else 0) + (4 if flags & HAS_SUM else 0)
    for _packing_and_system in range(2):
        _skipped, place = _number(head, place)
    length, place = _number(head, place)
    return head[place : place + length].decode("utf-8", "replace")


def _extras(area: bytes) -> Iterator[int]:
    """The kinds of records behind the head of a part."""
    at = 0
    while at < len(area):
        size, at = _number(area, at)
        kind, _place = _number(area, at)
        yield kind
        at += max(1, size)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        value, at = value | (byte & 0x7F) << shift, at + 1
        if not byte & 0x80:
            return value, at
    raise InspectionRefused("damaged")
