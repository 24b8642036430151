"""Office files and ZIPs: the table of contents is judged first, then how each part begins and ends.

Archives inside archives are looked into, so many levels deep. A part that was kept as it is is read
where it lies; one that was packed is unpacked into memory, and no more than a few at a time.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from indicators.evidence.inspection import compound, layout, office
from indicators.evidence.inspection.fetching import plain_xml, refuse_fetching
from indicators.evidence.inspection.pdf import inspect_pdf
from indicators.evidence.inspection.programs import (
    HIDDEN_ARCHIVES,
    is_closed_archive,
    is_program,
    names_program,
)
from indicators.evidence.inspection.refusal import (
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_FROM,
    UNPACKED_OF_LARGE,
    InspectionRefused,
    shown,
    shown_name,
)
from indicators.evidence.inspection.streams import CHUNK, Window, holds, size_of

END = b"PK\x05\x06"
MAGIC = (b"PK\x03\x04", END)
LONGEST_COMMENT = 66_000  # bytes at the end of a ZIP within which its table is announced
LONGEST_SIGN = 8  # of another archive
PDF_WITHIN = 1024  # bytes at the beginning of a PDF within which it says so
MAX_DEPTH = 3  # archives inside the first one
MAX_HELD = 64 * 1024 * 1024  # unpacked in memory at a time, of all levels
MAX_PDFS = 200  # of some pages each they take two seconds
MAX_CONTENT_TYPES = 4 * 1024 * 1024

OOXML = "application/vnd.openxmlformats-officedocument."
OOXML_TYPES = {
    "word/": f"{OOXML}wordprocessingml.document",
    "xl/": f"{OOXML}spreadsheetml.sheet",
    "ppt/": f"{OOXML}presentationml.presentation",
}
ODF = "application/vnd.oasis.opendocument."
ODF_TYPES = {f"{ODF}{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")}
CONTENT_TYPES, MANIFEST = "[content_types].xml", "META-INF/manifest.xml"
MACRO_PARTS = re.compile("vbaproject|/activex/|/macrosheets/")
MACRO_TYPES = re.compile("macroenabled|vbaproject|macrosheet|vnd.ms-office.activex")
ROOTS, DRIVE, SEPARATOR = ("/", "\\"), re.compile(r"[A-Za-z]:[/\\]"), re.compile(r"[/\\]")
WHOLE_FILES = (0, stat.S_IFREG, stat.S_IFDIR)  # no links, pipes or devices
PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
SCRIPT = re.compile(r"\.m?js$", re.IGNORECASE)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError, OSError)


class Spent:
    """What was looked at so far, in all archives of one file; ``held`` is in memory now."""

    def __init__(self, size: int = 0) -> None:
        self.entries = self.unpacked = self.held = self.pdfs = 0
        self.most = max(MAX_UNPACKED, UNPACKED_OF_LARGE * size)


def inspect_archive(file: BinaryIO) -> str:
    """The media type of a ZIP or an Office file."""
    size = size_of(file)
    return judged(file, size, 0, Spent(size))


def refuse_hidden_archive(file: BinaryIO, tail: bytes) -> None:
    """Refuse a file of another kind that is an archive as well: which one opens, nobody knows."""
    if (END in tail and holds_parts(file)) or holds(file, HIDDEN_ARCHIVES):
        raise InspectionRefused("hidden_archive")


def refuse_archive_behind(file: BinaryIO) -> None:
    """A ZIP in a file of parts, or behind it: it is judged as well, for it may be what opens."""
    size = size_of(file)
    file.seek(max(0, size - LONGEST_COMMENT))
    if END in file.read() and holds_parts(file):
        judged(file, size, 1, Spent(size), alone=False)


def refuse_signs_of_others(data: bytes) -> None:
    """What unpacks other archives finds them behind a picture or a film."""
    if any(sign in data for sign in HIDDEN_ARCHIVES):
        raise InspectionRefused("hidden_archive")


def holds_parts(file: BinaryIO) -> bool:
    """Whether the file can be opened as an archive and is not empty then."""
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.infolist())
    except (*DAMAGED, NotImplementedError):
        return False


def judged(file: BinaryIO, packed: int, depth: int, spent: Spent, *, alone: bool = True) -> str:
    """The media type of an archive at some depth; raises ``InspectionRefused``.

    One that is not ``alone`` lies in a file of another kind, among other bytes.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            refuse_bomb(entries, packed, spent)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise InspectionRefused("encrypted")
            if alone:
                layout.refuse_hidden_parts(file, packed, archive)
            refuse_ways_out(entries)
            kind = archive_type(archive, [entry for entry in entries if not entry.is_dir()])
            if kind != "application/zip":
                refuse_fetching(archive, entries)
            refuse_programs(archive, entries, kind, depth, spent)
            return kind
    except NotImplementedError as error:  # packed in a way that is not known here
        raise InspectionRefused("unreadable") from error
    except DAMAGED as error:
        raise InspectionRefused("damaged") from error


