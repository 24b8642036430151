"""Live previews beside a form, and registered papers page by page. Nothing renders here."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from people import clock
from people.refusals import MoveRefused, NotAllowed
from reports.collect import unsaved_snapshot
from reports.domain import pages, previews
from reports.domain.documents import proposal_of
from reports.models import Preview
from reports.states import OF_A_MEETING, OF_A_PROPOSAL, DocumentKind, DocumentState
from reports.views.loading import load_cycle, load_document, load_meeting
from reports.views.polling import poll_of
from workflow import rules
from workflow.domain.proposal_moves import refusal
from workflow.forms.drafts import typed_draft
from workflow.forms.meetings import typed_invitation
from workflow.states import ProposalState

CSP_PICTURE = "default-src 'none'; sandbox; frame-ancestors 'none'"


# -- wishes -------------------------------------------------------------------------
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
    return _status(request, previews.wish(cycle, snapshot, kind=kind, by=request.user))


def _over(request, draft):
    """Proposed in another window: said in the pane, which then asks no more."""
    context = {
        "refusal": refusal(draft, drafting=True),
        "assessment": draft.cycle.assessment,
        "kind": draft.kind,
    }
    return _no_store(render(request, "reports/_preview_over.html", context, status=409))


@require_POST
def meeting_preview(request, office, year, pk, kind):
    """How the invitation would look with what is typed, or the minutes as they are saved."""
    if kind not in OF_A_MEETING:
        raise Http404
    meeting = load_meeting(request, office, year, pk)
    _require_keeper(request.user, meeting, kind)
    typed = typed_invitation(meeting, request.POST) if kind == DocumentKind.INVITATION else meeting
    snapshot = unsaved_snapshot(meeting.cycle, kind, meeting=typed, at=clock.now())
    wished = previews.wish(meeting.cycle, snapshot, kind=kind, by=request.user, meeting=meeting)
    return _status(request, wished)


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
    found = _mine(request, office, year).filter(token=token).first()
    if found is None:  # a newer wish took its place, or it was never this person's
        return _no_store(render(request, "reports/_preview_gone.html", status=404))
    return _status(request, found)


@require_safe
def preview_page(request, office, year, token, page):
    """One picture, for the person who wished for it."""
    ready = _mine(request, office, year).filter(state=DocumentState.READY)
    found = get_object_or_404(ready, token=token)
    return _picture(previews.folder_of(found), page)


def _mine(request, office, year):
    cycle = load_cycle(request, office, year)
    rows = Preview.objects.defer("snapshot").filter(user=request.user, cycle=cycle)
    return rows.select_related("cycle__assessment__office")


def _status(request, found):
    shown = previews.pages_of(found) if found.state == DocumentState.READY else None
    context = {
        "preview": found,
        "assessment": found.cycle.assessment,
        "shown": shown,
        "more": shown.total - len(shown.pages) if shown else 0,
        "poll": poll_of(request),
    }
    return _no_store(render(request, "reports/_preview_status.html", context))


def _no_store(response):
    response.headers["Cache-Control"] = "no-store"
    return response


# -- pictures --------------------------------------------------------------------------
@require_safe
def document_page(request, office, year, pk, page):
    """One page of a registered paper; a browser that has the picture is told so."""
    found = load_document(request, office, year, pk)
    shown = pages.pages_of(found)
    if shown is None or not 0 < page <= len(shown.pages):
        raise Http404
    tag = f'"{shown.pages[page - 1].sha256}"'
    unchanged = get_conditional_response(request, etag=tag)
    response = unchanged or _picture(pages.folder_of(found), page)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _picture(folder, page):
    try:
        file = (folder / f"{page}.png").open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = CSP_PICTURE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
