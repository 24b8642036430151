"""What the pages of the register read: its documents, and what it offers of each kind of paper."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

import thai
from core import clock
from people.models import User
from reports import rules
from reports.documents.documents import proposal_kind
from reports.documents.rendering import DECIDED, UNDERWAY
from reports.models import Document, Preview
from reports.states import (
    OF_A_MEETING,
    OF_A_PROPOSAL,
    OFFICIAL,
    DocumentFormat,
    DocumentKind,
    DocumentState,
)
from workflow.models import Cycle, Meeting, Proposal
from workflow.states import MeetingState, ProposalState

PDF, DOCX = DocumentFormat.PDF, DocumentFormat.DOCX


# -- rows -----------------------------------------------------------------------------
def documents_for(user: User) -> QuerySet[Document]:
    """What the person may see, as pages show it: without the snapshot, which is long."""
    rows: QuerySet[Document] = Document.objects.visible_to(user)
    return rows.defer("snapshot").select_related(
        "cycle__assessment__office", "proposal", "meeting", "requested_by"
    )


def register_of(cycle: Cycle, user: User, *, q: str = "", kind: str = "") -> QuerySet[Document]:
    """The year's documents, newest first, as far as they fit what is looked for."""
    return found_in(documents_for(user).filter(cycle=cycle), q=q, kind=kind)


def documents_with(sha256: str, cycle: Cycle, user: User) -> QuerySet[Document]:
    """The one ready file of the year whose bytes have this SHA-256."""
    rows = documents_for(user).filter(cycle=cycle, sha256=sha256, state=DocumentState.READY)
    return rows[:1]


def submitted_document(cycle: Cycle, kind: str, user: User) -> Document | None:
    """The newest final SAR or summary that OBEC got; None while it is being made."""
    submitted: QuerySet[Document] = documents_for(user).submitted()  # type: ignore[attr-defined]
    return submitted.filter(cycle=cycle, kind=kind).first()


def preview_of(user: User, cycle: Cycle, token: str) -> Preview | None:
    """The person's own preview request of that token, without its snapshot; 1 query."""
    rows = Preview.objects.defer("snapshot").filter(user=user, cycle=cycle, token=token)
    return rows.select_related("cycle__assessment__office").first()


# -- offers ---------------------------------------------------------------------------
@dataclass(frozen=True)
class FileOffer:
    """One file of a paper."""

    format: DocumentFormat
    latest: Document | None  # the newest that is ready
    underway: Document | None
    frozen: bool  # approved and made: it is not made again


@dataclass(frozen=True)
class Offer:
    """One kind of paper. ``why_not`` is empty when it can be asked for now."""

    kind: DocumentKind
    proposal: Proposal | None  # the version a new paper would show
    files: tuple[FileOffer, ...]  # the PDF first
    why_not: str

    @property
    def latest(self) -> Document | None:
        """The newest PDF that is ready."""
        return self.files[0].latest

    @property
    def underway(self) -> Document | None:
        """The PDF that is being made."""
        return self.files[0].underway


@dataclass(frozen=True)
class MeetingOffers:
    """The papers of one meeting."""

    meeting: Meeting
    offers: tuple[Offer, ...]


class Shelf:
    """The documents of a year that offers speak of, found by what they are of. One query."""

    def __init__(self, cycle: Cycle) -> None:
        documents = Document.objects.filter(cycle=cycle)
        ready = documents.filter(state=DocumentState.READY)
        newest = ready.order_by().values("kind", "format", "meeting").annotate(n=Max("pk"))
        wanted = documents.filter(Q(pk__in=newest.values("n")) | Q(state__in=UNDERWAY))
        self._latest: dict[tuple[str, str, int | None], Document] = {}
        self._underway: dict[tuple[str, str, int | None], Document] = {}
        for document in wanted.defer("snapshot").select_related("proposal").order_by("pk"):
            heap = self._latest if document.state == DocumentState.READY else self._underway
            heap[document.kind, document.format, document.meeting_id] = document

    def files(
        self, kind: str, proposal: Proposal | None = None, meeting: Meeting | None = None
    ) -> tuple[FileOffer, ...]:
        """The file offers of one paper."""
        formats = (PDF, DOCX) if kind in OFFICIAL else (PDF,)
        return tuple(self._file(kind, format_, proposal, meeting) for format_ in formats)

    def _file(
        self,
        kind: str,
        format_: DocumentFormat,
        proposal: Proposal | None,
        meeting: Meeting | None,
    ) -> FileOffer:
        key = kind, format_, meeting.pk if meeting else None
        latest = self._latest.get(key)
        frozen = bool(
            latest
            and latest.final
            and proposal
            and proposal.state in DECIDED
            and latest.proposal_id == proposal.pk
        )
        return FileOffer(format_, latest, self._underway.get(key), frozen)


def offers_of(cycle: Cycle, user: User, day: date, shelf: Shelf | None = None) -> list[Offer]:
    """All kinds that are of the year or of a version, in the order of the year. Two queries."""
    rows = cycle.proposals.exclude(state=ProposalState.SUPERSEDED).order_by("version")
    proposals = {proposal.kind: proposal for proposal in rows}
    shelf = shelf or Shelf(cycle)
    offers = []
    for kind in DocumentKind:
        if kind not in OF_A_MEETING:
            proposal = proposals.get(proposal_kind(kind))
            why_not = _why_not(cycle, user, kind, proposal, day)
            offers.append(Offer(kind, proposal, shelf.files(kind, proposal), why_not))
    return offers


def _why_not(
    cycle: Cycle, user: User, kind: DocumentKind, proposal: Proposal | None, day: date
) -> str:
    if not rules.may_request(user, cycle, kind, day):
        return _("Coordinator, director and deputies ask for this paper.")
    if kind in OF_A_PROPOSAL and proposal is None:
        return _("Nobody has drafted this paper yet, so there is nothing to print.")
    return ""


def meeting_offers(cycle: Cycle, shelf: Shelf) -> list[MeetingOffers]:
    """Invitation and minutes of every meeting, the newest meeting first. One query."""
    meetings = cycle.meetings.exclude(state=MeetingState.CANCELLED).order_by("-starts_at", "-pk")
    return [
        MeetingOffers(meeting, tuple(_offer_of(meeting, kind, shelf) for kind in OF_A_MEETING))
        for meeting in meetings
    ]


def _offer_of(meeting: Meeting, kind: DocumentKind, shelf: Shelf) -> Offer:
    early = kind == DocumentKind.MINUTES and not _has_begun(meeting)
    why_not = _("The minutes can be printed once the meeting has begun.") if early else ""
    return Offer(kind, None, shelf.files(kind, meeting=meeting), why_not)


def _has_begun(meeting: Meeting) -> bool:
    return meeting.state == MeetingState.HELD or meeting.starts_at <= clock.now()


def found_in(documents: QuerySet[Document], *, q: str = "", kind: str = "") -> QuerySet[Document]:
    """Documents whose kind is called ``q``, or whose SHA-256 begins so."""
    if kind:
        documents = documents.filter(kind=kind)
    if wanted := thai.fold(q).strip():
        named = [k.value for k in DocumentKind if wanted in thai.fold(str(k.label))]
        documents = documents.filter(Q(kind__in=named) | Q(sha256__startswith=wanted))
    return documents
