"""The pages for trouble. Those for 400 and 500 ask no database, session or user for anything."""

import sys

from django.db import OperationalError
from django.http import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.utils.translation import gettext as _

from core.files.no_room import NoRoom, is_no_room
from esa_standards import resending
from esa_standards.form_pages import page_of_form

# PostgreSQL's own codes: lock_not_available, deadlock_detected, query_canceled.
GAVE_UP = {"55P03", "40P01", "57014"}


def bad_request(request, exception):
    """400: what was sent cannot be read; the reason is in the log."""
    return HttpResponseBadRequest(bare_page("400.html", request))


def forbidden(request, exception):
    """403, with what was typed: the role may have ended while the page stood open."""
    return render(request, "403.html", {"texts": resending.typed_texts(request)}, status=403)


def not_found(request, exception):
    """404, with what was typed: what it was about may have been removed meanwhile."""
    return render(request, "404.html", {"texts": resending.typed_texts(request)}, status=404)


def server_error(request):
    """500: only a reference number; the details are in the log under it.

    A full disk is said, also where no view was reached: its form or its session had no room.
    """
    if is_no_room(sys.exc_info()[1]):
        return HttpResponse(bare_page("no_room.html", request), status=NoRoom.status)
    return HttpResponseServerError(bare_page("500.html", request))


def is_busy(error: Exception) -> bool:
    """Whether the database gave up waiting: for a lock, at a deadlock, or for a statement."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    return code in GAVE_UP or "database is locked" in str(error)


def busy(request):
    """503: nothing was saved, and in a moment it goes."""
    page = bare_page("503.html", request)
    return HttpResponse(page, status=503, headers={"Retry-After": "5"})


def csrf_failure(request, reason=""):
    """A form of an old page is offered again with its text; 403 for one from another site."""
    if request.headers.get("HX-Request") == "true":
        said = _("This page was opened before you signed in. Please load it anew.")
        return refused_part(request, said)
    by_script = request.headers.keys() & {"X-Autosave", "X-Upload"}
    old = None if by_script else resending.old_page(request)
    if old is not None:
        return resending.ask_again(request, old)
    return HttpResponseForbidden(bare_page("403_csrf.html", request, page=page_of_form(request)))


def refused_part(request, said: str):
    """403 for htmx: the sentence among the page's messages, the rest of the page as it is."""
    answer = render(request, "_refusal.html", {"refusal": {"message": said}}, status=403)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#messages", "innerHTML"
    return answer


def bare_page(template: str, request, **more) -> str:
    """A page without context processors, which might be what fails."""
    context = {"reference": getattr(request, "reference", ""), "styles": styles(), **more}
    return loader.get_template(template).render(context)


def styles() -> list[str]:
    """Addresses of the style sheets; none while static files are not collected."""
    names = ("vendor/bootstrap/bootstrap-5.3.3-used.css", "site/site.css")
    try:
        return [static(name) for name in names]
    except ValueError:  # the manifest lacks them: a page without style is better than none
        return []