def refuse_bomb(entries: list[zipfile.ZipInfo], packed: int, spent: Spent) -> None:
    """A document of fifty megabytes does not unpack to a terabyte."""
    unpacked = sum(entry.file_size for entry in entries)
    spent.entries += len(entries)
    spent.unpacked += unpacked
    if spent.entries > MAX_ENTRIES:
        raise InspectionRefused("too_many_entries", count=spent.entries)
    if spent.unpacked > spent.most:
        raise InspectionRefused("bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO:
        raise InspectionRefused("bomb")


def refuse_ways_out(entries: list[zipfile.ZipInfo]) -> None:
    """What is unpacked stays in its folder: no part lies above it, at a root, or elsewhere."""
    for entry in entries:
        if (
            any(map(leads_out, layout.names_of(entry)))
            or stat.S_IFMT(entry.external_attr >> 16) not in WHOLE_FILES
        ):
            raise InspectionRefused("way_out", name=shown_name(entry))


def leads_out(name: str) -> bool:
    """Whether a part of this name would be unpacked at a root, on a drive or above its folder."""
    above = any(part.strip() == ".." for part in SEPARATOR.split(name))
    return above or name.startswith(ROOTS) or DRIVE.match(name) is not None


# -- which kind -----------------------------------------------------------------
def archive_type(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    """Which kind of archive; macros and locked documents are refused."""
    names = [entry.filename for entry in entries]
    lowered = [name.lower() for name in names]
    if CONTENT_TYPES in lowered:
        refuse_macros(archive, entries, lowered)
        for folder, media_type in OOXML_TYPES.items():
            if any(name.startswith(folder) for name in lowered):
                return media_type
    declared = begun(archive, entries, "mimetype", 200).decode("ascii", "replace").strip()
    manifest = plain_xml(begun(archive, entries, MANIFEST, MAX_CONTENT_TYPES))
    if ODF in declared or ODF in manifest:  # templates, too, and what declares itself late
        refuse_open_macros(lowered, manifest)
    return declared if declared in ODF_TYPES else "application/zip"


def begun(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, most: int) -> bytes:
    """How each part of this name begins: there may be several, and programs differ in which."""
    found = []
    for entry in entries:
        if entry.filename.lower() == name.lower():
            with archive.open(entry) as file:
                found.append(file.read(most))
    return b"\n".join(found)


def refuse_macros(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], lowered: list[str]
) -> None:
    """Names of parts are compared without case, and types in whatever way they are written."""
    if any(MACRO_PARTS.search(name) for name in lowered):
        raise InspectionRefused("macros")
    types = plain_xml(begun(archive, entries, CONTENT_TYPES, MAX_CONTENT_TYPES))
    if MACRO_TYPES.search(types):
        raise InspectionRefused("macros")
    if "types" not in types or "<!doctype" in types:
        raise InspectionRefused("damaged")


def refuse_open_macros(lowered: list[str], manifest: str) -> None:
    """A file of LibreOffice brings no macros and asks for no password."""
    if any(name.startswith(("basic/", "scripts/")) for name in lowered):
        raise InspectionRefused("macros")
    if "encryption-data" in manifest:
        raise InspectionRefused("encrypted")


# -- what lies inside -----------------------------------------------------------
def refuse_programs(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    kind: str,
    depth: int,
    spent: Spent,
) -> None:
    """Refuse programs by name and by content, also in archives inside."""
    code = "program_inside" if kind == "application/zip" else "program_attached"
    pages = {e.filename.rpartition("/")[0] for e in entries if PAGE.search(e.filename)}
    for entry in entries:
        for name in layout.names_of(entry):
            if names_program(name) and not is_script_of_page(name, pages):
                seen = shown_name(entry) if name == entry.filename else shown(name)
                raise InspectionRefused(code, name=seen)
    for entry in entries:
        head, tail = ends_of(archive, entry)
        if is_program(head):
            raise InspectionRefused(code, name=shown_name(entry))
        if is_closed_archive(head):
            raise InspectionRefused("closed_archive", name=shown_name(entry))
        if head.startswith(MAGIC):
            look_inside(archive, entry, depth, spent)
        else:
            look_into_document(archive, entry, head, code, spent)
            if END in tail:
                look_for_hidden_archive(archive, entry, head, depth, spent)


def look_into_document(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, head: bytes, code: str, spent: Spent
) -> None:
    """What the kinds of documents that can bring something along do bring."""
    if head.startswith(compound.MAGIC):
        look_into_old_office(archive, entry, code, spent)
    if b"%PDF-" in head:
        look_into_pdf(archive, entry, code, spent)


def ends_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[bytes, bytes]:
    """The first and the last bytes of a part."""
    with archive.open(entry) as part:
        head = chunk = part.read(PDF_WITHIN)
        looked_into = head.startswith(MAGIC) or is_closed_archive(head)
        tail = b""
        while chunk:
            if not looked_into:
                refuse_signs_of_others(tail[-LONGEST_SIGN:] + chunk)
            tail = (tail + chunk)[-LONGEST_COMMENT:]
            chunk = part.read(CHUNK)
    return head, tail


def is_script_of_page(name: str, pages: set[str]) -> bool:
    """A saved web page brings its scripts along: below the page, or beside it."""
    folder = name.rpartition("/")[0]
    return SCRIPT.search(name) is not None and any(
        not page or folder == page or folder.startswith(f"{page}/") for page in pages
    )


def look_inside(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    depth: int,
    spent: Spent,
    *,
    alone: bool = True,
) -> None:
    """Judge an archive inside an archive; the reason names it."""
    name = shown_name(entry)
    if depth >= MAX_DEPTH:
        raise InspectionRefused("too_deep", name=name)
    try:
        with unpacked(archive, entry, spent) as part:
            judged(part, size_of(part), depth + 1, spent, alone=alone)
    except InspectionRefused as refused:
        if refused.code in ("macros", "program_inside", "program_attached"):
            raise within(entry, "program_inside", refused) from refused
        if refused.code in ("active_inside", "files_attached", "reaches_out", "way_out"):
            raise within(entry, refused.code, refused) from refused
        raise


def look_for_hidden_archive(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, head: bytes, depth: int, spent: Spent
) -> None:
    """A part of another kind is no archive as well; only old Office files keep one as an object."""
    with unpacked(archive, entry, spent) as part:
        if not holds_parts(part):
            return
    if not head.startswith(compound.MAGIC):
        raise InspectionRefused("hidden_archive")
    look_inside(archive, entry, depth, spent, alone=False)


def look_into_pdf(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, code: str, spent: Spent
) -> None:
    """A PDF inside does nothing by itself either; one that cannot be read may stay."""
    spent.pdfs += 1
    if spent.pdfs > MAX_PDFS:
        raise InspectionRefused("too_many_pdfs", count=MAX_PDFS)
    try:
        with unpacked(archive, entry, spent) as part:
            inspect_pdf(part)
    except InspectionRefused as refused:
        if refused.code in ("encrypted", "damaged"):
            return
        if refused.code in ("too_many_entries", "too_large_inside"):
            raise
        named = {"active_pdf": "active_inside", "program_attached": code}
        raise within(entry, named.get(refused.code, refused.code), refused) from refused


def look_into_old_office(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, code: str, spent: Spent
) -> None:
    """An object in a document, or an old Office file in a ZIP: neither brings a program along."""
    try:
        with unpacked(archive, entry, spent) as part:
            office.refuse_programs_of(part)
    except InspectionRefused as refused:
        if refused.code in ("bomb", "too_large_inside"):
            raise
        raise within(entry, code, refused) from refused


@contextmanager
def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: Spent) -> Iterator[BinaryIO]:
    """A part as a file: where it lies, or unpacked into memory as long as it is looked at."""
    if entry.compress_type == zipfile.ZIP_STORED and archive.fp:
        file = cast(BinaryIO, archive.fp)
        whole = Window(file, layout.begin_of(file, entry), entry.file_size)
        yield io.BufferedReader(whole, CHUNK)
        return
    spent.held += entry.file_size
    if spent.held > MAX_HELD:
        raise InspectionRefused("too_large_inside", name=shown_name(entry))
    held = io.BytesIO()
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            held.write(chunk)
    try:
        yield held
    finally:
        spent.held -= entry.file_size


def within(entry: zipfile.ZipInfo, code: str, refused: InspectionRefused) -> InspectionRefused:
    """The refusal of a part as one of the whole file: it names the way to what is wrong."""
    name, inner = shown_name(entry), refused.answer.get("name")
    return InspectionRefused(code, name=shown(f"{name} → {inner}") if inner else name)
