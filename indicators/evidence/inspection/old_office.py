"""A file of the old Office that somebody brings: .doc, .xls or .ppt by what lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from indicators.evidence.inspection import office
from indicators.evidence.inspection.archives import Spent, judged, refuse_archive_behind
from indicators.evidence.inspection.compound import NO_COMPOUND, Compound
from indicators.evidence.inspection.programs import HIDDEN_ARCHIVES
from indicators.evidence.inspection.refusal import InspectionRefused
from indicators.evidence.inspection.streams import holds, size_of

# A new Office file as an object lies here as it is.
WHOLE_PARTS = ("package",)
# oletools reads every stream into memory, some twice. Of larger files it gets the directory only.
MOST_FOR_OLETOOLS = 16 * 1024 * 1024
PACKED_CODE = b"\0Attribut\0"  # how the source of each module of VBA begins, packed


def inspect_old_office(file: BinaryIO) -> str:
    """The media type, or the reason why not."""
    try:
        folder = Compound(file)
        if office.is_locked(folder):
            raise InspectionRefused("encrypted")
        kind = office.kind_of(folder)
        office.refuse_active(folder)
    except NO_COMPOUND as error:
        raise InspectionRefused("damaged") from error
    size = size_of(file)
    if has_macros(file, size):
        raise InspectionRefused("macros")
    if holds(file, HIDDEN_ARCHIVES):
        raise InspectionRefused("hidden_archive")
    for part in folder.streams(*WHOLE_PARTS):
        with as_attached():
            judged(part, size_of(part), 1, Spent(size))
    with as_attached():
        refuse_archive_behind(file)
    return kind


@contextmanager
def as_attached() -> Iterator[None]:
    """What is wrong with an archive inside is wrong with the document; what is none may stay."""
    try:
        yield
    except InspectionRefused as refused:
        if refused.code == "damaged":
            return
        if refused.code == "program_inside":
            raise InspectionRefused("program_attached", **named(refused)) from refused
        raise


def named(refused: InspectionRefused) -> dict[str, object]:
    """What is known of what was refused, without its code."""
    return {key: value for key, value in refused.answer.items() if key != "refused"}


def has_macros(file: BinaryIO, size: int) -> bool:
    """Whether oletools finds macros."""
    from oletools import olevba  # noqa: PLC0415 - 0.1 s, and only for these

    try:
        parser = olevba.VBA_Parser(file.name, relaxed=True)
    except olevba.FileOpenError:  # some honest PowerPoint files, whose objects were looked at
        return holds(file, [PACKED_CODE])
    try:
        if size > MOST_FOR_OLETOOLS:
            return bool(parser.find_vba_projects()) or holds(file, [PACKED_CODE])
        return bool(parser.detect_macros())
    finally:
        parser.close()
