"""What every request passes: a reference number, a language, clean text, readable refusals."""

import logging
import re
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpResponse, UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from core.refusals import Refused
from core.views import page_before
from esa_standards import errors, logs

log = logging.getLogger(__name__)
HEADER = "X-Reference"
FORM_TYPE = "application/x-www-form-urlencoded"
PARTS_TYPE = "multipart/form-data"
UTF_8 = "utf-8"
KNOWN_CHARSETS = {UTF_8, "utf8", "us-ascii"}
PAGES = ("text/html", "application/json")
# What no page of ours uses, so no page that somebody slips in gets it either.
UNUSED = "camera microphone geolocation payment usb serial bluetooth midi display-capture".split()
UNCLEAN = re.compile("[\x00\ud800-\udfff]")


class HeadersMiddleware:
    """What browsers are asked of every page; SECURITY.md lists it with what Django sends itself.

    Nobody's cache between keeps a page. The browser's own asks again before it shows one anew;
    Back still finds the page as it was left, with what was typed: a page that must not even stay
    there says ``no-store`` itself. On signing out the browser empties its cache of this site.
    """

    ALWAYS: ClassVar = {
        "Cache-Control": "private, no-cache",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in self.ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


class ReferenceMiddleware:
    """Names each request by a short reference, in the response, the log and the error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.reference = logs.new_reference()
        token = logs.reference.set(request.reference)
        try:
            response = self.get_response(request)
        finally:
            logs.reference.reset(token)
        response.headers[HEADER] = request.reference
        return response


class LanguageMiddleware:
    """Thai unless the person switched.

    Django's own middleware obeys the browser's Accept-Language, which on office machines
    says English more often than it says what the person reads.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = chosen in dict(settings.LANGUAGES)
        request.LANGUAGE_CODE = chosen if known else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        patch_vary_headers(response, ["Cookie"])
        return response


class TextGuardMiddleware:
    """Refuses text no database column holds, and forms in parts that claim another character set.

    NUL characters and lone surrogates are held by none; a set such as rot13 breaks the parser.

    Forms in multipart/form-data are left to Django's fields (CharField refuses NUL): reading
    them here would spool an upload before anyone asked whether its sender may upload.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if unclean(request.path_info) or unclean_values(request.COOKIES) or query_unclean(request):
            raise BadRequest("unclean text in the address or a cookie")
        charset = request.content_params.get("charset", UTF_8) if request.content_params else UTF_8
        if (
            request.content_type == PARTS_TYPE
            and charset.strip("\"'").lower() not in KNOWN_CHARSETS
        ):
            raise BadRequest("a form in parts in another character set than ours")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.content_type != FORM_TYPE:
            return
        try:
            dirty = any(unclean(key) or unclean_any(values) for key, values in request.POST.lists())
        except UnreadablePostError as error:
            raise BadRequest("the form was cut off on its way") from error
        if dirty:
            raise BadRequest("unclean text in a form")


class SignInMiddleware:
    """Sends a whole page to the sign-in when htmx asks for a part after the session has ended.

    htmx would follow the redirect and put the sign-in page where a table cell was. ``next`` is
    the page the person is on, not the part, which may not even take a GET.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code != 302:
            return response
        sign_in = resolve_url(settings.LOGIN_URL)
        if urlsplit(response.url).path != sign_in:
            return response
        address = redirect_to_login(page_asking(request), sign_in).url
        return HttpResponse(status=401, headers={"HX-Redirect": address})


def page_asking(request) -> str:
    """Path and query of the page of ours that sent an htmx request, else the first page."""
    page = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return reverse("workflow:home")
    parts = urlsplit(page)
    # One slash: //somewhere/ as a path would name another machine.
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


class PageGZipMiddleware(GZipMiddleware):
    """Compresses pages: a table of 160 KB becomes 12 on a school's slow line.

    Against guessing secrets by the compressed length (BREACH): CSRF tokens are masked anew in
    every response, the session's cookie never stands in a page and goes with no hidden request
    of another site's page (SameSite), and Django adds a random number of bytes. Files and their
    previews stay as they are: PDF, JPEG and office files are compressed already.
    """

    def process_response(self, request, response):
        if response.streaming or not response.headers.get("Content-Type", "").startswith(PAGES):
            return response
        return super().process_response(request, response)


class RefusalMiddleware:
    """Turns a refusal raised anywhere below into a page, or for htmx into a fragment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = errors.bare_page("405.html", request)
        return response

    def process_exception(self, request, exception):
        if errors.is_busy(exception):
            log.warning("the database gave up waiting", exc_info=exception)
            return errors.busy(request)
        if not isinstance(exception, Refused):
            return None
        whole = not getattr(request, "htmx", False) or request.htmx.boosted
        template = "409.html" if whole else "_refusal.html"
        context = {"refusal": exception, "back": page_before(request)}
        response = render(request, template, context, status=exception.status)
        if not whole:
            response.headers["HX-Retarget"] = "#messages"
            response.headers["HX-Reswap"] = "innerHTML"
        return response


def unclean(text: str) -> bool:
    """True for text with a NUL character or half of a surrogate pair."""
    return UNCLEAN.search(text) is not None


def unclean_any(texts) -> bool:
    """True when any of ``texts`` is unclean."""
    return any(unclean(text) for text in texts)


def unclean_values(mapping) -> bool:
    """True when a key or value of a plain mapping is unclean."""
    return unclean_any(mapping) or unclean_any(mapping.values())


def query_unclean(request) -> bool:
    """True when a name or value in the address's query is unclean."""
    return any(unclean(key) or unclean_any(values) for key, values in request.GET.lists())
