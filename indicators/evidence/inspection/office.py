"""Files of the old Office, which are little file systems: none is taken in, but why is said.

Also a new Office file under a password is one of these, with its content locked inside.
"""

import struct
from pathlib import Path

from indicators.evidence.inspection.programs import HEAD, is_program, names_program
from indicators.evidence.inspection.refusal import InspectionRefused, shown

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # sector numbers from here on are no sectors
SMALL = 4096  # shorter streams lie in the stream of the root
OFFICE = {"worddocument", "workbook", "book", "powerpoint document"}
LOCKED = {"encryptioninfo", "encryptedpackage", "encryptedsummary"}
WORD_LOCKED = 0x0100
SHEET_LOCKED, SHEET_END = 0x2F, 0x0A
SHOW_LOCKED = 0xF3D1C4DF
PACKED = "\x01ole10native"  # any file, put into a document as an object
PACKED_HEAD = 4096  # bytes in which its names stand, and its first ones
MACROS = {"_vba_project", "_vba_project_cur", "macros", "vba"}


def inspect_old_office(path: Path) -> str:
    """Never a media type: the reason is what is found out."""
    try:
        folder = Compound(path.read_bytes())
        names, locked = set(folder.entries), is_locked(folder)
    except (struct.error, ValueError, IndexError):
        raise InspectionRefused("old_office") from None
    if locked:
        raise InspectionRefused("encrypted")
    raise InspectionRefused("old_office" if names & OFFICE or not names else "unknown")


def is_locked(folder: "Compound") -> bool:
    """Whether a password is needed to read what is inside."""
    if LOCKED & set(folder.entries):
        return True
    word = folder.stream("worddocument", 12)
    if len(word) >= 12 and struct.unpack_from("<H", word, 10)[0] & WORD_LOCKED:
        return True
    user = folder.stream("current user", 16)
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == SHOW_LOCKED:
        return True
    return any(sheet_is_locked(folder.stream(name, 8192)) for name in ("workbook", "book"))


def sheet_is_locked(data: bytes) -> bool:
    """Whether the first records of a workbook hold the one that asks for a password."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == SHEET_LOCKED:
            return True
        if kind == SHEET_END:
            return False
        at += 4 + length
    return False


def refuse_programs_of(data: bytes) -> None:
    """Refuse a compound file inside another file that runs something or holds what does."""
    try:
        folder = Compound(data)
        packed = folder.stream(PACKED, PACKED_HEAD)
    except (struct.error, ValueError, IndexError):
        return  # nothing that an Office would open either
    if MACROS & set(folder.entries):
        raise InspectionRefused("macros")
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


class Compound:
    """As much of a compound file (MS-CFB) as its names and the beginnings of streams take."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.shift, small_shift = struct.unpack_from("<HH", data, 30)
        if self.shift not in (9, 12) or small_shift != 6:
            raise ValueError("no sectors of a known size")
        directory, small_table = (
            struct.unpack_from("<I", data, 48)[0],
            struct.unpack_from("<I", data, 60)[0],
        )
        self.table = self._table()
        self.entries: dict[str, tuple[int, int]] = {}
        self._root = (END, 0)
        self._read_directory(self._chain(directory))
        small = self._chain(small_table)
        self.small_table = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self.shift
        return self.data[at : at + (1 << self.shift)]

    def _table(self) -> list[int]:
        """Which sector follows which."""
        numbers = list(struct.unpack_from("<109I", self.data, 76))
        more, seen = struct.unpack_from("<I", self.data, 68)[0], set[int]()
        while more < END and more not in seen and len(seen) < 1000:
            seen.add(more)
            sector = self._sector(more)
            found = struct.unpack(f"<{len(sector) // 4}I", sector)
            numbers += found[:-1]
            more = found[-1]
        table: list[int] = []
        for number in numbers:
            if number < END:
                sector = self._sector(number)
                table += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        return table

    def _chain(self, first: int, most: int = 1 << 24) -> bytes:
        """The bytes of a chain of sectors, at most so many; a circle ends it."""
        out, seen, number = bytearray(), set[int](), first
        while number < END and number not in seen and len(out) < most:
            seen.add(number)
            out += self._sector(number)
            number = self.table[number] if number < len(self.table) else END
        return bytes(out)

    def _read_directory(self, data: bytes) -> None:
        for at in range(0, len(data) - 127, 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if not kind or not 2 <= length <= 64:
                continue
            name = data[at : at + length - 2].decode("utf-16-le", "replace").lower()
            place = struct.unpack_from("<II", data, at + 116)
            if kind == 5:
                self._root = place
            else:
                self.entries[name] = place

    def stream(self, name: str, most: int) -> bytes:
        """The first bytes of a stream; nothing when there is none."""
        if name not in self.entries:
            return b""
        first, size = self.entries[name]
        if size >= SMALL:
            return self._chain(first, most)[: min(size, most)]
        root, out, number = self._chain(self._root[0]), bytearray(), first
        for _step in range(SMALL // 64):
            if number >= END or len(out) >= most:
                break
            out += root[number * 64 : number * 64 + 64]
            number = self.small_table[number] if number < len(self.small_table) else END
        return bytes(out[: min(size, most)])
