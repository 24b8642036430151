"""What the page of one file shows: one page of it, where it stands among others, what is cited."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet

from indicators.evidence.blobs import FileDamaged
from indicators.models import Citation, EvidenceFile, Rendition
from indicators.renditions import folders, rendering
from indicators.renditions.folders import Picture
from indicators.renditions.looks import Look, look_of
from indicators.renditions.texts import ShownTable, ShownText, table_of, text_of
from indicators.states import RenditionState

FIRST_NUMBER = re.compile(r"\d{1,5}")


class Showing(StrEnum):
    """What became of the page that was asked for."""

    SHOWN = "shown"
    PREPARING = "preparing"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"  # no LibreOffice here
    UNREADABLE = "unreadable"  # this page alone
    DAMAGED = "damaged"


@dataclass(frozen=True)
class FileBeside:
    """A file among those that are looked at one after the other."""

    file: int
    name: str
    evidence: int
    title: str
    citation: int | None = None


@dataclass
class Sight:
    """One file as its page shows it."""

    file: EvidenceFile
    citation: Citation | None
    look: Look
    showing: Showing = Showing.SHOWN
    page: int = 1
    total: int = 0
    picture: Picture | None = None
    text: ShownText | None = None
    table: ShownTable | None = None
    places: list[FileBeside] = field(default_factory=list)

    @property
    def place(self) -> FileBeside:
        """Where it stands itself."""
        evidence = self.file.revision.evidence
        return FileBeside(self.file.pk, self.file.name, evidence.pk, evidence.title, self._citation)

    @property
    def number(self) -> int:
        """The how manieth of ``places`` it is, from 1."""
        found = [n for n, place in enumerate(self.places, 1) if place.file == self.file.pk]
        here = [n for n in found if self.places[n - 1].citation == self._citation]
        return (here or found or [1])[0]

    @property
    def _citation(self) -> int | None:
        return self.citation.pk if self.citation else None

    @property
    def before(self) -> FileBeside | None:
        """The file before this one."""
        return self.places[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> FileBeside | None:
        """And the one behind it."""
        return self.places[self.number] if self.number < len(self.places) else None

    @property
    def next_picture(self) -> int | None:
        """The next page, if its picture is there already: it is fetched ahead."""
        there = self.page < self.total and folders.found(self.file.blob, str(self.page + 1))
        return self.page + 1 if there else None

    def called(self, place: FileBeside) -> str:
        """How another file is named beside this one: its evidence, or itself within the same."""
        return place.name if place.evidence == self.place.evidence else place.title

    @property
    def is_preparing(self) -> bool:
        """Whether the page is to ask again."""
        return self.showing == Showing.PREPARING


def sight_of(
    file: EvidenceFile,
    *,
    page: int | None = None,
    citation: Citation | None = None,
    places: list[FileBeside] | None = None,
) -> Sight:
    """Read what the page of ``file`` shows; what lacks of its pictures is asked of a worker.

    Without a ``page`` the first that is cited, else the first of all.
    """
    sight = Sight(file, citation, look_of(file.blob.media_type, file.name), places=places or [])
    if file.blob.damaged_at is not None:
        sight.showing = Showing.DAMAGED
    elif sight.look == Look.PAGES:
        _turn_to(sight, page or first_cited(citation))
    elif sight.look in (Look.TEXT, Look.TABLE):
        _read(sight)
    return sight


def first_cited(citation: Citation | None) -> int:
    """The first number of what was written as cited pages: "หน้า ๓-๕" begins at 3."""
    found = FIRST_NUMBER.search(citation.pages) if citation else None
    return max(1, int(found[0])) if found else 1


def _turn_to(sight: Sight, page: int) -> None:
    blob = sight.file.blob
    rendition = rendering.rendition_of(blob)
    sight.total = rendition.pages
    sight.page = min(page, sight.total) if sight.total else page
    rendering.ask(rendition, sight.page if sight.total else 1)
    sight.picture = folders.picture_of(blob, sight.page)
    if sight.picture is None:
        sight.showing = _why_none(rendition, sight)


def _why_none(rendition: Rendition, sight: Sight) -> Showing:
    if folders.is_unreadable(sight.file.blob, sight.page):
        return Showing.UNREADABLE
    ended = {
        RenditionState.FAILED: Showing.FAILED,
        RenditionState.UNAVAILABLE: Showing.UNAVAILABLE,
    }
    return ended.get(RenditionState(rendition.state), Showing.PREPARING)


def _read(sight: Sight) -> None:
    try:
        if sight.look == Look.TABLE:
            sight.table = table_of(sight.file.blob)
        if sight.table is None:
            sight.look, sight.text = Look.TEXT, text_of(sight.file.blob)
    except FileDamaged:
        sight.showing = Showing.DAMAGED


# -- what stands beside it --------------------------------------------------------------
def places_of(citations: QuerySet[Citation]) -> list[FileBeside]:
    """Every file of these citations, in the order of the page that lists them; 1 query."""
    rows = citations.filter(revision__files__isnull=False).order_by(
        "created_at", "pk", "revision__files__order", "revision__files__pk"
    )
    evidence = "revision__evidence"
    columns = ("revision__files", "revision__files__name", evidence, f"{evidence}__title", "pk")
    return [FileBeside(*row) for row in rows.values_list(*columns)]


def places_of_revision(file: EvidenceFile) -> list[FileBeside]:
    """The files of the same revision; 1 query."""
    rows = EvidenceFile.objects.filter(revision=file.revision_id).order_by("order", "pk")
    evidence = "revision__evidence"
    return [
        FileBeside(*row) for row in rows.values_list("pk", "name", evidence, f"{evidence}__title")
    ]
