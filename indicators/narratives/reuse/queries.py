"""What the page of a consideration shows of the nearest earlier year; fixed numbers of queries."""

from dataclasses import dataclass
from datetime import date

import thai
from indicators.evidence.periods import Dates, why_outside
from indicators.evidence.pictures.thumbnails import NO_FILE, Thumbnail, thumbnails_of
from indicators.models import Citation, Item
from indicators.narratives.reuse.availability import why_not_brought
from indicators.narratives.reuse.sources import brought_rows, earlier_item


@dataclass(frozen=True)
class EarlierPiece:
    """A piece of evidence that the earlier year cites."""

    citation: int
    evidence: int
    title: str
    document_date: date | None
    outside: str  # why it may not belong to this fiscal year
    cited_number: int
    newest_number: int
    pages: str
    note: str
    thumbnail: Thumbnail
    cited_here: bool
    why_not: str

    @property
    def may_be_brought(self) -> bool:
        """Whether it is there and not cited in this year's consideration yet."""
        return not (self.cited_here or self.why_not)


@dataclass(frozen=True)
class EarlierYear:
    """The consideration of the same code in the nearest earlier year."""

    item: Item
    year: int
    title_differs: bool
    pieces: list[EarlierPiece]
    empty_texts: tuple[str, ...]  # of this year, where the earlier one has something

    @property
    def to_bring(self) -> int:
        """How many pieces may be brought still."""
        return sum(piece.may_be_brought for piece in self.pieces)


def earlier_year(item: Item) -> EarlierYear | None:
    """What may be brought into ``item``; 5 queries, 1 where no earlier year has it."""
    source = earlier_item(item)
    if source is None:
        return None
    rows = list(brought_rows(source).select_related("evidence", "revision"))
    here = set(
        Citation.objects.filter(item=item, removed_at__isnull=True).values_list(
            "evidence", flat=True
        )
    )
    pictures = thumbnails_of(row.newest for row in rows)  # type: ignore[attr-defined]
    why_not, year = why_not_brought(rows), item.assessment.fiscal_year
    titles = (source.consideration.title, item.consideration.title)
    return EarlierYear(
        item=source,
        year=source.assessment.fiscal_year,
        title_differs=len(set(map(thai.fold, titles))) > 1,
        pieces=[_piece(row, here, pictures, why_not.get(row.pk, ""), year) for row in rows],
        empty_texts=tuple(
            name
            for name in ("narrative", "result")
            if thai.trimmed(getattr(source, name)) and not thai.trimmed(getattr(item, name))
        ),
    )


def _piece(
    row: Citation, here: set[int], pictures: dict[int, Thumbnail], why_not: str, year: int
) -> EarlierPiece:
    evidence, newest = row.evidence, row.newest  # type: ignore[attr-defined]
    dates = Dates(evidence.document_date, evidence.covers_from, evidence.covers_to)
    return EarlierPiece(
        citation=row.pk,
        evidence=evidence.pk,
        title=evidence.title,
        document_date=evidence.document_date,
        outside=why_outside(dates, year),
        cited_number=row.revision.number,
        newest_number=row.newest_number,  # type: ignore[attr-defined]
        pages=row.pages if newest == row.revision_id else "",
        note=row.note,
        thumbnail=NO_FILE if evidence.removed_at else pictures.get(newest, NO_FILE),
        cited_here=evidence.pk in here,
        why_not=why_not,
    )
