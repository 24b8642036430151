"""What the register offers: each kind of paper, whether it can be asked for, and why not."""

from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from esa_standards import thai
from people import clock
from reports import rules
from reports.domain.documents import DECIDED, UNDERWAY, proposal_kind
from reports.models import Document
from reports.states import (
    OF_A_MEETING,
    OF_A_PROPOSAL,
    OFFICIAL,
    DocumentFormat,
    DocumentKind,
    DocumentState,
)
from workflow.models import Meeting, Proposal
from workflow.states import MeetingState, ProposalState

PDF, DOCX = DocumentFormat.PDF, DocumentFormat.DOCX


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
    def latest(self):
        """The newest PDF that is ready."""
        return self.files[0].latest

    @property
    def underway(self):
        """The PDF that is being made."""
        return self.files[0].underway


@dataclass(frozen=True)
class MeetingOffers:
    """The papers of one meeting."""

    meeting: Meeting
    offers: tuple[Offer, ...]


class Shelf:
    """The documents of a year that offers speak of, found by what they are of. One query."""

    def __init__(self, cycle):
        documents = Document.objects.filter(cycle=cycle)
        ready = documents.filter(state=DocumentState.READY)
        newest = ready.order_by().values("kind", "format", "meeting").annotate(n=Max("pk"))
        wanted = documents.filter(Q(pk__in=newest.values("n")) | Q(state__in=UNDERWAY))
        self._latest, self._underway = {}, {}
        for document in wanted.defer("snapshot").select_related("proposal").order_by("pk"):
            heap = self._latest if document.state == DocumentState.READY else self._underway
            heap[document.kind, document.format, document.meeting_id] = document

    def files(self, kind, proposal=None, meeting=None):
        """The file offers of one paper."""
        formats = (PDF, DOCX) if kind in OFFICIAL else (PDF,)
        return tuple(self._file(kind, format_, proposal, meeting) for format_ in formats)

    def _file(self, kind, format_, proposal, meeting):
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


def offers_of(cycle, user, day, shelf=None):
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


def _why_not(cycle, user, kind, proposal, day):
    if not rules.may_request(user, cycle, kind, day):
        return _("Coordinator, director and deputies ask for this paper.")
    if kind in OF_A_PROPOSAL and proposal is None:
        return _("Nobody has drafted this paper yet, so there is nothing to print.")
    return ""


def meeting_offers(cycle, shelf):
    """Invitation and minutes of every meeting, the newest meeting first. One query."""
    meetings = cycle.meetings.exclude(state=MeetingState.CANCELLED).order_by("-starts_at", "-pk")
    return [
        MeetingOffers(meeting, tuple(_offer_of(meeting, kind, shelf) for kind in OF_A_MEETING))
        for meeting in meetings
    ]


def _offer_of(meeting, kind, shelf):
    early = kind == DocumentKind.MINUTES and not _has_begun(meeting)
    why_not = _("The minutes can be printed once the meeting has begun.") if early else ""
    return Offer(kind, None, shelf.files(kind, meeting=meeting), why_not)


def _has_begun(meeting):
    return meeting.state == MeetingState.HELD or meeting.starts_at <= clock.now()


def found_in(documents, *, q="", kind=""):
    """Documents whose kind is called ``q``, or whose SHA-256 begins so."""
    if kind:
        documents = documents.filter(kind=kind)
    if wanted := thai.fold(q).strip():
        named = [k.value for k in DocumentKind if wanted in thai.fold(str(k.label))]
        documents = documents.filter(Q(kind__in=named) | Q(sha256__startswith=wanted))
    return documents
