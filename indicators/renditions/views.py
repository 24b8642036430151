"""Pages on which files are looked at, and the pictures in them."""

import io
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.downloads import TAME, send_file
from core.views import poll_of
from indicators.evidence.kinds import is_shown
from indicators.loading import load_assessment, load_cited, load_file
from indicators.renditions import folders, rendering
from indicators.renditions.forms import ZOOMS, LookForm
from indicators.renditions.queries import neighbours_of
from indicators.renditions.sights import places_of_revision, sight_of


@require_safe
def evidence_file(request, office, year, pk, file):
    """One file of the office's evidence, page by page."""
    assessment, row = load_assessment(request, office, year), load_file(request, file)
    evidence = row.revision.evidence
    if evidence.pk != pk or evidence.office_id != assessment.office_id:
        raise Http404
    asked = LookForm.of(request.GET)
    citation = load_cited(assessment, row.revision_id, asked["cited"])
    places = neighbours_of(citation) if citation else places_of_revision(row)
    sight = sight_of(row, page=asked["page"], citation=citation, places=places)

    def address(place, **query):
        args = [office, year, place.evidence or pk, place.file]
        cited = {"cited": place.citation} if place.citation else {}
        return _with(reverse("indicators:evidence_file", args=args), **cited, **query)

    context = {
        "assessment": assessment,
        "section": "evidence",
        **looking(request, sight, address, zoom=asked["zoom"]),
    }
    return render(request, "indicators/renditions/evidence_file.html", context)


def looking(request, sight, address, *, zoom=""):
    """What ``_file_look.html`` shows; ``address(place, **query)`` is the page of a file."""
    zoom = zoom or ZOOMS[0]
    here, kept = sight.place, {} if zoom == ZOOMS[0] else {"zoom": zoom}
    pages = {"before": sight.page - 1, "after": sight.page + 1}
    return {
        "sight": sight,
        "here": address(here),
        "zoom": zoom,
        "zooms": [(one, address(here, page=sight.page, zoom=one)) for one in ZOOMS],
        "kept": [*parse_qsl(urlsplit(address(here, **kept)).query)],
        "page_before": address(here, page=pages["before"], **kept) if sight.page > 1 else "",
        "page_after": address(here, page=pages["after"], **kept)
        if sight.page < sight.total
        else "",
        "file_before": address(sight.before) if sight.before else "",
        "file_after": address(sight.after) if sight.after else "",
        "called_before": sight.called(sight.before) if sight.before else "",
        "called_after": sight.called(sight.after) if sight.after else "",
        "again": address(here, page=sight.page, **kept, n=poll_of(request).n),
        "poll": poll_of(request),
    }


def _with(address, **query):
    return f"{address}?{urlencode(query)}" if query else address


# -- pictures ---------------------------------------------------------------------------
@require_safe
def file_page(request, pk, page):
    """One page as a picture; a browser that has it gets 304. What lacks is asked for."""
    row = load_file(request, pk)
    return _picture(request, row.blob, str(page), page)


@require_safe
def file_thumbnail(request, pk):
    """The first page, small."""
    row = load_file(request, pk)
    return _picture(request, row.blob, folders.THUMBNAIL, 1)


def _picture(request, blob, name, page):
    if not is_shown(blob.media_type):
        raise Http404
    path = folders.found(blob, name) if blob.damaged_at is None else None
    data = folders.whole_bytes(path) if path else None
    if data is None:
        if blob.damaged_at is None:
            rendering.ask_again(blob, page)
        raise Http404
    return send_file(
        request,
        io.BytesIO(data),
        size=len(data),
        etag=path.suffix[1:],
        name=f"{name}.webp",
        media_type=folders.MEDIA_TYPE,
        csp=TAME,
        inline=True,
        cache="private, no-cache",
    )
