"""The document register of one year: the list, a document's page, asking, downloading."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import clock
from core.downloads import TAME, TAME_PDF, send_file
from core.views import page_of
from reports import rules
from reports.documents.documents import proposal_of, request_document, retry_document
from reports.documents.files import MEDIA_TYPES, PaperDamaged, file_name_of, open_whole
from reports.documents.forms import DocumentFilterForm, DocumentRequestForm
from reports.documents.queries import (
    Shelf,
    documents_for,
    documents_with,
    meeting_offers,
    offers_of,
    register_of,
    submitted_document,
)
from reports.documents.rendering import UNDERWAY
from reports.documents.views.loading import load_document
from reports.states import DocumentFormat, DocumentState
from workflow.loading import load_cycle, load_handed_over


# -- pages ----------------------------------------------------------------------
@require_GET
def document_list(request, office, year):
    """What can be asked for, and every paper of the year."""
    cycle = load_cycle(request, office, year)
    form = DocumentFilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    documents = register_of(cycle, request.user, q=wanted.get("q", ""), kind=wanted.get("kind", ""))
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
    return render(request, "reports/documents/document_list.html", context)


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
    return render(request, "reports/documents/document.html", _context(request, office, year, pk))


@require_GET
def document_status(request, office, year, pk):
    """The part of the page that asks again until the document is ready or failed."""
    context = _context(request, office, year, pk) | {"polled": True}
    response = render(request, "reports/documents/_document_status.html", context)
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
        documents_for(request.user),
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
    wanted = get_object_or_404(documents_with(sha256, cycle, request.user))
    return file_response(request, wanted)


@require_safe
def submitted_paper(request, office, year, kind):
    """The newest SAR or summary that was submitted to OBEC."""
    if not rules.may_read_submitted(request.user, clock.today()) or kind not in rules.RESERVED:
        raise Http404
    cycle = load_handed_over(office, year)
    wanted = submitted_document(cycle, kind, request.user)
    if wanted is None:  # the sweep that makes it comes every minute
        return render(
            request, "reports/documents/document_waiting.html", {"cycle": cycle}, status=202
        )
    return file_response(request, wanted)


def file_response(request, wanted):
    """The bytes with what keeps them harmless; a readable page when they are gone or damaged."""
    file = open_whole(wanted)
    shown = request.GET.get("inline") == "1" and wanted.format == DocumentFormat.PDF
    with suppress(PaperDamaged):
        if file is not None:
            return send_file(
                request,
                file,
                size=wanted.size,
                etag=wanted.sha256,
                name=file_name_of(wanted),
                media_type=MEDIA_TYPES[wanted.format],
                csp=TAME_PDF if shown else TAME,
                inline=shown,
            )
    return render(
        request, "reports/documents/document_missing.html", {"document": wanted}, status=410
    )
