"""The page of coverage: considerations by months."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.coverage.queries import coverage_of
from indicators.loading import load_assessment


@require_GET
def coverage(request, office, year):
    """Where the year has evidence, and where it has none."""
    assessment = load_assessment(request, office, year)
    context = {
        "assessment": assessment,
        "section": "evidence",
        "coverage": coverage_of(assessment),
    }
    return render(request, "indicators/coverage/coverage.html", context)
