"""What lists of evidence show beside a title: the first page small, else a sign of the kind.

The pictures are made by ``indicators.renditions``, which stands above; here its row is only read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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
        sign = SIGNS.get(kind.partition("/")[0], "file")
        found[revision] = Thumbnail(pk, sign, bool(drawn) and damaged_at is None)
    return found


def newest_revisions(evidence: Iterable[Evidence]) -> dict[int, int]:
    """The key of the newest revision by evidence; 1 query."""
    rows = EvidenceRevision.objects.filter(evidence__in=[row.pk for row in evidence])
    return dict(rows.order_by("number").values_list("evidence", "pk"))
