"""Loading a document for its pages: only what the person may see, else 404."""

from django.shortcuts import get_object_or_404

from reports.documents.queries import documents_for
from workflow.loading import load_cycle


def load_document(request, office, year, pk):
    """One document of a year of the person's own office."""
    cycle = load_cycle(request, office, year)
    document = get_object_or_404(documents_for(request.user), pk=pk, cycle=cycle)
    document.cycle = cycle
    return document
