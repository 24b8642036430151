"""RAR and 7z: kept as downloads. They are not unpacked; what their parts are called is read."""

from collections.abc import Iterable
from typing import BinaryIO

from indicators.evidence.inspection.archives import (
    PAGE,
    is_script_of_page,
    leads_out,
    refuse_archive_behind,
)
from indicators.evidence.inspection.programs import names_program
from indicators.evidence.inspection.rar import names_of_rar
from indicators.evidence.inspection.refusal import MAX_ENTRIES, InspectionRefused, shown
from indicators.evidence.inspection.seven_zip import names_of_seven_zip


def inspect_rar(file: BinaryIO) -> str:
    """The media type, or the reason why not."""
    refuse_names(names_of_rar(file))
    refuse_archive_behind(file)
    return "application/vnd.rar"


def inspect_seven_zip(file: BinaryIO) -> str:
    """The media type, or the reason why not."""
    refuse_names(names_of_seven_zip(file))
    refuse_archive_behind(file)
    return "application/x-7z-compressed"


def refuse_names(names: Iterable[str]) -> None:
    """Refuse a program by its name, and what would be unpacked outside its folder."""
    found = []
    for name in names:
        found.append(name.replace("\\", "/"))
        if len(found) > MAX_ENTRIES:
            raise InspectionRefused("too_many_entries", count=len(found))
    pages = {name.rpartition("/")[0] for name in found if PAGE.search(name)}
    for name in found:
        if names_program(name) and not is_script_of_page(name, pages):
            raise InspectionRefused("program_in_archive", name=shown(name))
        if leads_out(name):
            raise InspectionRefused("way_out", name=shown(name))
