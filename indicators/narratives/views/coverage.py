"""The page of coverage: considerations by months."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.loading import load_assessment
from indicators.narratives.coverage import coverage_of


@require_GET
def coverage(request, office, year):
    """Where the year has evidence, and where it has none."""
    assessment = load_assessment(request, office, year)
    context = {
        "assessment": assessment,
        "section": "evidence",
        "coverage": coverage_of(assessment),
    }
    return render(request, "indicators/narratives/coverage.html", context)
