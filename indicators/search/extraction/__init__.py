"""Takes the text out of a file, page by page, and folds it for search.

Runs as a program of its own, as the inspection does: it limits its memory and time before it opens
the file, and prints one line of JSON (``Extracted``). Whatever kills it leaves the file unread.
Nothing here knows Django.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import thai
from indicators.evidence.inspection import ODF, OOXML
from indicators.evidence.inspection.text import as_text
from indicators.search.extraction import office, pdf, pictures

__all__ = ["MOST_LETTERS", "Extracted", "PageText", "extract"]

MOST_LETTERS = 350_000  # about 1 MB of Thai
PIECE = 2_000  # letters of a part, where a file has no pages
IMAGE = "image/"
_THAI = "\u0e01-\u0e5b"
# A line of Thai on paper is broken between words, where no space stands.
_BROKEN_LINE = re.compile(rf"(?<=[{_THAI}])[ \t]*\n[ \t]*(?=[{_THAI}])")
# Programs that share the shape of า with ำ call every า an ำ, and the circle of a true ำ a sign.
_CIRCLE = "\u02f8"
_TAIL_ONLY = re.compile(f"(?<!{_CIRCLE})\u0e33")
_SURE = 5  # ำ and no า: no Thai is like that


@dataclass
class PageText:
    """A page, or a piece of about a page; ``folded`` is what searches compare."""

    number: int
    shown: str
    folded: str
    by_machine: bool = False


@dataclass
class Extracted:
    """What stands in a file."""

    parts: list[PageText] = field(default_factory=list)
    has_pages: bool = False
    is_cut: bool = False
    # There are pages without text, and nothing here that recognises letters in pictures.
    is_scan: bool = False

    def as_json(self) -> dict[str, object]:
        """As the parent reads it."""
        return asdict(self)


def extract(path: Path, media_type: str, *, ocr: str = "") -> Extracted:
    """The text of the file; ``ocr`` is the program that reads pictures, if there is one."""
    if media_type == "application/pdf":
        return _on_paper(pdf.pages(path, ocr=ocr), can_read_pictures=bool(ocr))
    if media_type.startswith(IMAGE):
        return _on_paper(pictures.pages(path, ocr=ocr), can_read_pictures=bool(ocr))
    if media_type.startswith((OOXML, ODF)):
        slides, texts = office.texts(path, media_type)
        if slides:
            return _paged((text, False) for text in texts)
        return _in_pieces(texts)
    if media_type == "text/plain":
        return _in_pieces(_beginning(path).splitlines())
    return Extracted()


def _beginning(path: Path) -> str:
    """As much of a text as may be kept, whole lines of it."""
    with path.open("rb") as file:
        head, more = file.read(4 * MOST_LETTERS), file.read(1)
    if more:
        head = head.rpartition(b"\n")[0] or head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: two bytes a letter
        head = head[: len(head) // 2 * 2]
    return as_text(head)


def _on_paper(pages: Iterable[tuple[str, bool]], *, can_read_pictures: bool) -> Extracted:
    """Lines are broken where the paper ends, and a page without text is a picture."""
    empty = False

    def whole() -> Iterator[tuple[str, bool]]:
        nonlocal empty
        for text, by_machine in pages:
            empty = empty or not text.strip()
            yield _BROKEN_LINE.sub("", _repaired(text.replace("\r\n", "\n"))), by_machine

    done = _paged(whole())
    done.is_scan = empty and not can_read_pictures
    return done


def _repaired(text: str) -> str:
    if "\u0e32" in text or text.count("\u0e33") < _SURE:
        return text
    return _TAIL_ONLY.sub("\u0e32", text).replace(_CIRCLE, "")


def _paged(pages: Iterable[tuple[str, bool]]) -> Extracted:
    done, letters = Extracted(has_pages=True), 0
    for number, (text, by_machine) in enumerate(pages, 1):
        shown = _clean(text)
        if not shown:
            continue
        if letters + len(shown) > MOST_LETTERS:
            done.is_cut = True
            break
        letters += len(shown)
        done.parts.append(PageText(number, shown, thai.fold(shown), by_machine))
    return done


def _in_pieces(lines: Iterable[str]) -> Extracted:
    done, letters = Extracted(), 0
    for number, text in enumerate(_pieces(lines), 1):
        shown = _clean(text)
        if letters + len(shown) > MOST_LETTERS:
            done.is_cut = True
            break
        letters += len(shown)
        if shown:
            done.parts.append(PageText(number, shown, thai.fold(shown)))
    return done


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Lines together until they make a piece; a line that is longer is a piece, or several."""
    kept: list[str] = []
    size = 0
    for line in lines:
        for begin in range(0, len(line) or 1, PIECE):
            part = line[begin : begin + PIECE]
            if kept and size + len(part) > PIECE:
                yield "\n".join(kept)
                kept, size = [], 0
            kept.append(part)
            size += len(part)
    if kept:
        yield "\n".join(kept)


def _clean(text: str) -> str:
    """One line of text as it was meant: no controls, and letters of old fonts put right."""
    text = thai.clean_text(text.replace("\x00", "")).encode("utf-8", "ignore").decode()
    return " ".join(thai.canonical_spelling(text).split())
