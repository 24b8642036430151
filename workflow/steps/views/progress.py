"""How far the year is: per indicator, group and person."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.forms import SearchForm
from workflow.loading import load_cycle
from workflow.steps.queries import progress_page


@require_safe
def progress(request, office, year):
    """Counts of what was handed in."""
    cycle = load_cycle(request, office, year)
    search = SearchForm(request.GET)
    context = {
        "assessment": cycle.assessment,
        "section": "overview",
        "search": search,
        "page": progress_page(cycle, clock.today(), search.words),
    }
    return render(request, "workflow/steps/progress.html", context)
