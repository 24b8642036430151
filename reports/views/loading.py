"""Loading rows for the pages of papers: only what the person may see, else 404."""

from django.shortcuts import get_object_or_404

from reports.models import Document
from workflow.models import Cycle


def load_cycle(request, office, year):
    """One year of the person's own office."""
    cycles = Cycle.objects.visible_to(request.user)
    return get_object_or_404(
        cycles.select_related("assessment__office", "assessment__edition"),
        assessment__office__code=office,
        assessment__fiscal_year=year,
    )


def rows():
    """Documents as pages show them: without the snapshot, which is long."""
    return Document.objects.defer("snapshot").select_related(
        "cycle__assessment__office", "proposal", "meeting", "requested_by"
    )


def load_document(request, office, year, pk):
    """One document of a year of the person's own office."""
    cycle = load_cycle(request, office, year)
    document = get_object_or_404(rows().visible_to(request.user), pk=pk, cycle=cycle)
    document.cycle = cycle
    return document


def load_meeting(request, office, year, pk):
    """One meeting of a year of the person's own office."""
    cycle = load_cycle(request, office, year)
    meeting = get_object_or_404(cycle.meetings.select_related("cycle"), pk=pk)
    meeting.cycle = cycle
    return meeting
