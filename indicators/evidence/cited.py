"""What considerations cite, as short lists show it beside rubric and score."""

from dataclasses import dataclass

from django.db.models import QuerySet

from indicators.evidence.pictures.thumbnails import NO_FILE, Thumbnail, thumbnails_of
from indicators.models import Citation


@dataclass(frozen=True)
class CitedPiece:
    """One citation with the picture of its first file."""

    citation: int
    evidence: int
    title: str
    number: int  # of the revision
    pages: str
    note: str
    to_verify: int | None  # the fiscal year of what was brought and is still to be re-verified
    thumbnail: Thumbnail


def cited_pieces(citations: QuerySet[Citation]) -> dict[int, list[CitedPiece]]:
    """These citations by item, in the order in which they were made; 2 queries."""
    columns = ("item", "pk", "evidence", "evidence__title", "revision", "revision__number")
    more = ("pages", "note", "verified_at", "brought_from__item__assessment__fiscal_year")
    rows = list(citations.order_by("created_at", "pk").values_list(*columns, *more))
    pictures = thumbnails_of(row[4] for row in rows)
    found: dict[int, list[CitedPiece]] = {}
    for item, pk, evidence, title, revision, number, pages, note, verified_at, year in rows:
        picture = pictures.get(revision, NO_FILE)
        to_verify = year if verified_at is None else None
        piece = CitedPiece(pk, evidence, title, number, pages, note, to_verify, picture)
        found.setdefault(item, []).append(piece)
    return found
