"""PDF: what runs by itself, opens or sends something, or hides files is refused.

A file of a few megabytes can hold millions of objects. So each is written out by the library in
one go and searched as text; only where a telling name occurs it is walked through.
"""

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from indicators.evidence.inspection.programs import HEAD, is_program, names_program
from indicators.evidence.inspection.refusal import InspectionRefused, shown
from indicators.evidence.inspection.streams import pieces, size_of

MAX_OBJECTS = 300_000
MAX_SIGNS = {b"<<": 1_000_000, b"[": 2_000_000, b"(": 2_000_000, b"/": 3_000_000}
BYTES_PER_SIGN = 100  # in packed pictures every sign of one letter stands by chance, too
LONGEST_PACKED = 300  # bytes in which a pack of objects says how many they are
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
ATTACHED = "/EmbeddedFile"
# Also every link whose address is not plainly one: it may be hidden by an encoding or lie apart.
TELLING = re.compile(
    rb"/(?:JS|JavaScript|XFA|OnInstantiate|RichMedia\w*|Launch|SubmitForm|ImportData|GoTo[RE]"
    rb"|Rendition|[ER]F|FileAttachment|EmbeddedFile|OpenAction|AA|Thread|Ref)(?![\w#-])"
    rb"|[Jj](?i:avascript):|[Vv](?i:bscript):"
    rb"|/URI(?![\w#-])(?!\s*(?:/|>>|\((?:https?|mailto):))"
)
PACKED_OBJECTS = re.compile(
    rb"/ObjStm\b[^>]{0,200}?/N\s+(\d{1,9})|/N\s+(\d{1,9})\b[^>]{0,200}?/ObjStm\b"
)
# The head of an object; that of one which no later version of the file took the place of.
OBJECT, FIRST_OBJECT = re.compile(rb"(?<!end)obj"), re.compile(rb"\d\s{1,20}0\s{1,20}obj")
# What the library warns of when objects may be there that the table does not count.
ODD_TABLE = re.compile(r"xref|cross-reference|objects|damaged|recover")
PART = 25_000  # objects that are in memory at a time
# Links that run what they hold, or start a tool of Windows with words of a stranger.
SCRIPTS = ("javascript:", "vbscript:", "data:", "ms-msdt:", "search-ms:")
MAX_ACTIONS = 100  # one after the other
# How a text says in which of Unicode's encodings it is; others agree about ASCII.
ENCODINGS = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le", b"\xef\xbb\xbf": "utf-8"}


def inspect_pdf(file: BinaryIO) -> str:
    """``application/pdf``, or the reason why not."""
    import pikepdf  # noqa: PLC0415 - costs 0.2 s, and only for PDFs

    plain = refuse_crowd(file)
    try:
        with opened(file, pikepdf) as pdf:
            count = int(pdf.trailer.get("/Size", 0))
            if count > MAX_OBJECTS:
                raise InspectionRefused("too_many_entries", count=count)
            pages = len(pdf.pages)
            warned = " ".join(map(str, pdf.get_warnings())).replace(repr(file), "")
            by_parts = count > PART and plain and not ODD_TABLE.search(warned)
            if not by_parts:
                look_through(pdf.objects, pikepdf)
        for begin in range(1, count if by_parts else 0, PART):
            with opened(file, pikepdf) as pdf:
                numbers = range(begin, min(begin + PART, count))
                look_through((pdf.get_object((number, 0)) for number in numbers), pikepdf)
    except pikepdf.PasswordError as error:
        raise InspectionRefused("encrypted") from error
    except (pikepdf.PdfError, RecursionError, RuntimeError, TypeError, ValueError) as error:
        locked = b"/Encrypt" in b"".join(pieces(file, max(0, size_of(file) - 4096)))
        raise InspectionRefused("encrypted" if locked else "damaged") from error
    if not pages:
        raise InspectionRefused("damaged")
    return "application/pdf"


def opened(file: BinaryIO, pikepdf: Any) -> Any:
    """The document, read piece by piece where it lies."""
    file.seek(0)
    return pikepdf.open(file, access_mode=pikepdf.AccessMode.stream)


def look_through(things: Iterable[Any], pikepdf: Any) -> None:
    """Refuse what any of these objects does, or brings along in some way that is not known here."""
    attached = [thing for thing in things if look_at(thing, pikepdf)]
    if attached:
        refuse_attached([], attached, pikepdf)


