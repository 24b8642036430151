"""The lists that lie in a ZIP beside the files: for people, for Excel, and for checking."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

import thai
from indicators.handovers.contents import HandedContents, HandedEvidence, HandedFile, HandedLink

PAGE, TABLE, SUMS = "index.html", "index.xlsx", "SHA256SUMS"
MARK = "\ufeff"  # old editors on Windows take a text without it for one of Windows' own
STYLE = "indicators/handover_index.css"
WIDTHS = (10, 30, 10, 30, 10, 40, 50, 16, 24, 12, 16, 40, 50, 60, 60, 14, 66)


@dataclass(frozen=True)
class MadeList:
    """A file that was made for the ZIP."""

    path: str
    data: bytes


@dataclass(frozen=True)
class ListHeading:
    """Of which year the lists speak, and when and by whom they were made."""

    office: str
    year: int
    edition: str
    at: datetime
    by: str


def missing_name() -> str:
    """What the list of what is missing is called."""
    return _("missing.txt")


def names() -> tuple[str, ...]:
    """What no folder in the ZIP may be called."""
    return (PAGE, TABLE, SUMS, missing_name())


def make_lists(contents: HandedContents, heading: ListHeading) -> list[MadeList]:
    """All of them, and a small file for each link. Every file has its path by now."""
    made = [
        MadeList(PAGE, page(contents, heading)),
        MadeList(TABLE, table(contents)),
        MadeList(missing_name(), missing_text(contents, heading)),
        *(
            MadeList(link.path, shortcut(link))
            for piece in contents.evidence
            for link in piece.links
        ),
    ]
    return [*made, MadeList(SUMS, sums(contents, made))]


# -- for people -----------------------------------------------------------------
def page(contents: HandedContents, heading: ListHeading) -> bytes:
    """A page that needs nothing but itself and the files beside it."""
    style = finders.find(STYLE)
    context = {
        "contents": contents,
        "heading": heading,
        "style": Path(str(style)).read_text(encoding="utf-8"),
    }
    return render_to_string("indicators/handovers/index_file.html", context).strip().encode()


def shortcut(link: HandedLink) -> bytes:
    """A file that opens the link on Windows and macOS."""
    return f"[InternetShortcut]\r\nURL={iri_to_uri(link.url)}\r\n".encode()


def missing_text(contents: HandedContents, heading: ListHeading) -> bytes:
    """What is missing, as a text that every machine opens."""
    lines = [heading.office, contents.part.label, "", *_missing(contents)]
    return (MARK + "\r\n".join(lines) + "\r\n").encode()


def _missing(contents: HandedContents) -> Iterator[str]:
    if not contents.lacks_anything:
        yield _("Nothing is missing: every consideration has evidence.")
    if contents.missing:
        yield _("Considerations without evidence")
    for item in contents.missing:
        reason = " ".join(item.no_evidence_reason.split())
        why = _("reason given: %(reason)s") % {"reason": reason} if reason else _("no reason given")
        yield f"- {item.code} {item.title}: {why}"
    if contents.to_verify:
        yield _("Evidence of an earlier year that nobody re-verified yet")
    for item, piece in contents.to_verify:
        yield f"- {item.code}: {piece.title}"
    yield from _lacking(contents)
    if contents.damaged:
        yield _("Files that are damaged or missing on the server and are not in the ZIP")
    for item, file in contents.damaged:
        yield f"- {item.code}: {file.name}"


def _lacking(contents: HandedContents) -> Iterator[str]:
    if contents.lacking:
        yield _("Required evidence that is missing or does not apply")
    for item in contents.lacking:
        for piece in item.required.missing:
            yield f"- {item.code} {piece.title}: " + _("missing")
        for piece in item.required.excused:
            why = " ".join(piece.excused_why.split())
            yield f"- {item.code} {piece.title}: " + _("does not apply: %(why)s") % {"why": why}


# -- for Excel ------------------------------------------------------------------
def table(contents: HandedContents) -> bytes:
    """One row for each file and link, and a sheet of what is missing. Every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Evidence"))
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, text, bold=True) for text in _columns()])
    for row in _rows(contents):
        sheet.append([_cell(sheet, text) for text in row])
    missing = book.create_sheet(_("Missing"))
    missing.column_dimensions["A"].width = 120
    for line in _missing(contents):
        missing.append([_cell(missing, line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """Text, also when it begins with ``=``."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
    return cell


def _columns() -> tuple[str, ...]:
    return (
        _("Standard"),
        _("Title of the standard"),
        _("Indicator"),
        _("Title of the indicator"),
        _("Consideration"),
        _("Title of the consideration"),
        _("Evidence"),
        _("Date of the document"),
        _("Period covered"),
        _("Revision"),
        _("Pages cited"),
        _("Note"),
        _("Name of the file"),
        _("Place in the ZIP"),
        _("Link"),
        _("Bytes"),
        "SHA-256",
    )


def _rows(contents: HandedContents) -> Iterator[tuple[str, ...]]:
    for standard in contents.standards:
        for indicator in standard.indicators:
            for item in indicator.items:
                for piece in item.evidence:
                    above = [standard.code, standard.title, indicator.code, indicator.title]
                    yield from _rows_of(piece, (*above, item.code, item.title))


def _rows_of(piece: HandedEvidence, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    facts = (
        piece.title,
        _date(piece.document_date),
        period_of(piece),
        str(piece.number),
        piece.pages,
        piece.note,
    )
    for file in piece.files:
        place = file.path or _("damaged: not in the ZIP")
        yield (*above, *facts, file.name, place, "", str(file.size), file.sha256)
    for link in piece.links:
        yield (*above, *facts, link.label, link.path, link.url, "", "")


def _language() -> Literal["th", "en"]:
    return "en" if (get_language() or "").startswith("en") else "th"


def _date(day: date | None) -> str:
    return thai.format_date(day, "short", language=_language()) if day else ""


def period_of(piece: HandedEvidence) -> str:
    """The period that it covers, in words."""
    return thai.format_range(piece.covers_from, piece.covers_to, "short", language=_language())


# -- for checking ---------------------------------------------------------------
def sums(contents: HandedContents, made: list[MadeList]) -> bytes:
    """What ``sha256sum -c`` reads."""
    lines = [f"{hashlib.sha256(one.data).hexdigest()}  {one.path}\n" for one in made]
    lines += [_sum(file) for file in contents.files]
    return "".join(lines).encode()


def _sum(file: HandedFile) -> str:
    return f"{file.sha256}  {file.path}\n"
