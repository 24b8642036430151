"""Files of the old Office: kept as downloads, unless they run, fetch or hide something.

Also a new Office file under a password is one of these, with its content locked inside.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from indicators.evidence.inspection.compound import NO_COMPOUND, Compound
from indicators.evidence.inspection.fetching import ELSEWHERE
from indicators.evidence.inspection.programs import HEAD, is_program, names_program
from indicators.evidence.inspection.refusal import InspectionRefused, shown
from indicators.evidence.inspection.streams import overlapped

KINDS = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",
    "powerpoint document": "application/vnd.ms-powerpoint",
}
SHEETS, SHOW = ("workbook", "book"), "powerpoint document"
LOCKED = {"encryptioninfo", "encryptedpackage", "encryptedsummary"}
WORD_LOCKED = 0x0100
SHOW_LOCKED = 0xF3D1C4DF
# Records of a workbook: an end, a password, a sheet and its kind, other places and their names.
RECORD_END, RECORD_LOCKED, SHEET, PLACE, PLACE_NAME = 0x0A, 0x2F, 0x85, 0x01AE, 0x23
MACRO_SHEETS = (1, 6)
MOST_RECORDS = 100_000  # before the first sheet; texts stand there, too
PACKED = "\x01ole10native"  # any file, put into a document as an object
PACKED_HEAD = 4096  # bytes in which its names stand, and its first ones
MACROS = {"_vba_project", "_vba_project_cur", "macros", "vba"}
SHOW_OBJECT, CONTAINER = 0x1011, 0x0F
MOST_OBJECTS, LARGEST_OBJECT = 1000, 32 * 1024 * 1024
# The beginning of a field that talks to another program, in letters of one byte or two.
TALKS = re.compile(rb"\x13\x00?(?:[ \"]\x00?)*d\x00?d\x00?e\x00?(?:a|[ \"\x00])", re.IGNORECASE)
LONGEST_FIELD = 64  # bytes of its beginning
# Where in a Word file the list of what belongs to it is said to lie; the second is the template.
WORD_LISTS, TEMPLATE = 0x9A + 8 * 32, 1


def kind_of(folder: Compound) -> str:
    """The media type by what lies at the root; raises ``InspectionRefused``."""
    kinds = {KINDS[name] for name in KINDS if name in folder.top}
    if len(kinds) != 1:
        raise InspectionRefused("unknown" if not kinds else "damaged")
    return kinds.pop()


def is_locked(folder: Compound) -> bool:
    """Whether a password is needed to read what is inside."""
    if LOCKED & folder.names:
        return True
    word = folder.begin("worddocument", 12)
    if len(word) >= 12 and struct.unpack_from("<H", word, 10)[0] & WORD_LOCKED:
        return True
    user = folder.begin("current user", 16)
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == SHOW_LOCKED:
        return True
    return any(
        kind == RECORD_LOCKED for book in folder.streams(*SHEETS) for kind, _data in records(book)
    )


def records(book: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook that say what is in it, with how each begins."""
    at = 0
    for _count in range(MOST_RECORDS):
        book.seek(at)
        if len(head := book.read(4)) < 4:
            return
        kind, length = struct.unpack("<HH", head)
        if kind == RECORD_END:
            return
        yield kind, book.read(min(length, 512))
        at += 4 + length


def refuse_active(folder: Compound) -> None:
    """Refuse what runs something, talks to another program, or holds a program."""
    if MACROS & folder.names or any(map(has_macro_sheet, folder.streams(*SHEETS))):
        raise InspectionRefused("macros")
    for packed in folder.streams(PACKED):
        refuse_packed(packed.read(PACKED_HEAD))
    if any(map(talks, folder.streams(*SHEETS))) or any(
        TALKS.search(piece)
        for text in folder.streams("worddocument")
        for piece in overlapped(text, LONGEST_FIELD)
    ):
        raise InspectionRefused("reaches_out", name="DDE")
    template = template_of(folder)
    if ELSEWHERE.match(template.lower()):
        raise InspectionRefused("reaches_out", name=shown(template))
    for data in objects_of_shows(folder):
        refuse_programs_of(io.BytesIO(data))


