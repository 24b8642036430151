"""The empty file every paper begins as, and how it is packed."""

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentType

BASE = Path(__file__).parent / "base"
# Our own parts and not python-docx's template: that one brings a stranger's name, a thumbnail
# and a hundred styles that no paper uses.
PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package.rels",
    "docProps/core.xml": "core.xml",
    "word/_rels/document.xml.rels": "document.rels",
    "word/document.xml": "document.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP file knows: two runs give the same bytes


def blank() -> DocumentType:
    """A document without a paragraph, with our styles only."""
    return Document(BytesIO(_blank()))


def packed(document: DocumentType) -> bytes:
    """The file's bytes, the same whenever they are made."""
    loose = BytesIO()
    document.save(loose)
    with ZipFile(loose) as parts:
        return _zip({name: parts.read(name) for name in parts.namelist()})


@cache
def _blank() -> bytes:
    return _zip({name: (BASE / file).read_bytes() for name, file in PARTS.items()})


def _zip(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as package:
        for name, data in parts.items():
            info = ZipInfo(name, EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 3  # else it names the machine it was made on
            package.writestr(info, data)
    return out.getvalue()
