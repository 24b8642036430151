"""Office files and ZIPs: the table of contents is judged first, then how each part begins.

Archives inside archives are unpacked into memory, so many levels deep and so many bytes in all.
"""

import html
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from indicators.evidence.inspection import office
from indicators.evidence.inspection.programs import (
    CLOSED_ARCHIVES,
    HEAD,
    is_program,
    names_program,
)
from indicators.evidence.inspection.refusal import (
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_FROM,
    InspectionRefused,
    shown,
)

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MAX_DEPTH = 3  # archives inside the first one
MAX_NESTED = 200 * 1024 * 1024
MAX_CONTENT_TYPES = 4 * 1024 * 1024

OOXML = "application/vnd.openxmlformats-officedocument."
OOXML_TYPES = {
    "word/": f"{OOXML}wordprocessingml.document",
    "xl/": f"{OOXML}spreadsheetml.sheet",
    "ppt/": f"{OOXML}presentationml.presentation",
}
ODF = "application/vnd.oasis.opendocument."
ODF_TYPES = {f"{ODF}{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")}
CONTENT_TYPES = "[content_types].xml"
MACRO_TYPES = re.compile("macroenabled|vbaproject|macrosheet|vnd.ms-office.activex")
PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
SCRIPT = re.compile(r"\.js$", re.IGNORECASE)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, OSError)


class Spent:
    """What was looked at so far, in all archives of one file."""

    def __init__(self) -> None:
        self.entries = self.unpacked = self.nested = 0


def inspect_archive(path: Path) -> str:
    """The media type of a ZIP or an Office file."""
    with path.open("rb") as file:
        return judged(file, path.stat().st_size, 0, Spent())


def refuse_hidden_archive(path: Path, tail: bytes) -> None:
    """Refuse a file of another kind that is an archive as well: which one opens, nobody knows."""
    if b"PK\x05\x06" not in tail:
        return
    try:
        with zipfile.ZipFile(path) as archive:
            hidden = bool(archive.infolist())
    except (*DAMAGED, NotImplementedError):
        return
    if hidden:
        raise InspectionRefused("hidden_archive")


def judged(file: BinaryIO, packed: int, depth: int, spent: Spent) -> str:
    """The media type of an archive at some depth; raises ``InspectionRefused``."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            refuse_bomb(archive.infolist(), packed, spent)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise InspectionRefused("encrypted")
            kind = archive_type(archive, [entry.filename for entry in entries])
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
    if spent.unpacked > MAX_UNPACKED:
        raise InspectionRefused("bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO:
        raise InspectionRefused("bomb")


# -- which kind -----------------------------------------------------------------
def archive_type(archive: zipfile.ZipFile, names: list[str]) -> str:
    """Which kind of archive; macros and locked documents are refused."""
    lowered = [name.lower() for name in names]
    if CONTENT_TYPES in lowered:
        refuse_macros(archive, names, lowered)
        for folder, media_type in OOXML_TYPES.items():
            if any(name.startswith(folder) for name in lowered):
                return media_type
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            declared = str(file.read(200), "ascii", "replace").strip()
        if declared in ODF_TYPES:
            return open_document(archive, names, lowered, declared)
    return "application/zip"


def refuse_macros(archive: zipfile.ZipFile, names: list[str], lowered: list[str]) -> None:
    """Names of parts are compared without case, and types in whatever way they are written."""
    if any("vbaproject" in name or "/activex/" in name for name in lowered):
        raise InspectionRefused("macros")
    for name in names:
        if name.lower() == CONTENT_TYPES:
            with archive.open(name) as file:
                types = plain_xml(file.read(MAX_CONTENT_TYPES))
            if MACRO_TYPES.search(types):
                raise InspectionRefused("macros")
            if "types" not in types or "<!doctype" in types:
                raise InspectionRefused("damaged")


def plain_xml(data: bytes) -> str:
    """Small letters of an XML file in any of Unicode's encodings, references resolved."""
    letters = data.replace(b"\0", b"").decode("latin-1")
    return html.unescape(letters).lower()


def open_document(
    archive: zipfile.ZipFile, names: list[str], lowered: list[str], declared: str
) -> str:
    """A file of LibreOffice without macros and without a password."""
    if any(name.startswith(("basic/", "scripts/")) for name in lowered):
        raise InspectionRefused("macros")
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as file:
            if "encryption-data" in plain_xml(file.read(MAX_CONTENT_TYPES)):
                raise InspectionRefused("encrypted")
    return declared


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
        name = entry.filename
        if names_program(name) and not is_script_of_page(name, pages):
            raise InspectionRefused(code, name=shown(name))
    for entry in entries:
        with archive.open(entry) as part:
            head = part.read(HEAD)
        if is_program(head):
            raise InspectionRefused(code, name=shown(entry.filename))
        if head.startswith(CLOSED_ARCHIVES):
            raise InspectionRefused("closed_archive", name=shown(entry.filename))
        if head.startswith(office.MAGIC):
            look_into_old_office(archive, entry, code, spent)
        if head.startswith(MAGIC):
            look_inside(archive, entry, depth, spent)


def is_script_of_page(name: str, pages: set[str]) -> bool:
    """A saved web page brings its scripts along: below the page, or beside it."""
    folder = name.rpartition("/")[0]
    return SCRIPT.search(name) is not None and any(
        not page or folder == page or folder.startswith(f"{page}/") for page in pages
    )


def look_inside(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, spent: Spent) -> None:
    """Judge an archive inside an archive; the reason names it."""
    name = shown(entry.filename)
    if depth >= MAX_DEPTH:
        raise InspectionRefused("too_deep", name=name)
    data = unpacked_part(archive, entry, spent)
    try:
        judged(io.BytesIO(data), len(data), depth + 1, spent)
    except InspectionRefused as refused:
        if refused.code in ("macros", "program_inside", "program_attached"):
            raise within(entry, "program_inside", refused) from refused
        raise


def look_into_old_office(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, code: str, spent: Spent
) -> None:
    """An object in a document, or an old Office file in a ZIP: neither brings a program along."""
    try:
        office.refuse_programs_of(unpacked_part(archive, entry, spent))
    except InspectionRefused as refused:
        if refused.code == "bomb":
            raise
        raise within(entry, code, refused) from refused


def unpacked_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: Spent) -> bytes:
    """A part in memory, unless too much was unpacked already."""
    spent.nested += entry.file_size
    if spent.nested > MAX_NESTED:
        raise InspectionRefused("bomb")
    return archive.read(entry)


def within(entry: zipfile.ZipInfo, code: str, refused: InspectionRefused) -> InspectionRefused:
    """The refusal of a part as one of the whole file: it names the way to what is wrong."""
    name, inner = shown(entry.filename), refused.answer.get("name")
    return InspectionRefused(code, name=shown(f"{name} → {inner}") if inner else name)
