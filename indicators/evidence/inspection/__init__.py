"""Says what a file is by its content, or why it is refused. Runs as a program of its own.

The parent starts ``__main__`` with a clean environment; it limits its own memory and time before
it looks at a single byte, and prints one line of JSON, either ``{"media_type": …}`` or
``{"refused": <code>, …}``. Whatever kills it refuses the file. Nothing here knows Django.
"""

from pathlib import Path
from typing import BinaryIO

from indicators.evidence.inspection import compound
from indicators.evidence.inspection.archives import (
    LONGEST_COMMENT,
    MAGIC,
    ODF,
    OOXML,
    PDF_WITHIN,
    inspect_archive,
    refuse_hidden_archive,
)
from indicators.evidence.inspection.closed import inspect_rar, inspect_seven_zip
from indicators.evidence.inspection.media import (
    OLD_MOV,
    inspect_image,
    inspect_iso_media,
    is_image,
    is_old_mov,
)
from indicators.evidence.inspection.old_office import inspect_old_office
from indicators.evidence.inspection.pdf import inspect_pdf
from indicators.evidence.inspection.programs import (
    RAR,
    RECORDING,
    SEVEN_ZIP,
    is_closed_archive,
    is_program,
)
from indicators.evidence.inspection.refusal import MAX_ENTRIES, MAX_PIXELS, InspectionRefused
from indicators.evidence.inspection.sound import is_mp3
from indicators.evidence.inspection.streams import size_of
from indicators.evidence.inspection.text import inspect_text

__all__ = ["MAX_ENTRIES", "MAX_PIXELS", "ODF", "OOXML", "InspectionRefused", "inspect"]

BEGINNING = 4096
PDF, PDF_SIGN = "application/pdf", b"%PDF-"
# Judged by their own tables of contents, so nothing else is looked for behind them.
WHOLE = {
    compound.MAGIC: inspect_old_office,
    **dict.fromkeys(MAGIC, inspect_archive),  # before PDF: the first thing in a ZIP may be one
    RAR: inspect_rar,
    SEVEN_ZIP: inspect_seven_zip,
}


def inspect(path: Path) -> str:
    """The media type of the file at ``path``; raises ``InspectionRefused``."""
    with path.open("rb") as file:
        head = file.read(BEGINNING)
        if not head:
            raise InspectionRefused("empty")
        if is_program(head):
            raise InspectionRefused("program")
        for sign, judge in WHOLE.items():
            if head.startswith(sign):
                return judge(file)
        if head.startswith(RECORDING) or is_closed_archive(head):
            raise InspectionRefused("unknown")
        kind = single_file(file, head)
        file.seek(max(0, size_of(file) - LONGEST_COMMENT))
        refuse_hidden_archive(file, file.read())
        if kind != PDF and PDF_SIGN in head[:PDF_WITHIN]:
            refuse_hidden_pdf(file)
        return kind


def refuse_hidden_pdf(file: BinaryIO) -> None:
    """A picture that begins as a PDF as well does nothing as one."""
    try:
        inspect_pdf(file)
    except InspectionRefused as refused:
        if refused.code not in ("encrypted", "damaged"):
            raise


def single_file(file: BinaryIO, head: bytes) -> str:
    """The media type of what is no archive."""
    if is_image(head):
        return inspect_image(file)
    if head[4:8] == b"ftyp":
        return inspect_iso_media(file, head)
    if PDF_SIGN in head[:PDF_WITHIN]:
        return inspect_pdf(file)
    if head[4:8] in OLD_MOV and is_old_mov(file):
        return "video/quicktime"
    if is_mp3(file):
        return "audio/mpeg"
    return inspect_text(file)
