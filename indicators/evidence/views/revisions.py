"""Two revisions of a piece of evidence beside each other."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from indicators import rules
from indicators.evidence.forms import CompareForm
from indicators.evidence.queries import compare, revisions_of
from indicators.loading import load_assessment, load_evidence


@require_GET
def evidence_compare(request, office, year, pk):
    """What came, what went and what stayed between two revisions; who, when and why."""
    assessment, row = load_assessment(request, office, year), load_evidence(request, pk)
    manages = rules.may_manage_evidence(request.user, row, clock.today())
    revisions = {revision.number: revision for revision in revisions_of(row)}
    if len(revisions) < 2 or (row.removed_at and not manages):
        raise Http404
    form = CompareForm(request.GET, revisions=list(revisions.values()))
    old, new = form.chosen
    context = {
        "assessment": assessment,
        "section": "evidence",
        "evidence": row,
        "form": form,
        "compared": compare(revisions[old], revisions[new]),
    }
    return render(request, "indicators/evidence/evidence_compare.html", context)