def refuse_programs_of(file: BinaryIO) -> None:
    """Refuse a compound file inside another file that runs something or holds what does."""
    try:
        folder = Compound(file)
    except NO_COMPOUND:
        return  # nothing that an Office would open either
    refuse_active(folder)


def has_macro_sheet(book: BinaryIO) -> bool:
    """Whether a workbook has a sheet of macros, as of Excel 4."""
    return any(
        kind == SHEET and len(data) > 5 and data[5] in MACRO_SHEETS for kind, data in records(book)
    )


def talks(book: BinaryIO) -> bool:
    """Whether a workbook asks another program for values (DDE); a link to an object is none."""
    place = False
    for kind, data in records(book):
        if kind == PLACE:
            place = b"\x03" in data[4:]
        elif kind == PLACE_NAME and place and data and not data[0] & 0x10:
            return True
    return False


def template_of(folder: Compound) -> str:
    """The template to which a Word file is attached."""
    head = folder.begin("worddocument", WORD_LISTS + 8)
    if len(head) < WORD_LISTS + 8:
        return ""
    place, length = struct.unpack_from("<II", head, WORD_LISTS)
    tables = [name for name in ("1table", "0table") if name in folder.names]
    wanted = ("0table", "1table")[bool(struct.unpack_from("<H", head, 10)[0] & 0x0200)]
    for table in folder.streams(wanted if wanted in tables else ""):
        table.seek(place)
        texts = table.read(min(length, 65_536))
        at = 6  # the sign of wide letters, how many there are, no more about each
        for number in range(TEMPLATE + 1):
            letters = int.from_bytes(texts[at : at + 2], "little")
            if number == TEMPLATE:
                return texts[at + 2 : at + 2 + letters * 2].decode("utf-16-le", "replace")
            at += 2 + letters * 2
    return ""


def objects_of_shows(folder: Compound) -> Iterator[bytes]:
    """The objects inside a PowerPoint file, its macros among them: compound files, packed."""
    for show in folder.streams(SHOW):
        at, found = 0, 0
        for _count in range(MOST_RECORDS):
            show.seek(at)
            if len(head := show.read(8)) < 8:
                break
            version, kind, length = struct.unpack("<HHI", head)
            at += 8 if version & 0x0F == CONTAINER else 8 + length
            if kind == SHOW_OBJECT:
                found += 1
                if found > MOST_OBJECTS:
                    raise InspectionRefused("too_many_entries", count=found)
                yield (
                    unpacked_object(show, length)
                    if version >> 4
                    else show.read(min(length, LARGEST_OBJECT))
                )


def unpacked_object(show: BinaryIO, length: int) -> bytes:
    """As much of a packed object as may be in memory."""
    size = int.from_bytes(show.read(4), "little")
    if size > LARGEST_OBJECT:
        raise InspectionRefused("bomb")
    try:
        return zlib.decompressobj().decompress(show.read(min(length, LARGEST_OBJECT)), size or 1)
    except zlib.error as error:
        raise InspectionRefused("damaged") from error


def refuse_packed(packed: bytes) -> None:
    """Refuse a program that was put into a document as an object."""
    # Size and flags, then the label and the name, each ended by a zero.
    label, _zero, more = packed[6:].partition(b"\0")
    name, _zero, rest = more.partition(b"\0")
    if any(names_program(named) for named in map(_text, (label, name))):
        raise InspectionRefused("program_attached", name=shown(_text(label)))
    if is_program(_packed_file(rest)):
        raise InspectionRefused("program_attached", name=shown(_text(label)))


def _text(name: bytes) -> str:
    return name.decode("cp874", "replace")


def _packed_file(rest: bytes) -> bytes:
    """The first bytes of the packed file: before it stand a path with its length, and its size."""
    if len(rest) < 8:
        return b""
    begin = 8 + int(struct.unpack_from("<I", rest, 4)[0]) + 4
    return rest[begin : begin + HEAD]
