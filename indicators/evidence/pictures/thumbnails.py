"""What lists of evidence show beside a title: the first page small, else a sign of the kind.

The pictures are made by ``indicators.renditions``, which stands above; here its row is only read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from indicators.evidence.kinds import is_shown
from indicators.models import Evidence, EvidenceFile, EvidenceRevision

SIGNS = {"image": "picture", "video": "film", "audio": "sound"}
LINK = "link"


@dataclass(frozen=True)
class Thumbnail:
    """The first file of a revision: ``drawn`` when its picture is there, else ``sign`` is shown."""

    file: int | None
    sign: str
    drawn: bool


NO_FILE = Thumbnail(None, LINK, False)


def sign_of(media_type: str) -> str:
    """The sign of ``static/site/icons.svg`` for a kind of file."""
    return SIGNS.get(media_type.partition("/")[0], "file")


def thumbnails_of(revisions: Iterable[int | None]) -> dict[int, Thumbnail]:
    """By revision; 1 query, whatever the rows. A revision that only has links is not in it."""
    wanted = {pk for pk in revisions if pk}
    rows = EvidenceFile.objects.filter(revision__in=wanted).order_by("-order", "-pk")
    found = {}
    for pk, revision, kind, drawn, damaged_at in rows.values_list(
        "pk",
        "revision",
        "blob__media_type",
        "blob__rendition__thumbnail",
        "blob__damaged_at",
    ):
        found[revision] = Thumbnail(pk, sign_of(kind), _is_there(drawn, kind, damaged_at))
    return found


def thumbnail_of(file: EvidenceFile) -> Thumbnail:
    """That of one file; load it with its blob and the blob's rendition."""
    blob = file.blob
    rendition = getattr(blob, "rendition", None)
    drawn = rendition is not None and rendition.thumbnail
    there = _is_there(drawn, blob.media_type, blob.damaged_at)
    return Thumbnail(file.pk, sign_of(blob.media_type), there)


def _is_there(drawn: bool | None, media_type: str, damaged_at: datetime | None) -> bool:
    return bool(drawn) and damaged_at is None and is_shown(media_type)


def show_thumbnails(evidence: Iterable[Evidence]) -> None:
    """Give each row of a list its ``thumbnail``, that of its newest revision; 2 queries."""
    rows = list(evidence)
    newest = dict(
        EvidenceRevision.objects.filter(evidence__in=rows)
        .order_by("number")
        .values_list("evidence", "pk")
    )
    pictures = thumbnails_of(newest.values())
    for row in rows:
        row.thumbnail = pictures.get(newest[row.pk], NO_FILE)  # type: ignore[attr-defined]
