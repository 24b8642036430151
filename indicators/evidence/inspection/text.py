"""Plain text: UTF-8, UTF-16 with a mark, or Windows' Thai. A web page is a program in disguise."""

import re
from pathlib import Path

from indicators.evidence.inspection.refusal import InspectionRefused

# Old programs end a text by this sign, some fill it up to a whole block.
DOS_END = re.compile("\x1a[\x1a\x00\r\n ]*\\Z")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
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


def inspect_text(path: Path) -> str:
    """``text/plain``, or the reason why not."""
    text = decoded(path.read_bytes())
    if text is None:
        raise InspectionRefused("unknown")
    text = DOS_END.sub("", text)
    if CONTROL.search(text):
        raise InspectionRefused("unknown")
    refuse_other_programs(text.lstrip("\ufeff \t\r\n\f\v")[:4000])
    return "text/plain"


def refuse_other_programs(start: str) -> None:
    """Refuse what a browser or an old Office would take for its own."""
    if start.startswith("{\\rtf") or OLD_OFFICE_XML.search(start):
        raise InspectionRefused("old_office")
    if start.startswith("<") and WEB_PAGE.search(start[:400]):
        raise InspectionRefused("web_page")
    if MAIL_HEAD.match(start) and WEB_ARCHIVE.search(start):
        raise InspectionRefused("web_page")


def decoded(data: bytes) -> str | None:
    """The text, or None when no encoding of the office fits."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8", "cp874"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
