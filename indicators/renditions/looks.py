"""How a file is looked at, by its media type."""

from enum import StrEnum

from indicators.evidence.kinds import is_shown
from indicators.evidence.pictures.previews import PICTURES
from indicators.renditions.office import ENDINGS

PDF = "application/pdf"
# What a small size is drawn of.
PHOTOGRAPHS = PICTURES
PAGED = (PDF, *ENDINGS)


class Look(StrEnum):
    """In which way a page shows a file."""

    PAGES = "pages"
    PICTURE = "picture"
    FILM = "film"
    SOUND = "sound"
    TEXT = "text"
    TABLE = "table"
    NONE = "none"  # only to be downloaded


def look_of(media_type: str, name: str) -> Look:
    """``name`` tells a table from other plain text."""
    if not is_shown(media_type):
        return Look.NONE
    if media_type in PAGED:
        return Look.PAGES
    if media_type in PHOTOGRAPHS:
        return Look.PICTURE
    if media_type == "text/csv" or (
        media_type == "text/plain" and name.lower().endswith((".csv", ".tsv"))
    ):
        return Look.TABLE
    kinds = {"video": Look.FILM, "audio": Look.SOUND, "text": Look.TEXT}
    return kinds.get(media_type.partition("/")[0], Look.NONE)
