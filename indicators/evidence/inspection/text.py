"""Plain text: UTF-8, UTF-16 with a mark, or Windows' Thai. A web page is a program in disguise."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from indicators.evidence.inspection.refusal import InspectionRefused
from indicators.evidence.inspection.streams import pieces

# Old programs end a text by this sign, some fill it up to a whole block.
DOS_END, FILLING = b"\x1a", b"\x1a\x00\r\n "
CONTROL = bytes([*range(9), *range(14, 32), 127])
NO_CONTROL = bytes(byte for byte in range(256) if byte not in CONTROL)
BLANK = "\ufeff \t\r\n\f\v"
BEGINNING = 4000  # letters that tell what a text is
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WEB_PAGE = re.compile(
    r"<(!doctype|!--|\?xml|html|head|body|title|meta|link|base|script|style|svg|table|thead|tbody"
    r"|tr|td|div|span|p|br|font|center|form|iframe|img|h[1-6]|b|ul|ol)\b",
    re.IGNORECASE,
)
WEB_ARCHIVE = re.compile(
    r"^(content-type:\s*multipart/related|content-type:\s*text/html|snapshot-content-location:)",
    re.IGNORECASE | re.MULTILINE,
)
MAIL_HEAD = re.compile(r"(mime-version|from|subject|date|content-type|x-[a-z-]+):", re.IGNORECASE)
OLD_OFFICE_XML = re.compile(r"progid=.(excel\.sheet|word\.document|powerpoint)", re.IGNORECASE)


def inspect_text(file: BinaryIO) -> str:
    """``text/plain``, or the reason why not."""
    file.seek(0)
    marked = file.read(2) in UTF_16
    for encoding in ("utf-16",) if marked else ("utf-8", "cp874"):
        try:
            start = looked_through(file, encoding)
        except UnicodeDecodeError:
            continue
        refuse_other_programs(start[:BEGINNING])
        return "text/plain"
    raise InspectionRefused("unknown")


def looked_through(file: BinaryIO, encoding: str) -> str:
    """How the text begins behind what is blank, if all of it is text in this encoding."""
    start, ended = "", False
    for text in decoded(file, encoding):
        if len(start) < BEGINNING:
            start = (start + text[: 2 * BEGINNING]).lstrip(BLANK) or text.lstrip(BLANK)
        data = text.encode("utf-8", "surrogatepass")
        if not ended and not data.translate(None, NO_CONTROL):
            continue
        before, sign, after = (b"", b"", data) if ended else data.partition(DOS_END)
        ended = ended or bool(sign)
        if before.translate(None, NO_CONTROL) or after.translate(None, FILLING):
            raise InspectionRefused("unknown")
    return start


def decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The text piece by piece; raises ``UnicodeDecodeError``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces(file):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def as_text(data: bytes) -> str:
    """The text of a file that was taken as plain text, or of its beginning, without its end sign.

    What no encoding of the office fits, as half a letter at a cut, is left out.
    """
    for encoding in ("utf-16",) if data[:2] in UTF_16 else ("utf-8", "cp874"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        text = data.decode("utf-8", "ignore")
    before, sign, after = text.partition(DOS_END.decode())
    return before if sign and not after.strip(FILLING.decode()) else text


def refuse_other_programs(start: str) -> None:
    """Refuse what a browser or an old Office would take for its own."""
    if start.startswith("{\\rt") or OLD_OFFICE_XML.search(start):
        raise InspectionRefused("old_office")
    if start.startswith("<") and WEB_PAGE.search(start[:400]):
        raise InspectionRefused("web_page")
    if MAIL_HEAD.match(start) and WEB_ARCHIVE.search(start):
        raise InspectionRefused("web_page")
