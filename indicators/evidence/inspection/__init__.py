"""Says what a file is by its content, or why it is refused. Runs as a program of its own.

The parent starts ``__main__`` with a clean environment; it limits its own memory and time before
it looks at a single byte, and prints one line of JSON, either ``{"media_type": …}`` or
``{"refused": <code>, …}``. Whatever kills it refuses the file. Nothing here knows Django.
"""

from pathlib import Path

from indicators.evidence.inspection import office
from indicators.evidence.inspection.archives import (
    LONGEST_COMMENT,
    MAGIC,
    ODF,
    OOXML,
    PDF_WITHIN,
    inspect_archive,
    refuse_hidden_archive,
)
from indicators.evidence.inspection.media import (
    OLD_MOV,
    inspect_image,
    inspect_iso_media,
    is_old_mov,
)
from indicators.evidence.inspection.pdf import inspect_pdf
from indicators.evidence.inspection.programs import RECORDING, is_closed_archive, is_program
from indicators.evidence.inspection.refusal import MAX_ENTRIES, MAX_PIXELS, InspectionRefused
from indicators.evidence.inspection.text import inspect_text

__all__ = ["MAX_ENTRIES", "MAX_PIXELS", "ODF", "OOXML", "InspectionRefused", "inspect"]

BEGINNING = 4096
PDF, PDF_SIGN = "application/pdf", b"%PDF-"


def inspect(path: Path) -> str:
    """The media type of the file at ``path``; raises ``InspectionRefused``."""
    with path.open("rb") as file:
        head = file.read(BEGINNING)
        file.seek(max(0, path.stat().st_size - LONGEST_COMMENT))
        tail = file.read()
    if not head:
        raise InspectionRefused("empty")
    if is_program(head):
        raise InspectionRefused("program")
    if head.startswith(RECORDING) or is_closed_archive(head):
        raise InspectionRefused("unknown")
    if head.startswith(office.MAGIC):
        return office.inspect_old_office(path)
    if head.startswith(MAGIC):  # before PDF: the first thing in a ZIP may be one
        return inspect_archive(path)
    kind = single_file(path, head)
    refuse_hidden_archive(path, tail)
    if kind != PDF and PDF_SIGN in head[:PDF_WITHIN]:
        refuse_hidden_pdf(path)
    return kind


def refuse_hidden_pdf(path: Path) -> None:
    """A picture that begins as a PDF as well does nothing as one."""
    try:
        inspect_pdf(path.read_bytes())
    except InspectionRefused as refused:
        if refused.code not in ("encrypted", "damaged"):
            raise


def single_file(path: Path, head: bytes) -> str:
    """The media type of what is no archive."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    ):
        return inspect_image(path)
    if head[4:8] == b"ftyp":
        return inspect_iso_media(path, head)
    if PDF_SIGN in head[:PDF_WITHIN]:
        return inspect_pdf(path.read_bytes())
    if head[4:8] in OLD_MOV and is_old_mov(path):
        return "video/quicktime"
    return inspect_text(path)
