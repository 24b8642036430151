"""Text of Word, Excel, PowerPoint and LibreOffice files: paragraphs, rows and slides."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

MOST_BYTES = 100 * 1024 * 1024  # of one part, unpacked
WORD = re.compile(r"word/(document|footnotes|endnotes|header\d*|footer\d*|comments)\.xml")
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
SHARED = "xl/sharedStrings.xml"
CONTENT = "content.xml"
TEXT, BREAKS = {"t"}, {"br", "cr", "tab", "line-break", "s"}


def texts(path: Path, media_type: str) -> tuple[bool, Iterator[str]]:
    """Whether these are slides; and their texts, or those of paragraphs and rows."""
    package = zipfile.ZipFile(path)
    if media_type.endswith("wordprocessingml.document"):
        return False, _paragraphs(package, _matching(package, WORD))
    if media_type.endswith("spreadsheetml.sheet"):
        return False, _rows(package)
    if media_type.endswith("presentationml.presentation"):
        return True, ("\n".join(_paragraphs(package, [name])) for name in _matching(package, SLIDE))
    if media_type.endswith("presentation"):
        return True, _odf(package, "page")
    return False, _odf(package, "")


def _matching(package: zipfile.ZipFile, pattern: re.Pattern[str]) -> list[str]:
    """The parts of this name, slide 2 before slide 10; the text itself before its notes."""

    def place(name: str) -> tuple[int, str]:
        number = re.search(r"(\d+)\.xml$", name)
        return int(number[1]) if number else 0, name

    return sorted(filter(pattern.fullmatch, package.namelist()), key=place)


def _elements(
    package: zipfile.ZipFile, name: str, *wanted: str
) -> Iterator[tuple[str, ElementTree.Element]]:
    """``(local name, element)`` of those wanted, each whole; memory is given back after it."""
    try:
        if package.getinfo(name).file_size > MOST_BYTES:
            return
    except KeyError:
        return
    with package.open(name) as part:
        inside = 0
        for event, element in ElementTree.iterparse(part, ("start", "end")):  # noqa: S314 - inspected, and the child's limits hold
            local = element.tag.rpartition("}")[2]
            if local not in wanted:
                continue
            inside += 1 if event == "start" else -1
            if event == "end" and not inside:
                yield local, element
                element.clear()


def _paragraphs(package: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    for name in names:
        for _local, paragraph in _elements(package, name, "p"):
            yield "".join(_letters(paragraph))


def _letters(paragraph: ElementTree.Element) -> Iterator[str]:
    for element in paragraph.iter():
        local = element.tag.rpartition("}")[2]
        if local in TEXT:
            yield element.text or ""
        elif local in BREAKS:
            yield " "


def _rows(package: zipfile.ZipFile) -> Iterator[str]:
    shared = ["".join(_letters(item)) for _local, item in _elements(package, SHARED, "si")]
    for name in _matching(package, SHEET):
        for _local, row in _elements(package, name, "row"):
            cells = (_cell(cell, shared) for cell in row)
            if text := " ".join(filter(None, cells)):
                yield text


def _cell(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(_letters(cell))
    value = next((part.text for part in cell if part.tag.endswith("}v")), None) or ""
    if cell.get("t") != "s":
        return value
    return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""


def _odf(package: zipfile.ZipFile, slide: str) -> Iterator[str]:
    """Paragraphs and headings; of slides those of each together."""
    if slide:
        for _local, page in _elements(package, CONTENT, slide):
            parts = (p for p in page.iter() if p.tag.rpartition("}")[2] in ("p", "h"))
            yield "\n".join("".join(part.itertext()) for part in parts)
        return
    for _local, paragraph in _elements(package, CONTENT, "p", "h"):
        yield "".join(paragraph.itertext())
