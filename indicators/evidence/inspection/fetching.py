"""Office files that reach out when they are opened: for macros, a template, an object, a program.

Links that somebody has to click and pictures stay, and so do links to the own disk: those of old
documents lead nowhere. Excel keeps the values of other sheets; so those may stay as well.
"""

import html
import re
import zipfile

from indicators.evidence.inspection.refusal import InspectionRefused, shown_name

MOST = 32 * 1024 * 1024  # of one part; a document of a thousand pages has ten
RELATIONSHIP = re.compile(r"<(?:\w+:)?relationship\s[^>]*>")
FETCHED = re.compile(
    r"\stype\s*=\s*[\"'][^\"']*/(?:attachedtemplate|oleobject|frame|subdocument)[\"']"
)
TARGET = re.compile(r"\starget\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# Elsewhere: the web, or a server whose name has a full stop or a port in it. Those of the own
# house have none, end in .local or have an address that leads no further.
OWN_HOUSE = (
    r"(?:(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|127)(?:\.\d{1,3}){1,3}"
    r"|[\w-]+(?:\.[\w-]+)*\.local)(?=[/\\])"
)
ELSEWHERE = re.compile(
    rf"\s*(?:(?:https?|ftps?|mhtml|ms-\w+):|(?:file:)?[/\\]{{2,}}(?!{OWN_HOUSE})[^/\\]*[.@])"
)
FIELD = re.compile(r"<(?:\w+:)?instrtext(?:\s[^>]*)?>([^<]*)<|\s(?:\w+:)?instr\s*=\s*\"([^\"]*)\"")
TALKS = re.compile(r"ddeauto\b|(?:^|\s)dde\s")
OPEN_TALKS = re.compile(r"[\s:]dde-application\s*=")
OPEN_RUNS = re.compile(r"href\s*=\s*[\"']\s*(?:vnd\.sun\.star\.script|macro):")


def plain_xml(data: bytes) -> str:
    """Small letters of an XML file in any of Unicode's encodings, references resolved."""
    letters = data.replace(b"\0", b"").decode("latin-1")
    return html.unescape(letters).lower()


def refuse_fetching(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an Office file, new or of LibreOffice, of which a part reaches out."""
    for entry in entries:
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels")) or entry.file_size > MOST:
            continue
        if name.endswith(".rels"):
            reaches = fetches(begin_of(archive, entry))
        elif name.startswith("word/"):
            reaches = asks_program(begin_of(archive, entry))
        elif name.startswith("xl/externallinks/"):
            reaches = "ddelink" in plain_xml(begin_of(archive, entry))
        elif name in ("content.xml", "styles.xml"):
            text = plain_xml(begin_of(archive, entry))
            if OPEN_RUNS.search(text):
                raise InspectionRefused("macros")
            reaches = OPEN_TALKS.search(text) is not None
        else:
            continue
        if reaches:
            raise InspectionRefused("reaches_out", name=shown_name(entry))


def begin_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The part, and no more than it says."""
    with archive.open(entry) as part:
        return part.read(MOST)


def fetches(data: bytes) -> bool:
    """Whether one of these relationships is followed by itself, and leads elsewhere."""
    for found in RELATIONSHIP.findall(plain_xml(data)):
        target = TARGET.search(found)
        if FETCHED.search(found) and target and ELSEWHERE.match(target[1] or target[2] or ""):
            return True
    return False


def asks_program(data: bytes) -> bool:
    """Whether a field of a Word document starts a program (DDE); its name may lie in pieces."""
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"instr" not in data:
        return False
    fields = FIELD.findall(plain_xml(data))
    return TALKS.search("".join(typed or given for typed, given in fields)) is not None
