"""Says what a file is by its content, or why it is refused. Runs as a program of its own.

Imports nothing of ours and no Django: the parent starts it with a clean environment, it limits its
own memory and time before it looks at a single byte, and prints one line of JSON, either
``{"media_type": …}`` or ``{"refused": <code>, …}``. Whatever kills it refuses the file.
"""

import json
import re
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any

MEMORY_LIMIT = 1024 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 80_000_000  # previews are decoded in the server: three bytes each
MAX_ENTRIES = 5_000
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 120
RATIO_MATTERS_FROM = 20 * 1024 * 1024
MAX_CONTENT_TYPES = 4 * 1024 * 1024

OOXML = "application/vnd.openxmlformats-officedocument."
OOXML_TYPES = {
    "word/": f"{OOXML}wordprocessingml.document",
    "xl/": f"{OOXML}spreadsheetml.sheet",
    "ppt/": f"{OOXML}presentationml.presentation",
}
ODF = "application/vnd.oasis.opendocument."
ODF_TYPES = {f"{ODF}{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")}
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
PROGRAM_NAMES = re.compile(
    r"\.(exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|dll|jar|lnk|reg|apk|sh"
    r"|docm|dotm|xlsm|xltm|xlsb|pptm|potm|ppsm)$",
    re.IGNORECASE,
)
ACTIVE_PDF_KEYS = {"/JS", "/JavaScript", "/XFA"}
ACTIVE_PDF_ACTIONS = {"/JavaScript", "/Launch"}


class InspectionRefused(Exception):
    """The file is not taken in; ``code`` names the reason."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **details}


def inspect(path: Path) -> str:
    """The media type of the file at ``path``; raises ``InspectionRefused``."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise InspectionRefused("empty")
    if head.startswith(PROGRAMS):
        raise InspectionRefused("program")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise InspectionRefused("old_office")
    if b"%PDF-" in head[:1024]:
        return inspect_pdf(path)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    ):
        return inspect_image(path)
    if head[4:8] == b"ftyp":
        return inspect_iso_media(head)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return inspect_archive(path)
    return inspect_text(path)


# -- PDF ------------------------------------------------------------------------
def inspect_pdf(path: Path) -> str:
    """Refuse what runs by itself (JavaScript, Launch) and what nobody can open."""
    import pikepdf  # noqa: PLC0415 - costs 0.2 s, and only for PDFs

    try:
        with pikepdf.open(path) as pdf:
            pages = len(pdf.pages)
            seen = 0
            for thing in pdf.objects:
                seen += 1
                refuse_active(thing, pikepdf, 0)
    except pikepdf.PasswordError as error:
        raise InspectionRefused("encrypted") from error
    except (pikepdf.PdfError, RecursionError) as error:
        raise InspectionRefused("damaged") from error
    if not pages:
        raise InspectionRefused("damaged")
    return "application/pdf"


def refuse_active(thing: Any, pikepdf: Any, depth: int) -> None:
    """Walk one indirect object and what is written directly inside it."""
    if depth > 60:
        raise InspectionRefused("damaged")
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if isinstance(thing, pikepdf.Dictionary):
        keys = set(thing.keys())
        if keys & ACTIVE_PDF_KEYS or (
            "/S" in keys
            and isinstance(thing["/S"], pikepdf.Name)
            and str(thing["/S"]) in ACTIVE_PDF_ACTIONS
        ):
            raise InspectionRefused("active_pdf")
        parts = [thing[key] for key in keys]
    elif isinstance(thing, pikepdf.Array):
        parts = list(thing)
    else:
        return
    for part in parts:
        direct = isinstance(part, pikepdf.Object) and not part.is_indirect
        if direct:
            refuse_active(part, pikepdf, depth + 1)


# -- pictures and films ---------------------------------------------------------
def inspect_image(path: Path) -> str:
    """Count the pixels before any is decoded, then let the decoder check the structure."""
    from PIL import Image  # noqa: PLC0415 - only for pictures

    Image.MAX_IMAGE_PIXELS = None  # counted here, with a reason people can read
    try:
        with Image.open(path, formats=tuple(IMAGES)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise InspectionRefused("too_many_pixels", width=width, height=height)
            kind = IMAGES[picture.format or ""]
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:
        raise InspectionRefused("damaged") from error
    return kind


def inspect_iso_media(head: bytes) -> str:
    """HEIC photographs and MP4 films: named by their brand, never decoded here."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12]} | {head[i : i + 4] for i in range(16, min(size, len(head)), 4)}
    if brands & HEIC_BRANDS:
        return "image/heic"
    if brands & MP4_BRANDS:
        return "video/mp4"
    raise InspectionRefused("unknown")


# -- archives -------------------------------------------------------------------
def inspect_archive(path: Path) -> str:
    """Office files and ZIPs: the table of contents is judged, nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            refuse_bomb(entries, path.stat().st_size)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise InspectionRefused("encrypted")
            names = [entry.filename for entry in entries]
            return archive_type(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, KeyError) as error:
        raise InspectionRefused("damaged") from error


def refuse_bomb(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """A document of fifty megabytes does not unpack to a terabyte."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise InspectionRefused("too_many_entries", count=len(entries))
    if unpacked > MAX_UNPACKED:
        raise InspectionRefused("bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO:
        raise InspectionRefused("bomb")


def archive_type(archive: zipfile.ZipFile, names: list[str]) -> str:
    """Which kind of archive; macros and programs are refused."""
    lowered = [name.lower() for name in names]
    if "[Content_Types].xml" in names:
        if any("vbaproject" in name or "/activex/" in name for name in lowered):
            raise InspectionRefused("macros")
        with archive.open("[Content_Types].xml") as file:
            types = file.read(MAX_CONTENT_TYPES).lower()
        if b"macroenabled" in types or b"vbaproject" in types:
            raise InspectionRefused("macros")
        for folder, media_type in OOXML_TYPES.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            declared = str(file.read(200), "ascii", "replace").strip()
        if declared in ODF_TYPES:
            if any(name.startswith(("basic/", "scripts/")) for name in lowered):
                raise InspectionRefused("macros")
            return declared
    if any(PROGRAM_NAMES.search(name.strip()) for name in names):
        raise InspectionRefused("program_inside")
    return "application/zip"


# -- text -----------------------------------------------------------------------
def inspect_text(path: Path) -> str:
    """UTF-8, UTF-16 with a mark, or Windows' Thai; a web page is a program in disguise."""
    data = path.read_bytes()
    text = decoded(data)
    if text is None or any(ord(c) < 32 and c not in "\t\n\r\f" for c in text):
        raise InspectionRefused("unknown")
    start = text.lstrip("\ufeff \t\r\n")[:400].lower()
    if start.startswith("<") and re.search(r"<(!doctype|html|svg|script|\?xml|body|head)", start):
        raise InspectionRefused("web_page")
    return "text/plain"


def decoded(data: bytes) -> str | None:
    """The text, or None when no encoding of the office fits."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8", "cp874"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def main() -> None:
    """Limit oneself, look, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer: dict[str, object] = {"media_type": inspect(Path(sys.argv[1]))}
    except InspectionRefused as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"refused": "unreadable"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
