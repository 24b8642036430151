"""The document register: ask for a paper, render it once, keep it with its hash.

What is owed stands in the table; ``rendering`` turns a row into a file. The paper of an approved
version is frozen: whoever asks again gets the file there is, its snapshot and hash never change.
"""

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications import broker
from people.models import User
from reports import rules
from reports.documents.pages import draw_missing
from reports.documents.rendering import (
    DECIDED,
    UNDERWAY,
    final_of,
    log_document,
    render_queue,
)
from reports.models import Document
from reports.states import (
    OF_A_MEETING,
    OF_A_PROPOSAL,
    OFFICIAL,
    DocumentFormat,
    DocumentKind,
    DocumentState,
)
from workflow.models import Cycle, Decision, Meeting, Proposal
from workflow.papers.moves import UNDECIDED
from workflow.states import MeetingState, ProposalKind, ProposalState

# Asked for but not read yet: it will show whatever is true when a worker reads it.
UNREAD = Q(state__in=UNDERWAY, snapshot__isnull=True)


def proposal_kind(kind: str) -> str:
    """The kind of proposal whose versions a paper shows: the memo is the order's."""
    return ProposalKind.ORDER if kind == DocumentKind.MEMO else kind


def proposal_of(cycle: Cycle, kind: str, version: int | None = None) -> Proposal | None:
    """The version a new paper of this kind shows: the newest that was not superseded."""
    versions = cycle.proposals.filter(kind=proposal_kind(kind))
    if version is not None:
        return versions.filter(version=version).first()
    return versions.exclude(state=ProposalState.SUPERSEDED).order_by("-version").first()


def final_pdf(proposal: Proposal, kind: str) -> Document | None:
    """The frozen PDF of an approved paper; None while it is not ready."""
    return final_of(proposal, kind, DocumentFormat.PDF)


def current_paper(
    proposal: Proposal, kind: str, format: str = DocumentFormat.PDF
) -> Document | None:
    """The file that shows this version as it stands, ready, underway or failed; None without one.

    Of an approved version the frozen one; else the newest that was begun after the last change.
    """
    same = Document.objects.filter(proposal=proposal, kind=kind, format=format)
    if proposal.state in DECIDED:
        last = same.filter(requested_at__gte=proposal.approved_at)
        return _frozen_or_unread(same) or last.order_by("-pk").first()
    changed = Proposal.objects.filter(pk=proposal.pk).values_list(_changed_at(kind), flat=True)
    return same.filter(requested_at__gte=changed.get()).order_by("-pk").first()


def current_meeting_paper(
    meeting: Meeting, kind: str, format: str = DocumentFormat.PDF
) -> Document | None:
    """The newest file of a meeting's paper.

    Of closed minutes none from before they were closed, of confirmed ones none from before that.
    """
    same = Document.objects.filter(meeting=meeting, kind=kind, format=format)
    if kind == DocumentKind.MINUTES and meeting.state == MeetingState.HELD:
        same = same.filter(requested_at__gte=meeting.confirmed_at or meeting.held_at)
    return same.order_by("-pk").first()


# -- asking ---------------------------------------------------------------------
def wake_renderer() -> None:
    """Ask a worker to render what is queued."""
    broker.wake("reports.tasks.render_documents")


@transaction.atomic
def request_document(
    cycle: Cycle,
    *,
    kind: str,
    format: str = DocumentFormat.PDF,
    proposal: Proposal | None = None,
    meeting: Meeting | None = None,
    by: User | None = None,
    wake: bool = True,
) -> Document:
    """Queue one paper; the same paper that waits already is returned instead.

    One that is being made was read before this request, so it does not count, unless it is the
    paper of an approved version: that one is made once. ``by`` is None for what the product owes
    by itself. Without ``wake`` no worker is called: the caller renders.
    """
    if by is not None:
        _require_may_request(by, cycle, kind)
    _require_something_to_print(kind, format, proposal, meeting)
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    same = _same(cycle, kind, format, proposal, meeting)
    there = _frozen_or_waiting(same, proposal)
    if there is not None:
        return there
    latest = Document.objects.filter(cycle=cycle, kind=kind).aggregate(n=Max("number"))["n"]
    document = Document.objects.create(
        cycle=cycle,
        kind=kind,
        format=format,
        number=(latest or 0) + 1,
        proposal=proposal,
        meeting=meeting,
        requested_at=clock.now(),
        requested_by=by,
    )
    log_document(document, "document.request", actor=by)
    if wake:
        transaction.on_commit(wake_renderer)
    return document


def _require_something_to_print(
    kind: str, format_: str, proposal: Proposal | None, meeting: Meeting | None
) -> None:
    if kind in OF_A_PROPOSAL and proposal is None:
        raise RuleBroken(_("Nobody has drafted this paper yet, so there is nothing to print."))
    if (kind in OF_A_MEETING) != (meeting is not None):
        raise RuleBroken(_("Choose the meeting whose paper is wanted."))
    if format_ == DocumentFormat.DOCX and kind not in OFFICIAL:
        raise RuleBroken(_("This paper is made as PDF only."))