def refuse_crowd(file: BinaryIO) -> bool:
    """Count objects as the bytes name them, before anything is built from them.

    Whether all of them are plainly of the first generation, as in a file that was written once.
    """
    by_chance = size_of(file) // BYTES_PER_SIGN
    limits = {sign: most + (by_chance if len(sign) == 1 else 0) for sign, most in MAX_SIGNS.items()}
    limits[b"endobj"] = MAX_OBJECTS
    counts, packed, before = dict.fromkeys(limits, 0), 0, b""
    objects = plain = 0
    for piece in pieces(file):
        for sign, most in limits.items():
            data = before[len(before) - len(sign) + 1 :] + piece if before else piece
            counts[sign] += data.count(sign)
            if counts[sign] > most:
                raise InspectionRefused("too_many_entries", count=counts[sign])
        data = before + piece
        if b"/ObjStm" in data:
            found = PACKED_OBJECTS.finditer(data)
            packed += sum(int(m[1] or m[2]) for m in found if m.end() > len(before))
        if packed > MAX_OBJECTS:
            raise InspectionRefused("too_many_entries", count=packed)
        if b"obj" in piece or before.endswith((b"o", b"b")):
            objects += sum(m.end() > len(before) for m in OBJECT.finditer(data))
            plain += sum(m.end() > len(before) for m in FIRST_OBJECT.finditer(data))
        before = data[-LONGEST_PACKED:]
    return objects == plain


def look_at(thing: Any, pikepdf: Any) -> bool:
    """One indirect object: searched as text, and walked through if need be.

    Whether it is an attached file of which nothing else was said.
    """
    is_stream = isinstance(thing, pikepdf.Stream)
    if is_stream:
        thing = thing.stream_dict
        if isinstance(thing.get("/F"), (pikepdf.String, pikepdf.Dictionary)):
            raise InspectionRefused("active_pdf")  # its content lies elsewhere
    if not isinstance(thing, pikepdf.Object):  # a number, or nothing
        return False
    if TELLING.search(thing.unparse(resolved=True)):
        if isinstance(thing, pikepdf.Name) and str(thing) in ACTIONS | ACTIVE_ANNOTATIONS:
            raise InspectionRefused("active_pdf")
        refuse_active(thing, pikepdf, 0)
    return is_stream and thing.get("/Type") == ATTACHED


def refuse_active(thing: Any, pikepdf: Any, depth: int) -> None:
    """Walk one indirect object and what is written directly inside it."""
    if depth > MAX_DEPTH:
        raise InspectionRefused("damaged")
    if isinstance(thing, pikepdf.Dictionary):
        keys = set(thing.keys())
        if keys & ACTIVE_KEYS or is_active(thing, keys, pikepdf) or opens(thing, pikepdf):
            raise InspectionRefused("active_pdf")
        related = related_files(thing.get("/RF"), pikepdf)
        if "/EF" in keys or related:
            files = thing.get("/EF")
            files = list(files.values()) if isinstance(files, pikepdf.Dictionary) else []
            names = [thing.get("/UF"), thing.get("/F")]
            refuse_attached([*names, *related], [*files, *related], pikepdf)
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
    if thing.get("/S") == "/Thread" and "/F" in keys:
        return True
    other = thing.get("/Ref")
    if isinstance(other, pikepdf.Dictionary) and "/F" in other:  # a page of another file
        return True
    if "/URI" in keys and isinstance(thing["/URI"], pikepdf.String):
        return runs(bytes(thing["/URI"]))
    return False


def opens(thing: Any, pikepdf: Any) -> bool:
    """Whether a link opens by itself: with the file, a page or a field, or after another act."""
    begin = [thing.get("/OpenAction")]
    if isinstance(acts := thing.get("/AA"), pikepdf.Dictionary):
        begin += acts.values()
    left = [act for act in begin if isinstance(act, pikepdf.Dictionary)]
    for _count in range(MAX_ACTIONS):
        if not left:
            return False
        act = left.pop()
        if act.get("/S") == "/URI":
            return True
        after = act.get("/Next")
        after = list(after) if isinstance(after, pikepdf.Array) else [after]
        left += [one for one in after if isinstance(one, pikepdf.Dictionary)]
    return True  # nobody honest chains so many


def runs(address: bytes) -> bool:
    """Whether a link's address is a script; browsers pass over blanks and controls in it."""
    encoding = next((ENCODINGS[mark] for mark in ENCODINGS if address.startswith(mark)), "latin-1")
    letters = address.decode(encoding, "replace").lstrip("\ufeff")
    return "".join(c for c in letters if c > " ").lower().startswith(SCRIPTS)


def related_files(thing: Any, pikepdf: Any) -> list[Any]:
    """Names and bytes of the files that belong to a file; a font may be called /RF as well."""
    if not isinstance(thing, pikepdf.Dictionary):
        return []
    lists = [value for value in thing.values() if isinstance(value, pikepdf.Array)]
    found = [part for parts in lists for part in parts]
    return found if any(isinstance(part, pikepdf.Stream) for part in found) else []


def refuse_attached(names: list[Any], files: list[Any], pikepdf: Any) -> None:
    """A file inside: a program is called one, anything else is to be brought by itself."""
    texts = [str(name) for name in names if isinstance(name, pikepdf.String)]
    for text in texts:
        if names_program(text):
            raise InspectionRefused("program_attached", name=shown(text))
    name = shown(texts[0]) if texts else "?"
    for file in files:
        if isinstance(file, pikepdf.Stream) and is_program(file.read_bytes()[:HEAD]):
            raise InspectionRefused("program_attached", name=name)
    raise InspectionRefused("files_attached", name=name)
