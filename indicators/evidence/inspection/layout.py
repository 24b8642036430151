"""How a ZIP lies in its file: what its table of contents leaves out is not looked at, so not taken.

Some programs believe the table at the end, others walk from part to part. Both are to see the same:
the parts follow one another from the first byte to the table. What honest writers leave between
them (descriptors of sizes, padding, signatures) holds no part, no table and no other archive.
"""

import struct
import zipfile
import zlib
from typing import BinaryIO

from indicators.evidence.inspection.refusal import InspectionRefused
from indicators.evidence.inspection.streams import holds, pieces

PART, ROW, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Signs long enough to mean something wherever they stand.
SIGNS = (PART, ROW, END, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
LONGEST_END = 22 + 0xFFFF  # the end of the table with the longest comment
PART_HEAD = struct.Struct("<4s4xH8xIIHH")  # sign, method, sizes, lengths of name and extra field
END_HEAD = struct.Struct("<4s6xH4xI2x")  # sign, rows, where the table begins
ELSEWHERE = 0xFFFFFFFF  # the size stands in the extra field
SIZES = 0x0001  # which has this number
UNICODE_NAME = 0x7075
CHUNK = 1024 * 1024


def refuse_hidden_parts(file: BinaryIO, size: int, archive: zipfile.ZipFile) -> None:
    """Refuse an archive in which another program may find what its table does not name."""
    parts, at = archive.infolist(), 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        _refuse_signs(file, at, part.header_offset)
        at = _end_of(file, part)
    _refuse_signs(file, at, archive.start_dir)
    file.seek(max(0, size - LONGEST_END))
    tail = file.read()
    at = tail.rfind(END)
    _sign, rows, begins = END_HEAD.unpack_from(tail.ljust(at + 22, b"\0"), at)
    if rows not in (len(parts), 0xFFFF) or begins not in (archive.start_dir, ELSEWHERE):
        raise InspectionRefused("hidden_archive")
    _refuse_signs(file, size - len(tail) + at + len(END), size)


def names_of(part: zipfile.ZipInfo) -> set[str]:
    """Every name under which some program would unpack the part."""
    return {part.filename, part.orig_filename, _second_name(_fields(part.extra))}


def _second_name(fields: dict[int, bytes]) -> str:
    return fields.get(UNICODE_NAME, b"")[5:].decode("utf-8", "replace")


def _end_of(file: BinaryIO, part: zipfile.ZipInfo) -> int:
    """Where the part's bytes end; refused when its own head says otherwise than the table."""
    file.seek(part.header_offset)
    head = file.read(PART_HEAD.size)
    if len(head) < PART_HEAD.size or not head.startswith(PART):
        raise InspectionRefused("damaged")
    _sign, method, packed, unpacked, name, extra = PART_HEAD.unpack(head)
    begin: int = part.header_offset + PART_HEAD.size + name + extra
    file.seek(begin - extra)
    fields = _fields(file.read(extra))
    if ELSEWHERE in (packed, unpacked):
        packed = _packed_size(fields.get(SIZES, b""), packed, unpacked)
    if _second_name(fields) not in {"", *names_of(part)}:
        raise InspectionRefused("hidden_archive")
    # Who streams does not know the size yet when the head is written.
    if method != part.compress_type or packed not in (0, part.compress_size):
        raise InspectionRefused("hidden_archive")
    if method == zipfile.ZIP_STORED and part.compress_size != part.file_size:
        raise InspectionRefused("hidden_archive")
    end = begin + part.compress_size
    if method != zipfile.ZIP_STORED and _ends_early(file, part, begin):
        raise InspectionRefused("hidden_archive")
    return end


def _packed_size(field: bytes, packed: int, unpacked: int) -> int:
    """The size that a head of more than four gigabytes, or one made for them, gives."""
    at = 8 if unpacked == ELSEWHERE else 0
    if packed == ELSEWHERE and len(field) >= at + 8:
        return int.from_bytes(field[at : at + 8], "little")
    return 0 if packed == ELSEWHERE else packed


def _fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields by number."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        found.setdefault(number, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def begin_of(file: BinaryIO, part: zipfile.ZipInfo) -> int:
    """Where the part's packed bytes begin."""
    file.seek(part.header_offset)
    head = file.read(PART_HEAD.size)
    if len(head) < PART_HEAD.size:
        raise InspectionRefused("damaged")
    return int(part.header_offset + PART_HEAD.size + sum(PART_HEAD.unpack(head)[4:]))


def _ends_early(file: BinaryIO, part: zipfile.ZipInfo, begin: int) -> bool:
    """Whether behind the packed bytes, but within their size, another part may begin."""
    end = begin + part.compress_size
    if not holds(file, [PART], begin, end):
        return False
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return True
    stream, packed, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), begin, 0
    for piece in pieces(file, begin, end):
        left = piece
        while left and not stream.eof:
            unpacked += len(stream.decompress(left, CHUNK))
            left = stream.unconsumed_tail
            if unpacked > part.file_size:
                raise InspectionRefused("damaged")
        packed += len(piece)
        if stream.eof:
            return holds(file, [PART], packed - len(stream.unused_data), end)
    return False


def _refuse_signs(file: BinaryIO, begin: int, end: int) -> None:
    """Between two places there is no part, no table and no other archive."""
    if begin > end:
        raise InspectionRefused("damaged")
    if holds(file, SIGNS, begin, end):
        raise InspectionRefused("hidden_archive")
