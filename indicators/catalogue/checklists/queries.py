"""What pages read of the evidence that considerations require."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

import thai
from indicators.models import Assessment, ChecklistRow, Item


@dataclass
class RequiredPiece:
    """A row of a checklist with the citations that show it, by their keys."""

    pk: int
    title: str
    draft: bool  # working wording of the edition
    by_office: bool
    excused_why: str
    ticked: list[int] = field(default_factory=list)

    @property
    def there(self) -> bool:
        """Whether a citation shows it."""
        return bool(self.ticked)

    @property
    def missing(self) -> bool:
        """Whether it is neither shown nor excused."""
        return not self.ticked and not self.excused_why


@dataclass(frozen=True)
class Checklist:
    """What one consideration must show; what does not apply here is not counted."""

    rows: list[RequiredPiece] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many pieces are expected."""
        return sum(row.there or row.missing for row in self.rows)

    @property
    def there(self) -> int:
        """How many of them are cited."""
        return sum(row.there for row in self.rows)

    @property
    def missing(self) -> list[RequiredPiece]:
        """What is not there, and not excused."""
        return [row for row in self.rows if row.missing]

    @property
    def excused(self) -> list[RequiredPiece]:
        """What does not apply here, with the reason."""
        return [row for row in self.rows if row.excused_why and not row.there]


NO_CHECKLIST = Checklist()


def checklists_of(**which: Any) -> dict[int, Checklist]:
    """The checklists of these items, by item (those without a row are not in it); one query.

    ``which`` names the items: ``item=…``, ``item__in=…`` or ``item__assessment=…``.
    """
    return _gathered(ChecklistRow.objects.kept().filter(**which))


def _gathered(rows: QuerySet[ChecklistRow]) -> dict[int, Checklist]:
    columns = ("item", "pk", "title", "required", "required__source", "excused_why")
    cited = ("ticks__citation", "ticks__citation__removed_at")
    found: dict[int, Checklist] = {}
    piece: RequiredPiece | None = None
    read = rows.order_by("item", "order", "pk", "ticks__citation").values_list(
        *columns, *cited, "ticks__citation__evidence__removed_at"
    )
    for item, pk, title, required, source, why, citation, withdrawn, removed in read:
        if piece is None or piece.pk != pk:
            piece = RequiredPiece(pk, title, source == "draft", required is None, why)
            found.setdefault(item, Checklist()).rows.append(piece)
        if citation and not withdrawn and not removed:
            piece.ticked.append(citation)
    return found


def lacking_in(assessment: Assessment) -> dict[int, int]:
    """By consideration, how many of its required pieces are missing, where some are; 2 queries."""
    found = checklists_of(item__assessment=assessment)
    considerations = dict(assessment.items.order_by().values_list("pk", "consideration"))
    return {considerations[pk]: len(one.missing) for pk, one in found.items() if one.missing}


def checklist_of(item: Item) -> Checklist:
    """The checklist of one item; one query."""
    return checklists_of(item=item).get(item.pk, Checklist())


def counted(checklists: Iterable[Checklist]) -> tuple[int, int]:
    """How many pieces are there, and how many are expected, of several considerations."""
    known = list(checklists)
    return sum(one.there for one in known), sum(one.total for one in known)


# -- the page of an item ------------------------------------------------------------
@dataclass
class ShownPiece:
    """A row with what is cited for it, and what may be it by its name."""

    piece: RequiredPiece
    cited: list[Any]
    likely: Any = None


@dataclass
class ShownChecklist:
    """The list as the page of the item shows it; ``before`` is what the office added last year."""

    checklist: Checklist
    rows: list[ShownPiece]
    before: list[str]


def shown_checklist(item: Item, citations: Iterable[Any], *, keeps: bool) -> ShownChecklist:
    """The item's list beside what it cites (rows with ``pk`` and ``title``).

    2 queries for who keeps the list, one for others. Each citation learns what it serves.
    """
    checklist = checklist_of(item)
    cited = {citation.pk: citation for citation in citations}
    rows = []
    for piece in checklist.rows:
        serving = [cited[pk] for pk in piece.ticked if pk in cited]
        for citation in serving:
            citation.serves.append(piece)
        rows.append(ShownPiece(piece, serving))
    unused = [citation for citation in cited.values() if not citation.serves]
    for row in rows:
        if row.piece.missing:
            row.likely = next((one for one in unused if _alike(row.piece.title, one.title)), None)
    return ShownChecklist(checklist, rows, _asked_before(item, checklist) if keeps else [])


def _alike(one: str, other: str) -> bool:
    """Whether one name holds the other, however they are spelt: a proposal, no more."""
    short, long = sorted((_letters(one), _letters(other)), key=len)
    return len(short) > 5 and short in long


def _letters(text: str) -> str:
    return "".join(letter for letter in thai.fold(text) if not letter.isspace())


def _asked_before(item: Item, checklist: Checklist) -> list[str]:
    """What the office itself asked for last year in the same consideration, and not this year."""
    assessment = item.assessment
    last_year = Q(
        item__assessment__office=assessment.office_id,
        item__assessment__fiscal_year=assessment.fiscal_year - 1,
    )
    rows = ChecklistRow.objects.kept().filter(last_year, required__isnull=True)
    titles = rows.filter(item__consideration__code=item.consideration.code).order_by("order", "pk")
    here = {thai.fold(row.title) for row in checklist.rows}
    return [t for t in titles.values_list("title", flat=True) if thai.fold(t) not in here]
