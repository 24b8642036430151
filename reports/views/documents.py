"""The document register of one year: the list, a document's page, asking, downloading."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from people import clock
from people.views.loading import page_of
from reports import rules
from reports.domain.documents import UNDERWAY, proposal_of, request_document, retry_document
from reports.domain.files import MEDIA_TYPES, file_name_of, open_whole
from reports.domain.offers import Shelf, found_in, meeting_offers, offers_of
from reports.forms import DocumentFilterForm, DocumentRequestForm
from reports.states import DocumentFormat, DocumentState
from reports.views.loading import load_cycle, load_document, rows
from workflow.models import Cycle

# Browsers show a PDF in a viewer of their own, which some keep out of a sandbox. Were the answer
# taken for a page instead, it could run and load nothing.
CSP_SHOWN = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
)
CSP_SAVED = "default-src 'none'; sandbox"


# -- pages ----------------------------------------------------------------------
@require_GET
def document_list(request, office, year):
    """What can be asked for, and every paper of the year."""
    cycle = load_cycle(request, office, year)
    form = DocumentFilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    documents = found_in(
        rows().visible_to(request.user).filter(cycle=cycle),
        q=wanted.get("q", ""),
        kind=wanted.get("kind", ""),
    )
    shelf = Shelf(cycle)
    context = {
        "assessment": cycle.assessment,
        "section": "documents",
        "offers": offers_of(cycle, request.user, clock.today(), shelf),
        "meetings": meeting_offers(cycle, shelf),
        "form": form,
        "filtered": any(wanted.values()),
        "page": page_of(request, documents),
    }
    return render(request, "reports/document_list.html", context)


@require_POST
def document_request(request, office, year):
    """Ask for a paper; the same one that waits already is shown instead of a second."""
    cycle = load_cycle(request, office, year)
    form = DocumentRequestForm(request.POST, cycle=cycle)
    if not form.is_valid():
        messages.error(request, _("There is no such kind of paper."))
        return redirect("reports:document_list", office, year)
    wanted = form.cleaned_data
    document = request_document(
        cycle,
        kind=wanted["kind"],
        format=wanted["format"],
        proposal=proposal_of(cycle, wanted["kind"], wanted["version"]),
        meeting=wanted["meeting"],
        by=request.user,
    )
    return redirect("reports:document", office, year, document.pk)


@require_GET
def document(request, office, year, pk):
    """One document: how far it is, then where to get it."""
    return render(request, "reports/document.html", _context(request, office, year, pk))


@require_GET
def document_status(request, office, year, pk):
    """The part of the page that asks again until the document is ready or failed."""
    context = _context(request, office, year, pk) | {"polled": True}
    response = render(request, "reports/_document_status.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(request, office, year, pk):
    shown = load_document(request, office, year, pk)
    may_request = rules.may_request(request.user, shown.cycle, shown.kind, clock.today())
    return {
        "assessment": shown.cycle.assessment,
        "section": "documents",
        "document": shown,
        "underway": shown.state in UNDERWAY,
        "may_retry": shown.state == DocumentState.FAILED and may_request,
    }


@require_POST
def document_retry(request, office, year, pk):
    """Try a failed document again."""
    retry_document(load_document(request, office, year, pk), by=request.user)
    return redirect("reports:document", office, year, pk)


# -- files ----------------------------------------------------------------------
@require_safe
def document_download(request, office, year, pk):
    """The file: to people of the office, and to OBEC what was submitted."""
    wanted = get_object_or_404(
        rows().visible_to(request.user),
        pk=pk,
        state=DocumentState.READY,
        cycle__assessment__office__code=office,
        cycle__assessment__fiscal_year=year,
    )
    return file_response(request, wanted)


@require_safe
def document_by_hash(request, office, year, sha256):
    """The very bytes a proposal names: what the director read stays readable."""
    cycle = load_cycle(request, office, year)
    documents = (
        rows()
        .visible_to(request.user)
        .filter(cycle=cycle, sha256=sha256, state=DocumentState.READY)
    )
    return file_response(request, get_object_or_404(documents[:1]))


@require_safe
def submitted_paper(request, office, year, kind):
    """The newest SAR or summary that was submitted to OBEC."""
    if not rules.may_read_submitted(request.user, clock.today()) or kind not in rules.RESERVED:
        raise Http404
    submitted = Cycle.objects.handed_over().select_related("assessment__office")
    cycle = get_object_or_404(
        submitted, assessment__office__code=office, assessment__fiscal_year=year
    )
    documents = rows().visible_to(request.user).submitted()
    wanted = documents.filter(cycle=cycle, kind=kind).first()
    if wanted is None:  # the sweep that makes it comes every minute
        return render(request, "reports/document_waiting.html", {"cycle": cycle}, status=202)
    return file_response(request, wanted)


def file_response(request, wanted):
    """The bytes with what keeps them harmless; a readable page when they are gone."""
    file = open_whole(wanted)
    if file is None:
        return render(request, "reports/document_missing.html", {"document": wanted}, status=410)
    shown = request.GET.get("inline") == "1" and wanted.format == DocumentFormat.PDF
    response = FileResponse(
        file,
        as_attachment=not shown,
        filename=file_name_of(wanted),
        content_type=MEDIA_TYPES[wanted.format],
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = CSP_SHOWN if shown else CSP_SAVED
    return response
