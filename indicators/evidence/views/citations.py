"""Citing evidence in a consideration, and no longer citing it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.refusals import FormRefused, RuleBroken
from core.views import offer_undo, require_valid
from indicators import rules
from indicators.catalogue.checklists.forms import ForRowForm
from indicators.catalogue.checklists.queries import checklist_of
from indicators.evidence import citations as domain
from indicators.evidence.cited import cited_pieces
from indicators.evidence.forms import CiteForm, CiteInForm
from indicators.evidence.pictures.thumbnails import show_thumbnails
from indicators.evidence.queries import last_revision, picks_for
from indicators.evidence.views.evidence import evidence_url
from indicators.loading import (
    item_url,
    load_assessment,
    load_checklist_row,
    load_citation,
    load_evidence,
    load_item,
    load_revision,
)
from indicators.states import ItemState


@require_GET
def evidence_pick(request, office, year, code):
    """Evidence that the office has already, also from earlier years, to be cited here."""
    row = load_item(request, office, year, code)
    query = request.GET.get("q", "")[:200]
    found = list(picks_for(row, query))
    show_thumbnails(found)
    form = ForRowForm(request.GET)
    wanted = form.cleaned_data["row"] if form.is_valid() else None
    checklist = checklist_of(row)
    context = {
        "assessment": row.assessment,
        "section": "indicators",
        "item": row,
        "query": query,
        "rows": found,
        "checklist": checklist,
        "wanted": next((piece for piece in checklist.rows if piece.pk == wanted), None),
        "cited": cited_pieces(row.citations.kept()).get(row.pk, []) if wanted else [],
        "may_write": rules.may_write_item(request.user, row) and row.state == ItemState.WRITING,
    }
    template = "_evidence_picks" if request.htmx else "evidence_pick"
    return render(request, f"indicators/evidence/{template}.html", context)


@require_POST
def cite(request, office, year, code):
    """Cite a revision of the office's evidence in the consideration."""
    row = load_item(request, office, year, code)
    domain.require_citer(row, by=request.user)
    form = CiteForm(request.POST)
    if not form.is_valid():
        if "revision" in form.errors:
            raise RuleBroken(_("Choose a piece of evidence."))
        raise FormRefused(form)
    revision = load_revision(request, form.cleaned_data["revision"])
    wanted = form.cleaned_data["row"]
    domain.cite(
        row,
        revision,
        row=load_checklist_row(row.assessment, wanted, item=row) if wanted else None,
        pages=form.cleaned_data["pages"],
        note=form.cleaned_data["note"],
        by=request.user,
    )
    messages.success(request, _("“%(title)s” is cited.") % {"title": revision.evidence.title})
    return redirect(f"{item_url(row)}#evidence")


@require_POST
def evidence_cite(request, office, year, pk):
    """Cite the newest revision in a further consideration, from the page of the evidence."""
    assessment, evidence = load_assessment(request, office, year), load_evidence(request, pk)
    said = require_valid(CiteInForm(request.POST, edition=assessment.edition))
    row = load_item(request, office, year, said["item"])
    cited = domain.cite(
        row, last_revision(evidence), pages=said["pages"], note=said["note"], by=request.user
    )
    offer_undo(
        request,
        _("“%(title)s” is cited in %(code)s.")
        % {"title": evidence.title, "code": row.consideration.code},
        reverse("indicators:citation_withdraw", args=[office, year, cited.pk]),
    )
    return redirect(evidence_url(assessment, evidence))  # its top: the message with the button


@require_POST
def citation_withdraw(request, office, year, pk):
    """The consideration no longer cites the evidence."""
    assessment = load_assessment(request, office, year)
    citation = load_citation(assessment, pk)
    domain.withdraw_citation(citation, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” is no longer cited here; it stays among the office's evidence.")
        % {"title": citation.evidence.title},
        reverse("indicators:citation_restore", args=[office, year, pk]),
    )
    return redirect(item_url(citation.item))  # its top: the message with the button


@require_POST
def citation_restore(request, office, year, pk):
    """Undo that the consideration no longer cites the evidence."""
    citation = load_citation(load_assessment(request, office, year), pk)
    domain.restore_citation(citation, by=request.user)
    messages.success(request, _("“%(title)s” is cited again.") % {"title": citation.evidence.title})
    return redirect(f"{item_url(citation.item)}#evidence")
