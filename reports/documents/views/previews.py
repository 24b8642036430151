"""Live previews beside a form, and registered papers page by page. Nothing renders here."""

import os

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import clock
from core.downloads import TAME, send_file
from core.refusals import MoveRefused, NotAllowed
from core.views import poll_of
from reports.collect import unsaved_snapshot
from reports.documents import pages, previews
from reports.documents.documents import proposal_of
from reports.documents.queries import preview_of
from reports.documents.views.loading import load_document
from reports.states import OF_A_MEETING, OF_A_PROPOSAL, DocumentKind, DocumentState
from workflow import rules
from workflow.loading import load_cycle, load_meeting
from workflow.meetings.forms.meetings import typed_invitation
from workflow.papers.forms.drafts import typed_draft
from workflow.papers.moves import refusal
from workflow.states import ProposalState


# -- requests -----------------------------------------------------------------------
@require_POST
def preview(request, office, year, kind):
    """How the draft would look with what is typed; nothing of it is saved."""
    if kind not in OF_A_PROPOSAL:
        raise Http404
    cycle = load_cycle(request, office, year)
    if not rules.may_draft(request.user, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator writes and proposes this."))
    draft = proposal_of(cycle, kind)
    if draft is None:
        raise MoveRefused(_("This paper is no draft any more. Load the page again."))
    if draft.state != ProposalState.DRAFT:
        return _over(request, draft)
    draft.cycle = cycle
    typed = typed_draft(draft, request.POST, kind=kind, user=request.user)
    snapshot = unsaved_snapshot(cycle, kind, proposal=typed, at=clock.now())
    return _status(request, previews.request_preview(cycle, snapshot, kind=kind, by=request.user))


def _over(request, draft):
    """Proposed in another window: said in the pane, which then asks no more."""
    context = {
        "refusal": refusal(draft, drafting=True),
        "assessment": draft.cycle.assessment,
        "kind": draft.kind,
    }
    return _no_store(
        render(request, "reports/documents/_preview_pane.html#over", context, status=409)
    )


@require_POST
def meeting_preview(request, office, year, pk, kind):
    """How the invitation would look with what is typed, or the minutes as they are saved."""
    if kind not in OF_A_MEETING:
        raise Http404
    meeting = load_meeting(request, office, year, pk)
    _require_keeper(request.user, meeting, kind)
    typed = typed_invitation(meeting, request.POST) if kind == DocumentKind.INVITATION else meeting
    snapshot = unsaved_snapshot(meeting.cycle, kind, meeting=typed, at=clock.now())
    found = previews.request_preview(
        meeting.cycle, snapshot, kind=kind, by=request.user, meeting=meeting
    )
    return _status(request, found)


def _require_keeper(user, meeting, kind):
    day = clock.today()
    if kind == DocumentKind.INVITATION:
        if not rules.may_call_meeting(user, meeting.cycle, day):
            raise NotAllowed(_("Only the coordinator calls, changes and cancels meetings."))
    elif not rules.may_keep_minutes(user, meeting, day):
        raise NotAllowed(_("Only the coordinator and the committee's secretaries keep minutes."))


# -- answers ---------------------------------------------------------------------------
@require_GET
def preview_status(request, office, year, token):
    """The part of the pane that asks again until the pictures are there."""
    found = _mine(request, office, year, token)
    if found is None:  # a newer request took its place, or it was never this person's
        return _no_store(render(request, "reports/documents/_preview_pane.html#gone", status=404))
    return _status(request, found)


@require_safe
def preview_page(request, office, year, token, page):
    """One picture, for the person who asked for it."""
    found = _mine(request, office, year, token)
    if found is None or found.state != DocumentState.READY:
        raise Http404
    return _picture(request, previews.folder_of(found), page)


def _mine(request, office, year, token):
    return preview_of(request.user, load_cycle(request, office, year), token)


def _status(request, found):
    shown = previews.pages_of(found) if found.state == DocumentState.READY else None
    context = {
        "preview": found,
        "assessment": found.cycle.assessment,
        "shown": shown,
        "more": shown.total - len(shown.pages) if shown else 0,
        "poll": poll_of(request),
    }
    return _no_store(render(request, "reports/documents/_preview_pane.html#status", context))


def _no_store(response):
    response.headers["Cache-Control"] = "no-store"
    return response


# -- pictures --------------------------------------------------------------------------
@require_safe
def document_page(request, office, year, pk, page):
    """One page of a registered paper; a browser that has the picture gets 304."""
    found = load_document(request, office, year, pk)
    shown = pages.pages_of(found)
    if shown is None or not 0 < page <= len(shown.pages):
        raise Http404
    if not pages.is_whole(found, page, shown):
        raise Http404
    etag = shown.pages[page - 1].sha256
    return _picture(request, pages.folder_of(found), page, etag=etag, cache="private, no-cache")


def _picture(request, folder, page, *, etag="", cache=None):
    try:
        file = (folder / f"{page}.png").open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    made = os.fstat(file.fileno())
    return send_file(
        request,
        file,
        size=made.st_size,
        etag=etag or f"{made.st_size}-{made.st_mtime_ns}",
        name=f"{page}.png",
        media_type="image/png",
        csp=TAME,
        inline=True,
        cache=cache,
    )
