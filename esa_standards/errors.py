"""The pages for trouble. Those for 400 and 500 ask no database, session or user for anything."""

import sys

from django.http import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseServerError,
)
from django.template import loader
from django.templatetags.static import static

from core.files.no_room import NoRoom, is_no_room


def bad_request(request, exception):
    """400: what was sent cannot be read; the reason is in the log."""
    return HttpResponseBadRequest(bare_page("400.html", request))


def server_error(request):
    """500: only a reference number; the details are in the log under it.

    A full disk is said, also where no view was reached: its form or its session had no room.
    """
    if is_no_room(sys.exc_info()[1]):
        return HttpResponse(bare_page("no_room.html", request), status=NoRoom.status)
    return HttpResponseServerError(bare_page("500.html", request))


def csrf_failure(request, reason=""):
    """403 for a form from another session or another site."""
    return HttpResponseForbidden(bare_page("403_csrf.html", request))


def bare_page(template: str, request) -> str:
    """A page without context processors, which might be what fails."""
    context = {"reference": getattr(request, "reference", ""), "styles": styles()}
    return loader.get_template(template).render(context)


def styles() -> list[str]:
    """Addresses of the style sheets; none while static files are not collected."""
    names = ("vendor/bootstrap/bootstrap-5.3.3-used.css", "site/site.css")
    try:
        return [static(name) for name in names]
    except ValueError:  # the manifest lacks them: a page without style is better than none
        return []
