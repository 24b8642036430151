"""Papers page by page, as fragments: of one version for who decides on it, and of a meeting."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.views import poll_of
from notifications import broker
from reports.documents import pages
from reports.documents.documents import (
    current_meeting_paper,
    current_paper,
    proposal_of,
    request_document,
)
from reports.documents.forms import AnewForm
from reports.states import OF_A_MEETING, OF_A_PROPOSAL, DocumentFormat, DocumentState
from workflow.loading import load_cycle, load_meeting

PDF, DOCX = DocumentFormat.PDF, DocumentFormat.DOCX


class VersionPaper:
    """One paper of one version."""

    def __init__(self, request, office, year, kind, version):
        if kind not in OF_A_PROPOSAL:
            raise Http404
        self.cycle = load_cycle(request, office, year)
        self.kind, self.version = kind, version
        self.proposal = proposal_of(self.cycle, kind, version)
        if self.proposal is None:
            raise Http404
        self.meeting = None
        self.address = [office, year, kind, version]
        self.name = "version_paper"

    def file(self, format_):
        return current_paper(self.proposal, self.kind, format_)


class MeetingPaper:
    """One paper of one meeting."""

    def __init__(self, request, office, year, pk, kind):
        if kind not in OF_A_MEETING:
            raise Http404
        self.meeting = load_meeting(request, office, year, pk)
        self.cycle, self.kind = self.meeting.cycle, kind
        self.proposal = self.version = None
        self.address = [office, year, pk, kind]
        self.name = "meeting_paper"

    def file(self, format_):
        return current_meeting_paper(self.meeting, self.kind, format_)


@require_GET
def version_paper(request, office, year, kind, version):
    """The very PDF of one version."""
    return _show(request, VersionPaper(request, office, year, kind, version))


@require_GET
def meeting_paper(request, office, year, pk, kind):
    """The newest PDF of an invitation or of minutes."""
    return _show(request, MeetingPaper(request, office, year, pk, kind))


@require_POST
def version_paper_request(request, office, year, kind, version):
    """Ask for it if there is none; the page does so by itself."""
    return _ask(request, VersionPaper(request, office, year, kind, version))


@require_POST
def meeting_paper_request(request, office, year, pk, kind):
    """Ask for it, or for a newer one."""
    return _ask(request, MeetingPaper(request, office, year, pk, kind))


def _ask(request, paper):
    """Make it if there is none, draw it if only its pictures lack. Twice at once is one paper."""
    found = paper.file(PDF)
    shown = found is not None and pages.pages_of(found) is not None
    if found is None or found.state == DocumentState.FAILED or _wants_newer(request, paper, shown):
        found = request_document(
            paper.cycle,
            kind=paper.kind,
            proposal=paper.proposal,
            meeting=paper.meeting,
            by=request.user,
        )
    elif found.state == DocumentState.READY and not shown:
        broker.wake("reports.tasks.draw_pages", document_id=found.pk)
    return _fragment(request, paper, found, asked=True)


def _wants_newer(request, paper, shown):
    """A meeting's paper may have become old while its people changed it; a version's never."""
    return shown and paper.meeting is not None and AnewForm.asks(request.POST)


def _show(request, paper):
    return _fragment(request, paper, paper.file(PDF), asked="n" in request.GET)


def _fragment(request, paper, document, *, asked):
    ready = document is not None and document.state == DocumentState.READY
    failed = document is not None and document.state == DocumentState.FAILED
    shown = pages.pages_of(document) if ready else None
    context = {
        "assessment": paper.cycle.assessment,
        "paper": paper,
        "document": document,
        "docx": paper.file(DOCX),
        "shown": shown,
        "more": shown.total - len(shown.pages) if shown else 0,
        "ready": ready,
        "failed": failed,
        "asks": not asked and not failed and not shown and (ready or document is None),
        "poll": poll_of(request),
        "url": reverse(f"reports:{paper.name}", args=paper.address),
        "ask_url": reverse(f"reports:{paper.name}_request", args=paper.address),
    }
    response = render(request, "reports/documents/_paper.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
