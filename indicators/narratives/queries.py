"""What the pages of indicators and considerations read, each in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

import thai
from indicators.catalogue.checklists.queries import RequiredPiece
from indicators.catalogue.trees import edition_tree, rubric_texts
from indicators.evidence.periods import Dates, why_outside
from indicators.evidence.pictures.thumbnails import NO_FILE, Thumbnail, sign_of
from indicators.models import (
    Assessment,
    EvidenceLink,
    Indicator,
    Item,
    ItemRevision,
    SupportingProject,
)
from indicators.threads.queries import open_count
from people.models import User

EPISODE_SECONDS = 15 * 60


class NamedPerson(NamedTuple):
    """Who answers for something."""

    pk: int
    full_name: str
    position: str


@dataclass
class NamedPeople:
    """Who answers for an indicator, its standard, and each consideration (by its key)."""

    standard: NamedPerson | None = None
    indicator: NamedPerson | None = None
    collectors: dict[int, NamedPerson] = field(default_factory=dict)


class CitedFile(NamedTuple):
    """A file as the list of a citation shows it."""

    pk: int
    name: str
    size: int


class CitedLink(NamedTuple):
    """A link as the list of a citation shows it."""

    url: str
    label: str


@dataclass
class CitedEvidence:
    """One citation of an item: which revision (its key and number) of which evidence, by whom."""

    pk: int
    evidence: int
    title: str
    document_date: date | None
    outside: str  # why it may not belong to this fiscal year
    revision: int
    number: int
    pages: str
    note: str
    cited_by: str
    brought_from: int | None  # the fiscal year, when it was brought from an earlier one
    verified_at: datetime | None
    verified_by: str
    newest: int = 0
    newest_number: int = 0
    files: list[CitedFile] = field(default_factory=list)
    links: list[CitedLink] = field(default_factory=list)
    thumbnail: Thumbnail = NO_FILE
    serves: list[RequiredPiece] = field(default_factory=list)  # filled by ``shown_checklist``

    @property
    def to_verify(self) -> bool:
        """Brought from an earlier year, and nobody said yet that it holds for this one."""
        return self.brought_from is not None and self.verified_at is None


class _CitationRow(NamedTuple):
    """One file (or none) of one revision (``of_…``) of the evidence that a citation cites."""

    pk: int
    evidence: int
    title: str
    document_date: date | None
    covers_from: date | None
    covers_to: date | None
    revision: int
    number: int
    pages: str
    note: str
    created_by: int
    brought_from: int | None
    verified_at: datetime | None
    verified_by: int | None
    of_revision: int
    of_number: int
    file: int | None
    name: str
    size: int
    kind: str
    drawn: bool | None
    damaged_at: datetime | None


@dataclass(frozen=True)
class ItemContents:
    """What stands on the page of an item beside its texts, and who saved these last."""

    citations: list[CitedEvidence]
    saved_by: str


@dataclass(frozen=True)
class Neighbours:
    """The codes of the considerations before and after, for paging through."""

    before: str | None
    after: str | None


def people_of(assessment: Assessment, row: Indicator) -> NamedPeople:
    """Who answers for the indicator and each of its considerations; one query."""
    people = NamedPeople()
    of_it = Q(standard=row.standard_id) | Q(indicator=row.pk) | Q(consideration__indicator=row.pk)
    named = assessment.assignments.current().filter(of_it).order_by()
    columns = ("position", "prefix", "given_name", "family_name")
    for standard, indicator, consideration, pk, position, *names in named.values_list(
        "standard", "indicator", "consideration", "user", *(f"user__{name}" for name in columns)
    ):
        person = NamedPerson(pk, thai.full_name(*names), position)
        if standard:
            people.standard = person
        elif indicator:
            people.indicator = person
        else:
            people.collectors[consideration] = person
    return people


def items_of(assessment: Assessment, row: Indicator) -> list[Item]:
    """The indicator's items with what was agreed, evidence and discussions counted; one query."""
    return list(
        assessment.items.filter(consideration__indicator=row)
        .with_counts()
        .annotate(open_threads=open_count())
        .select_related("consideration", "agreed_score")
        .order_by("consideration__order")
    )


def projects_of(assessment: Assessment, row: Indicator) -> QuerySet[SupportingProject]:
    """What supports the indicator this year; one query."""
    kept = SupportingProject.objects.kept().filter(assessment=assessment, indicators=row)
    return kept.select_related("work_group").order_by("pk")


def contents_of(item: Item) -> ItemContents:
    """What stands on the page of ``item`` beside its texts; 3 queries.

    Names are read in one of them: joined to the others, people cost more than the rest.
    """
    files = _cited_files(item)
    writers = {pk for file in files for pk in (file.created_by, file.verified_by)}
    names = _names({item.saved_by_id, *writers})
    return ItemContents(
        citations=_citations(files, names, item.assessment.fiscal_year),
        saved_by=names.get(item.saved_by_id, ""),
    )


