"""The pages for trouble. Those for 400 and 500 ask no database, session or user for anything."""

from django.db import OperationalError
from django.http import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseServerError,
)
from django.template import loader
from django.templatetags.static import static

# PostgreSQL's own codes: lock_not_available, deadlock_detected, query_canceled.
GAVE_UP = {"55P03", "40P01", "57014"}


def bad_request(request, exception):
    """400: what was sent cannot be read; the reason is in the log."""
    return HttpResponseBadRequest(bare_page("400.html", request))


def server_error(request):
    """500: only a reference number; the details are in the log under it."""
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
