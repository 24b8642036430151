"""PDF: what runs by itself, opens or sends something, or hides files is refused.

A file of a few megabytes can hold millions of objects. So each is written out by the library in
one go and searched as text; only where a telling name occurs it is walked through.
"""

import re
from pathlib import Path
from typing import Any

from indicators.evidence.inspection.programs import HEAD, is_program, names_program
from indicators.evidence.inspection.refusal import InspectionRefused, shown

MAX_OBJECTS = 300_000
MAX_SIGNS = {b"<<": 1_000_000, b"[": 2_000_000, b"(": 2_000_000, b"/": 3_000_000}
MAX_DEPTH = 60
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/OnInstantiate", "/RichMediaContent"}
ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
}
ACTIVE_ANNOTATIONS = {"/RichMedia"}
TELLING = re.compile(
    rb"/(?:JS|JavaScript|XFA|OnInstantiate|RichMedia\w*|Launch|SubmitForm|ImportData|GoTo[RE]"
    rb"|Rendition|EF|FileAttachment)(?![\w#-])|(?i:javascript|vbscript):"
)
PACKED_OBJECTS = re.compile(
    rb"/ObjStm\b[^>]{0,200}?/N\s+(\d{1,9})|/N\s+(\d{1,9})\b[^>]{0,200}?/ObjStm\b"
)
SCRIPT_ADDRESS = re.compile(rb"\s*(javascript|vbscript):", re.IGNORECASE)


def inspect_pdf(path: Path) -> str:
    """``application/pdf``, or the reason why not."""
    import pikepdf  # noqa: PLC0415 - costs 0.2 s, and only for PDFs

    refuse_crowd(path.read_bytes())
    try:
        with pikepdf.open(path) as pdf:
            if int(pdf.trailer.get("/Size", 0)) > MAX_OBJECTS:
                raise InspectionRefused("too_many_entries", count=int(pdf.trailer["/Size"]))
            pages = len(pdf.pages)
            for thing in pdf.objects:
                look_at(thing, pikepdf)
    except pikepdf.PasswordError as error:
        raise InspectionRefused("encrypted") from error
    except (pikepdf.PdfError, RecursionError, RuntimeError, TypeError, ValueError) as error:
        locked = b"/Encrypt" in path.read_bytes()[-4096:]
        raise InspectionRefused("encrypted" if locked else "damaged") from error
    if not pages:
        raise InspectionRefused("damaged")
    return "application/pdf"


def refuse_crowd(data: bytes) -> None:
    """Count objects as the bytes name them, before anything is built from them."""
    packed = sum(int(a or b) for a, b in PACKED_OBJECTS.findall(data))
    count = max(data.count(b"endobj"), packed)
    if count > MAX_OBJECTS:
        raise InspectionRefused("too_many_entries", count=count)
    for sign, most in MAX_SIGNS.items():
        if (count := data.count(sign)) > most:
            raise InspectionRefused("too_many_entries", count=count)


def look_at(thing: Any, pikepdf: Any) -> None:
    """One indirect object: searched as text, and walked through if need be."""
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if not isinstance(thing, pikepdf.Object):  # a number, or nothing
        return
    if TELLING.search(thing.unparse(resolved=True)):
        if isinstance(thing, pikepdf.Name) and str(thing) in ACTIONS:
            raise InspectionRefused("active_pdf")
        refuse_active(thing, pikepdf, 0)


def refuse_active(thing: Any, pikepdf: Any, depth: int) -> None:
    """Walk one indirect object and what is written directly inside it."""
    if depth > MAX_DEPTH:
        raise InspectionRefused("damaged")
    if isinstance(thing, pikepdf.Dictionary):
        keys = set(thing.keys())
        if keys & ACTIVE_KEYS or is_active(thing, keys, pikepdf):
            raise InspectionRefused("active_pdf")
        if "/EF" in keys:
            refuse_attached(thing, pikepdf)
        parts = [thing[key] for key in keys]
    elif isinstance(thing, pikepdf.Array):
        parts = list(thing)
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            refuse_active(part, pikepdf, depth + 1)


def is_active(thing: Any, keys: set[str], pikepdf: Any) -> bool:
    """An action that does more than turn a page, an annotation that plays, a link that runs."""
    for key, active in (("/S", ACTIONS), ("/Subtype", ACTIVE_ANNOTATIONS)):
        if key in keys and isinstance(thing[key], pikepdf.Name) and str(thing[key]) in active:
            return True
    if "/URI" in keys and isinstance(thing["/URI"], pikepdf.String):
        return SCRIPT_ADDRESS.match(bytes(thing["/URI"])) is not None
    return False


def refuse_attached(thing: Any, pikepdf: Any) -> None:
    """A file inside: a program is called one, anything else is to be brought by itself."""
    names = [str(thing[key]) for key in ("/UF", "/F") if isinstance(thing.get(key), pikepdf.String)]
    name = shown(names[0]) if names else "?"
    if any(names_program(found) for found in names):
        raise InspectionRefused("program_attached", name=name)
    for key in ("/F", "/UF"):
        stream = thing["/EF"].get(key) if isinstance(thing["/EF"], pikepdf.Dictionary) else None
        if isinstance(stream, pikepdf.Stream) and is_program(stream.read_bytes()[:HEAD]):
            raise InspectionRefused("program_attached", name=name)
    raise InspectionRefused("files_attached", name=name)