def _names(people: Collection[int | None]) -> dict[int | None, str]:
    rows = User.objects.filter(pk__in=[pk for pk in people if pk]).order_by()
    columns = ("prefix", "given_name", "family_name")
    return {pk: thai.full_name(*name) for pk, *name in rows.values_list("pk", *columns)}


def _cited_files(item: Item) -> list[_CitationRow]:
    """A row for each file of each revision of what the item cites, without a file at least one.

    Plain columns, of which models would bring four times as many.
    """
    evidence = "revision__evidence"
    dates = (f"{evidence}__document_date", f"{evidence}__covers_from", f"{evidence}__covers_to")
    facts = ("pk", evidence, f"{evidence}__title", *dates, "revision")
    brought = ("brought_from__item__assessment__fiscal_year", "verified_at", "verified_by")
    more = ("revision__number", "pages", "note", "created_by", *brought)
    newest = (f"{evidence}__revisions", f"{evidence}__revisions__number")
    file = f"{evidence}__revisions__files"
    rows = item.citations.kept().order_by(
        "created_at", "pk", f"{evidence}__revisions__number", f"{file}__order", f"{file}__pk"
    )
    blob = f"{file}__blob"
    shown = (f"{blob}__media_type", f"{blob}__rendition__thumbnail", f"{blob}__damaged_at")
    columns = (*facts, *more, *newest, file, f"{file}__name", f"{blob}__size", *shown)
    return [_CitationRow(*row) for row in rows.values_list(*columns)]


def _citations(
    rows: Iterable[_CitationRow], names: Mapping[int | None, str], year: int
) -> list[CitedEvidence]:
    """Put files and links together by citation; 1 query, for the links."""
    found: dict[int, CitedEvidence] = {}
    for row in rows:
        citation = found.setdefault(row.pk, _citation(row, names, year))
        # The last revision of each piece of evidence has the highest number.
        citation.newest, citation.newest_number = row.of_revision, row.of_number
        if row.file and row.of_revision == citation.revision:
            if not citation.files:
                drawn = bool(row.drawn) and row.damaged_at is None
                citation.thumbnail = Thumbnail(row.file, sign_of(row.kind), drawn)
            citation.files.append(CitedFile(row.file, row.name, row.size))
    by_revision = {citation.revision: citation for citation in found.values()}
    links = EvidenceLink.objects.filter(revision__in=by_revision).order_by("order", "pk")
    for revision, url, label in links.values_list("revision", "url", "label"):
        by_revision[revision].links.append(CitedLink(url, label))
    return list(found.values())


def _citation(row: _CitationRow, names: Mapping[int | None, str], year: int) -> CitedEvidence:
    return CitedEvidence(
        pk=row.pk,
        evidence=row.evidence,
        title=row.title,
        document_date=row.document_date,
        outside=why_outside(Dates(row.document_date, row.covers_from, row.covers_to), year),
        revision=row.revision,
        number=row.number,
        pages=row.pages,
        note=row.note,
        cited_by=names[row.created_by],
        brought_from=row.brought_from,
        verified_at=row.verified_at,
        verified_by=names.get(row.verified_by, ""),
    )


def rubric_of(item: Item) -> list[tuple[int, str, str]]:
    """``(level, name, text)`` best first; no query once the edition was read."""
    edition = item.assessment.edition
    names = {level.score: level.name for level in edition_tree(edition).levels}
    texts = rubric_texts(edition).get(item.consideration_id, {})
    return [(level, names.get(level, ""), text) for level, text in texts.items()]


def neighbours(item: Item) -> Neighbours:
    """The considerations before and after; no query once the edition was read.

    An assessment has one item for each consideration of its edition.
    """
    codes = [
        row.code
        for standard in edition_tree(item.assessment.edition).standards
        for part in standard.indicators
        for row in part.considerations
    ]
    place = codes.index(item.consideration.code)
    return Neighbours(
        before=codes[place - 1] if place else None,
        after=codes[place + 1] if place + 1 < len(codes) else None,
    )


def sittings(item: Item) -> list[ItemRevision]:
    """The last revision of each run of saves by one person without a pause of 15 minutes.

    The newest first; 1 query.
    """
    revisions = item.revisions.select_related("saved_by").order_by("-version")
    shown = []
    newer: ItemRevision | None = None
    for revision in revisions:
        runs_on = (
            newer is not None
            and newer.saved_by_id == revision.saved_by_id
            and (newer.saved_at - revision.saved_at).total_seconds() < EPISODE_SECONDS
        )
        if not runs_on:
            shown.append(revision)
        newer = revision
    return shown
