"""OBEC looks at the evidence that was submitted; and where the links of papers lead."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock
from indicators.evidence.codes import key_of
from indicators.renditions.forms import LookForm
from indicators.renditions.sights import places_of, sight_of
from indicators.renditions.views import looking
from people import rules
from workflow.followup import queries
from workflow.loading import load_submitted_citation


@require_safe
def submitted_evidence(request, office, year, pk):
    """One piece of evidence as it was submitted, page by page; also of a year taken back since."""
    if not rules.is_obec(request.user, clock.today()):
        raise Http404
    submitted = load_submitted_citation(office, year, pk)
    citation, asked = submitted.citation, LookForm.of(request.GET)
    context = {
        "assessment": submitted.submission.assessment,
        "citation": citation,
        "links": citation.revision.links.all(),
    }
    if file := _chosen(citation.revision.files.all(), asked["file"]):
        sight = sight_of(
            file,
            page=asked["page"],
            citation=citation,
            places=places_of(queries.submitted_beside(submitted)),
        )
        context |= looking(request, sight, _address(office, year), zoom=asked["zoom"])
    return render(request, "workflow/followup/submission_evidence.html", context)


def _chosen(files, pk):
    """The file that was asked for, else the first; None of a revision that has links alone."""
    files = list(files)
    return next((file for file in files if file.pk == pk), files[0] if files else None)


def _address(office, year):
    def address(place, **query):
        page = reverse("workflow:submitted_evidence", args=[office, year, place.citation])
        return f"{page}?{urlencode({'file': place.file, **query})}"

    return address


@require_safe
def evidence_link(request, code):
    """The address on a paper: the very revision it cites, for whoever may see it."""
    key = key_of(code)
    if key is None:
        raise Http404
    if own := queries.citation_of_office(request.user, key):
        return redirect(_own(own))
    if rules.is_obec(request.user, clock.today()) and (submitted := queries.newest_submitted(key)):
        year = submitted.submission.assessment
        return redirect("workflow:submitted_evidence", year.office.code, year.fiscal_year, key)
    raise Http404


def _own(citation):
    year = citation.item.assessment
    place = [year.office.code, year.fiscal_year, citation.evidence_id]
    file = citation.revision.files.first()
    if file is None:
        return reverse("indicators:evidence", args=place)
    return f"{reverse('indicators:evidence_file', args=[*place, file.pk])}?cited={citation.pk}"