def _same(
    cycle: Cycle, kind: str, format_: str, proposal: Proposal | None, meeting: Meeting | None
) -> QuerySet[Document]:
    return Document.objects.filter(
        cycle=cycle, kind=kind, format=format_, proposal=proposal, meeting=meeting
    )


def _frozen_or_waiting(same: QuerySet[Document], proposal: Proposal | None) -> Document | None:
    """What is returned instead of a new paper: the frozen one, or one that is not read yet."""
    if proposal is not None and _is_decided(proposal):
        return _frozen_or_unread(same)
    return same.filter(UNREAD).first()


def _frozen_or_unread(same: QuerySet[Document]) -> Document | None:
    """The one paper of an approved version: made, being made, or waiting."""
    papers = same.filter(UNREAD | Q(final=True)).exclude(state=DocumentState.FAILED)
    return papers.order_by("-final", "pk").first()


def _is_decided(proposal: Proposal) -> bool:
    """As it is now, not as the caller read it."""
    return Proposal.objects.filter(pk=proposal.pk, state__in=DECIDED).exists()


@transaction.atomic
def retry_document(document: Document, *, by: User) -> None:
    """Put a failed document back into the queue; it is read anew.

    Refused when asking for the paper would give another one: a draft that failed before the
    approval would become a second final paper after it.
    """
    cycle = document.cycle
    _require_may_request(by, cycle, document.kind)
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    same = _same(cycle, document.kind, document.format, document.proposal, document.meeting)
    if _frozen_or_waiting(same.exclude(pk=document.pk), document.proposal) is not None:
        raise MoveRefused(_("The same paper has been made or asked for meanwhile."))
    moved = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED).update(
        state=DocumentState.QUEUED, attempts=0, progress=0, snapshot=None, error_reference=""
    )
    if not moved:
        raise MoveRefused(_("Only a document that failed can be tried again."))
    log_document(document, "document.retry", actor=by)
    transaction.on_commit(wake_renderer)


def _require_may_request(by: User, cycle: Cycle, kind: str) -> None:
    if not rules.may_request(by, cycle, kind, clock.today()):
        raise NotAllowed(_("Coordinator, director and deputies ask for this paper."))


# -- what the product owes by itself ------------------------------------------------
def render_due(*, worker: str = "", limit: int = 20) -> int:
    """Render what is owed or waits; returns how many got ready."""
    queue_papers_in_force()
    done = render_queue(worker=worker, limit=limit)
    draw_missing()
    return done


def queue_papers_in_force() -> int:
    """Queue what nobody should have to ask for; returns how many papers.

    The final paper of every approval and submission, the memo's beside its order's; and what
    lies before deputy and director, so that they find the very PDF they decide on. One that
    failed waits for a person, not for the next sweep.
    """
    wanted: list[tuple[Cycle, str, Proposal | None]] = [
        (proposal.cycle, kind, proposal)
        for kind in (*OF_A_PROPOSAL, DocumentKind.SAR)
        for proposal in (*_approved_without(kind), *_undecided_without(kind))
    ]
    wanted += [(cycle, DocumentKind.SUMMARY, None) for cycle in _submitted_without_summary()]
    for cycle, kind, proposal in wanted:
        request_document(cycle, kind=kind, proposal=proposal, wake=False)
    return len(wanted)


def _approved_without(kind: str) -> QuerySet[Proposal]:
    enough = UNREAD | Q(final=True) | Q(requested_at__gte=OuterRef("approved_at"))
    return _without(kind, enough).filter(state=ProposalState.APPROVED)


def _undecided_without(kind: str) -> QuerySet[Proposal]:
    """A SAR is not among them: what its director decides on was made before it was proposed."""
    if kind == DocumentKind.SAR:
        return Proposal.objects.none()
    enough = UNREAD | Q(requested_at__gte=OuterRef("changed_at"))
    return _without(kind, enough).filter(state__in=UNDECIDED)


def _without(kind: str, enough: Q) -> QuerySet[Proposal]:
    papers = Document.objects.filter(
        enough, kind=kind, format=DocumentFormat.PDF, proposal=OuterRef("pk")
    )
    rows = Proposal.objects.annotate(changed_at=_changed_at(kind))
    rows = rows.filter(~Exists(papers), kind=proposal_kind(kind))
    return rows.select_related("cycle__assessment__office")


def _changed_at(kind: str) -> Coalesce | Greatest:
    """When an undecided paper last changed: a memo also bears the deputy's opinion."""
    if kind != DocumentKind.MEMO:
        return Coalesce("proposed_at", "saved_at", "created_at")
    opinions = Decision.objects.filter(proposal=OuterRef("pk")).order_by("-pk")
    given_at = Coalesce(Subquery(opinions.values("at")[:1]), "proposed_at", "created_at")
    return Greatest(given_at, Coalesce("proposed_at", "saved_at", "created_at"))


def _submitted_without_summary() -> QuerySet[Cycle]:
    enough = UNREAD | Q(requested_at__gte=OuterRef("assessment__submitted_at"))
    summaries = Document.objects.filter(enough, cycle=OuterRef("pk"), kind=DocumentKind.SUMMARY)
    submitted: QuerySet[Cycle] = Cycle.objects.submitted().filter(~Exists(summaries))
    rows: QuerySet[Cycle] = submitted.select_related("assessment__office")
    return rows
