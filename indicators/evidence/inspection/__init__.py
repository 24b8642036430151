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
from indicators.evidence.inspection.programs import CLOSED_ARCHIVES, RECORDING, is_program
from indicators.evidence.inspection.refusal import MAX_ENTRIES, MAX_PIXELS, InspectionRefused
from indicators.evidence.inspection.text import inspect_text

__all__ = ["MAX_ENTRIES", "MAX_PIXELS", "ODF", "OOXML", "InspectionRefused", "inspect"]

BEGINNING = 4096


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
    if head.startswith((RECORDING, *CLOSED_ARCHIVES)):
        raise InspectionRefused("unknown")
    if head.startswith(office.MAGIC):
        return office.inspect_old_office(path)
    if head.startswith(MAGIC):  # before PDF: the first thing in a ZIP may be one
        return inspect_archive(path)
    kind = single_file(path, head)
    refuse_hidden_archive(path, tail)
    return kind


def single_file(path: Path, head: bytes) -> str:
    """The media type of what is no archive."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    ):
        return inspect_image(path)
    if head[4:8] == b"ftyp":
        return inspect_iso_media(path, head)
    if b"%PDF-" in head[:1024]:
        return inspect_pdf(path.read_bytes())
    if head[4:8] in OLD_MOV and is_old_mov(path):
        return "video/quicktime"
    return inspect_text(path)
