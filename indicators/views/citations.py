"""Citing evidence in a consideration, and no longer citing it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators import rules
from indicators.domain import evidence as domain
from indicators.forms.evidence import CiteForm
from indicators.models import Citation, Evidence, EvidenceRevision
from indicators.states import ItemState
from indicators.views.evidence import found
from indicators.views.items import item_url, load_item
from indicators.views.loading import load_assessment
from people.refusals import RuleBroken

PICKS = 12


@require_GET
def evidence_pick(request, office, year, code):
    """Evidence that the office has already, also from earlier years, to be cited here."""
    row = load_item(request, office, year, code)
    query = request.GET.get("q", "")[:200]
    cited = row.citations.filter(removed_at__isnull=True).values("evidence")
    rows = found(row.assessment.office, query).exclude(pk__in=cited)
    context = {
        "assessment": row.assessment,
        "section": "indicators",
        "item": row,
        "query": query,
        "rows": rows.select_related("created_by").prefetch_related("revisions")[:PICKS],
        "may_write": rules.may_write_item(request.user, row) and row.state == ItemState.WRITING,
    }
    template = "_evidence_picks" if request.htmx else "evidence_pick"
    return render(request, f"indicators/{template}.html", context)


@require_POST
def cite(request, office, year, code):
    """Cite a revision of the office's evidence in the consideration."""
    row = load_item(request, office, year, code)
    form = CiteForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Choose a piece of evidence."))
    revision = get_object_or_404(
        EvidenceRevision.objects.select_related("evidence__office").filter(
            evidence__in=Evidence.objects.visible_to(request.user)
        ),
        pk=form.cleaned_data["revision"],
    )
    domain.cite(
        row,
        revision,
        pages=form.cleaned_data["pages"],
        note=form.cleaned_data["note"],
        by=request.user,
    )
    messages.success(request, _("“%(title)s” is cited.") % {"title": revision.evidence.title})
    return redirect(f"{item_url(row)}#evidence")


@require_POST
def citation_withdraw(request, office, year, pk):
    """The consideration no longer cites the evidence."""
    assessment = load_assessment(request, office, year)
    citation = get_object_or_404(
        Citation.objects.select_related(
            "item__assessment__office", "item__consideration", "evidence__office"
        ),
        item__assessment=assessment,
        pk=pk,
    )
    domain.withdraw_citation(citation, by=request.user)
    messages.success(
        request,
        _("“%(title)s” is no longer cited here; it stays among the office's evidence.")
        % {"title": citation.evidence.title},
    )
    return redirect(f"{item_url(citation.item)}#evidence")
