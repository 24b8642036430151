"""Numbers of evidence: each piece gets one code, from the first consideration that cites it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.evidence.codes import code_of
from indicators.evidence.pictures.previews import PICTURES
from indicators.models import Citation, EvidenceFile, EvidenceRevision, Item
from indicators.scores.rollup import ConsiderationScore, OfficeScore
from reports.snapshot import EvidenceLine, IndexedEvidence, Photograph

PHOTOGRAPHS = PICTURES


class Index:
    """``1.1.1-02`` is the second piece that 1.1.1 is the first to cite.

    What is numbered is the cited revision: a score points to the very bytes that were judged, so
    two considerations that cite different revisions of one document cite two things.
    """

    def __init__(
        self, scores: OfficeScore, citations: Iterable[Citation], items: Mapping[int, Item]
    ) -> None:
        by_item: defaultdict[int, list[Citation]] = defaultdict(list)
        for citation in citations:
            by_item[citation.item_id].append(citation)
        self._under: dict[int, list[Citation]] = {}
        self._codes: dict[int, str] = {}
        self._cited_by: defaultdict[int, list[str]] = defaultdict(list)
        self._revisions: dict[int, EvidenceRevision] = {}
        self._first: dict[int, Citation] = {}
        for indicator in scores.indicators:
            for row in indicator.considerations:
                item = items.get(row.pk)
                self._add(row, by_item[item.pk] if item else [])

    def _add(self, row: ConsiderationScore, citations: list[Citation]) -> None:
        fresh = 0
        for citation in citations:
            key = citation.revision_id
            if key not in self._codes:
                fresh += 1
                self._codes[key] = f"{row.code}-{fresh:02}"
                self._revisions[key] = citation.revision
                self._first[key] = citation
            self._cited_by[key].append(row.code)
        self._under[row.pk] = citations

    def under(self, consideration: int) -> tuple[EvidenceLine, ...]:
        """The lines of one consideration."""
        return tuple(
            EvidenceLine(
                title=citation.revision.evidence.title,
                code=self._codes[citation.revision_id],
                document_date=citation.revision.evidence.document_date,
                names=_names(citation.revision),
                pages=citation.pages,
                link=_link(citation),
            )
            for citation in self._under[consideration]
        )

    def lines(self) -> tuple[IndexedEvidence, ...]:
        """The annex: every piece once, in the order of its code."""
        return tuple(
            IndexedEvidence(
                code=self._codes[key],
                title=revision.evidence.title,
                document_date=revision.evidence.document_date,
                names=_names(revision),
                cited_by=tuple(self._cited_by[key]),
                link=_link(self._first[key]),
            )
            for key, revision in self._revisions.items()
        )

    def photographs(self) -> tuple[Photograph, ...]:
        """Images among the evidence, each once, in the order of the evidence."""
        found: dict[str, Photograph] = {}
        for revision in self._revisions.values():
            for blob in (file.blob for file in revision.files.all()):
                if blob.media_type in PHOTOGRAPHS and blob.sha256 not in found:
                    found[blob.sha256] = Photograph(
                        sha256=blob.sha256, caption=revision.evidence.title
                    )
        return tuple(found.values())


def _link(citation: Citation) -> str:
    """Where who may see it looks at this very revision; it asks for signing in."""
    address = reverse("workflow:evidence_link", args=[code_of(citation.pk)])
    return f"{settings.SITE_URL}{address}"


def _names(revision: EvidenceRevision) -> tuple[str, ...]:
    files = [_named(file) for file in revision.files.all()]
    return (*files, *(link.label or link.url for link in revision.links.all()))


def _named(file: EvidenceFile) -> str:
    """A reader of the paper learns that nobody can open the file."""
    if file.blob.damaged_at is None:
        return file.name
    return _("%(name)s (the file is damaged)") % {"name": file.name}
