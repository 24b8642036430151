"""What a handover holds, read at once: considerations, what they cite, and what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.catalogue.checklists.queries import NO_CHECKLIST, Checklist, checklists_of
from indicators.catalogue.nodes import ConsiderationNode, IndicatorNode, StandardNode
from indicators.catalogue.trees import edition_tree
from indicators.evidence.blobs import whole_among
from indicators.models import Assessment, Citation, EvidenceFile, EvidenceLink, Item


@dataclass(frozen=True)
class HandedPart:
    """What of the year is handed over: all of it, one standard, or one indicator."""

    standard: StandardNode | None = None
    indicator: IndicatorNode | None = None

    @property
    def key(self) -> str:
        """As forms and addresses name it."""
        if self.indicator:
            return f"indicator-{self.indicator.code}"
        return f"standard-{self.standard.code}" if self.standard else ""

    @property
    def label(self) -> str:
        """As people call it."""
        if self.indicator:
            return _("Indicator %(code)s %(title)s") % {
                "code": self.indicator.code,
                "title": self.indicator.title,
            }
        if self.standard:
            return _("Standard %(code)s %(title)s") % {
                "code": self.standard.code,
                "title": self.standard.title,
            }
        return _("The whole year")


@dataclass
class HandedFile:
    """A file with the name its person gave it. ``path`` is its place in the ZIP."""

    name: str
    blob: int
    sha256: str
    size: int
    crc32: int | None
    whole: bool
    path: str = ""


@dataclass
class HandedLink:
    """A link, which becomes a small file that opens it."""

    url: str
    label: str
    path: str = ""


@dataclass
class HandedEvidence:
    """The cited revision of a piece of evidence, with what the citation says."""

    pk: int
    title: str
    document_date: date | None
    covers_from: date | None
    covers_to: date | None
    number: int
    brought_at: datetime
    pages: str
    note: str
    files: list[HandedFile] = field(default_factory=list)
    links: list[HandedLink] = field(default_factory=list)
    to_verify: bool = False  # brought from an earlier year, and nobody re-verified it yet


@dataclass
class HandedItem:
    """A consideration with the evidence it cites, or the reason why it has none."""

    code: str
    title: str
    no_evidence_reason: str
    evidence: list[HandedEvidence] = field(default_factory=list)
    required: Checklist = NO_CHECKLIST


@dataclass
class HandedIndicator:
    """An indicator with its considerations."""

    code: str
    title: str
    items: list[HandedItem]


@dataclass
class HandedStandard:
    """A standard with those of its indicators that are handed over."""

    code: str
    title: str
    indicators: list[HandedIndicator]


@dataclass
class HandedContents:
    """Everything, in the order of the catalogue."""

    part: HandedPart
    standards: list[HandedStandard]

    @property
    def items(self) -> list[HandedItem]:
        return [
            i for standard in self.standards for part in standard.indicators for i in part.items
        ]

    @property
    def evidence(self) -> Iterator[HandedEvidence]:
        """Each piece as often as it is cited."""
        return (piece for item in self.items for piece in item.evidence)

    @property
    def files(self) -> list[HandedFile]:
        """What goes into the ZIP; a file in each folder whose consideration cites it."""
        return [file for piece in self.evidence for file in piece.files if file.whole]

    @property
    def links(self) -> int:
        """How many links."""
        return sum(len(piece.links) for piece in self.evidence)

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(file.size for file in self.files)

    @property
    def unread(self) -> set[int]:
        """Blobs from before CRC-32 were kept: each must be read once."""
        return {file.blob for file in self.files if file.crc32 is None}

    @property
    def missing(self) -> list[HandedItem]:
        """Considerations without evidence."""
        return [item for item in self.items if not item.evidence]

    @property
    def to_verify(self) -> list[tuple[HandedItem, HandedEvidence]]:
        """What came from an earlier year and nobody re-verified, by its consideration."""
        return [(item, piece) for item in self.items for piece in item.evidence if piece.to_verify]

    @property
    def lacking(self) -> list[HandedItem]:
        """Considerations of which a required piece of evidence is missing or does not apply."""
        return [item for item in self.items if item.required.missing or item.required.excused]

    @property
    def lacks_anything(self) -> bool:
        """Whether there is anything to say about what is missing."""
        return bool(self.missing or self.to_verify or self.lacking or self.damaged)

    @property
    def damaged(self) -> list[tuple[HandedItem, HandedFile]]:
        """Files that cannot be handed over, by the consideration that cites them."""
        return [
            (item, file)
            for item in self.items
            for piece in item.evidence
            for file in piece.files
            if not file.whole
        ]


def parts_of(assessment: Assessment) -> dict[str, HandedPart]:
    """Everything that can be handed over, by key; no query once the edition was read."""
    parts = [HandedPart()]
    for standard in edition_tree(assessment.edition).standards:
        parts.append(HandedPart(standard=standard))
        parts.extend(HandedPart(indicator=indicator) for indicator in standard.indicators)
    return {part.key: part for part in parts}


def contents_of(assessment: Assessment, part: HandedPart) -> HandedContents:
    """What the part holds now; 5 queries, and a look at each file on the disk."""
    standards = _chosen(assessment, part)
    considerations = [
        node.pk for s, indicators in standards for i in indicators for node in i.considerations
    ]
    items = {
        consideration: (reason, pk)
        for consideration, reason, pk in Item.objects.filter(
            assessment=assessment, consideration__in=considerations
        )
        .order_by()
        .values_list("consideration", "no_evidence_reason", "pk")
    }
    cited = _cited(assessment, considerations)
    required = checklists_of(item__in=[pk for _reason, pk in items.values()])
    return HandedContents(
        part=part,
        standards=[
            HandedStandard(
                standard.code,
                standard.title,
                [
                    HandedIndicator(
                        indicator.code,
                        indicator.title,
                        [_item(node, items, cited, required) for node in indicator.considerations],
                    )
                    for indicator in indicators
                ],
            )
            for standard, indicators in standards
        ],
    )


def _chosen(
    assessment: Assessment, part: HandedPart
) -> list[tuple[StandardNode, Sequence[IndicatorNode]]]:
    """The standards with those of their indicators that belong to the part."""
    chosen: list[tuple[StandardNode, Sequence[IndicatorNode]]] = []
    for standard in edition_tree(assessment.edition).standards:
        if part.indicator in standard.indicators:
            chosen.append((standard, [part.indicator]))
        elif part.indicator is None and part.standard in (None, standard):
            chosen.append((standard, standard.indicators))
    return chosen


def _item(
    node: ConsiderationNode,
    items: dict[int, tuple[str, int]],
    cited: dict[int, list[HandedEvidence]],
    required: dict[int, Checklist],
) -> HandedItem:
    reason, pk = items.get(node.pk, ("", 0))
    return HandedItem(
        node.code, node.title, reason, cited.get(node.pk, []), required.get(pk, NO_CHECKLIST)
    )


def _cited(assessment: Assessment, considerations: list[int]) -> dict[int, list[HandedEvidence]]:
    """By consideration, in the order in which they were cited; 3 queries."""
    citations = (
        Citation.objects.kept()
        .filter(item__assessment=assessment, item__consideration__in=considerations)
        .select_related("evidence", "revision", "item")
        .order_by("created_at", "pk")
    )
    found: dict[int, list[HandedEvidence]] = {}
    by_revision: dict[int, list[HandedEvidence]] = {}
    for row in citations:
        piece = _piece(row)
        found.setdefault(row.item.consideration_id, []).append(piece)
        by_revision.setdefault(row.revision_id, []).append(piece)
    _add_contents(citations, by_revision)
    return found


def _piece(row: Citation) -> HandedEvidence:
    evidence, revision = row.evidence, row.revision
    return HandedEvidence(
        pk=evidence.pk,
        title=evidence.title,
        document_date=evidence.document_date,
        covers_from=evidence.covers_from,
        covers_to=evidence.covers_to,
        number=revision.number,
        brought_at=revision.created_at,
        pages=row.pages,
        note=row.note,
        to_verify=row.brought_from_id is not None and row.verified_at is None,
    )


def _add_contents(
    citations: QuerySet[Citation], by_revision: dict[int, list[HandedEvidence]]
) -> None:
    """Files and links of the cited revisions; 2 queries."""
    revisions = citations.order_by().values("revision")
    files: QuerySet[Any] = EvidenceFile.objects.filter(revision__in=revisions)
    files = files.select_related("blob").order_by("order", "pk")
    whole = whole_among({file.blob for file in files})
    for file in files:
        blob = file.blob
        facts = (file.name, blob.pk, blob.sha256, blob.size, blob.crc32, blob.pk in whole)
        for piece in by_revision.get(file.revision_id, ()):
            piece.files.append(HandedFile(*facts))
    links = EvidenceLink.objects.filter(revision__in=revisions).order_by("order", "pk")
    for link in links:
        for piece in by_revision.get(link.revision_id, ()):
            piece.links.append(HandedLink(link.url, link.label))
