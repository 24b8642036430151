"""The page of coverage: considerations by months."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.loading import load_assessment
from indicators.narratives.coverage import coverage_of
from indicators.narratives.forms import CoverageFilterForm


@require_GET
def coverage(request, office, year):
    """Where the year has evidence, and where it has none."""
    assessment = load_assessment(request, office, year)
    form = CoverageFilterForm(request.GET)
    lacking = form.is_valid() and form.cleaned_data["show"] == "lacking"
    context = {
        "assessment": assessment,
        "section": "evidence",
        "coverage": coverage_of(assessment, lacking=lacking),
        "form": form,
        "lacking": lacking,
    }
    return render(request, "indicators/narratives/coverage.html", context)
