"""What every request passes: a reference number, a language, clean text, readable refusals."""

import json
import logging
import re
from typing import ClassVar
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import ERROR, get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.files.no_room import NoRoom, is_no_room
from core.refusals import Refused
from core.views import page_before
from esa_standards import errors, logs
from esa_standards.form_pages import nearest_page, page_of_form
from esa_standards.incoming import UNREADABLE
from esa_standards.resending import typed_texts
from people.views.health import healthz

logger = logging.getLogger(__name__)
HEADER = "X-Reference"
SAVED_COOKIE = "saved"
PAGES = ("text/html", "application/json")
SIGN_OUT = ("account_logout", "admin:logout")
# What no page of ours uses, so no page that somebody slips in gets it either.
UNUSED = "camera microphone geolocation payment usb serial bluetooth midi display-capture".split()
UNCLEAN = re.compile("[\x00\ud800-\udfff]")


class HeadersMiddleware:
    """What browsers are asked of every page; SECURITY.md lists it with what Django sends itself.

    The first of all, so that it holds for what those behind it answer themselves: a redirect to
    HTTPS, a host that is none of ours, a file of the program.

    Nobody's cache between keeps a page. The browser's own asks again before it shows one anew;
    Back still finds the page as it was left, with what was typed: a page that must not even stay
    there says ``no-store`` itself. On signing out the browser empties its cache of this site.
    """

    ALWAYS: ClassVar = {
        "Cache-Control": "private, no-cache",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in self.ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.method == "POST" and request.path in map(reverse, SIGN_OUT):
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


class HealthMiddleware:
    """Answers a monitor before anything asks for a session: without a database there is none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == reverse("people:healthz"):
            return healthz(request)
        return self.get_response(request)


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
    """Refuses text no database column holds in addresses and cookies: NULs, lone surrogates.

    And forms in an encoding that is none, or of no known length, as ``Incoming`` saw. All others
    are read later, once it is clear whose they are: ``BodyMiddleware``.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if UNREADABLE in request.META:
            raise BadRequest("a form in an encoding that is none, or of no known length")
        if unclean(request.path_info) or unclean_values(request.COOKIES) or query_unclean(request):
            raise BadRequest("unclean text in the address or a cookie")
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's own; signing in leads back to the page of a form, never to where it was sent.

    Also who opens such an address again: the answer to a refused form stands there.
    """

    def handle_no_permission(self, request, view_func):
        if request.headers.get("Tus-Resumable"):  # an upload follows no redirect
            said = _("You are signed out. Sign in in another window; the upload then goes on.")
            return JsonResponse({"message": said}, status=401)
        reads = request.method in ("GET", "HEAD")
        back = nearest_page(request.get_full_path()) if reads else page_of_form(request)
        field = self.get_redirect_field_name(view_func)
        return redirect_to_login(back, self.get_login_url(view_func), field)


class SignInMiddleware:
    """Sends a whole page to the sign-in when htmx asks for a part after the session has ended.

    htmx would follow the redirect and put the sign-in page where a table cell was. ``next`` is
    the page the person is on, not the part, which may not even take a GET. Nor does whoever signed
    in come to an address that takes forms only, whatever the link said.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 302 and _signs_in(request) and response.url.startswith("/"):
            response.headers["Location"] = nearest_page(response.url)
        if request.headers.get("HX-Request") != "true" or response.status_code != 302:
            return response
        sign_in = resolve_url(settings.LOGIN_URL)
        if urlsplit(response.url).path != sign_in:
            return response
        address = redirect_to_login(page_of_form(request), sign_in).url
        return HttpResponse(status=401, headers={"HX-Redirect": address})


def _signs_in(request):
    """Whether the address is one of the sign-in's, its second step and single sign-on included."""
    match = request.resolver_match
    return match is not None and match.view_name.startswith(("account_", "mfa_", "openid_connect_"))


class WriterMiddleware:
    """Refuses what a page of somebody else sends by script after another person signed in here.

    Such a page renews its CSRF token by itself, so the token no longer tells the two apart.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        writer = request.headers.get("X-Writer", "")
        if writer in ("", str(request.user.pk)) or not request.user.is_authenticated:
            return None
        said = _("Somebody else signed in here. Your text is kept on this device for you.")
        if request.headers.get("HX-Request") != "true":
            return JsonResponse({"message": said}, status=403)
        return errors.refused_part(request, said)


class SavedMiddleware:
    """Tells the page that follows which form was taken: it forgets what it kept of the text.

    A script reads and deletes the cookie. A form was taken when its view leads on; not when it is
    shown again, refused, or leads on with a message of an error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in (302, 303) and taken(request):
            named = request.COOKIES.get(SAVED_COOKIE, "").split("|")[-4:]
            paths = "|".join(path for path in (*named, quote(request.path, safe="")) if path)
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(SAVED_COOKIE, paths, max_age=600, secure=secure, samesite="Lax")
        return response


def taken(request) -> bool:
    """Whether what the signed-in person sent met no error that waits to be shown."""
    if not request.user.is_authenticated or request.path.startswith("/accounts/"):
        return False
    waiting = get_messages(request)
    refused = any(message.level >= ERROR for message in waiting)
    if isinstance(waiting, BaseStorage):
        waiting.used = False  # only looked at; the next page shows them
    return not refused


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
    """Turns a refusal raised anywhere below into a page, for htmx a fragment, for autosave JSON."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = errors.bare_page("405.html", request)
        return response

    def process_exception(self, request, exception):
        if errors.is_busy(exception):
            logger.warning("the database gave up waiting", exc_info=exception)
            return errors.busy(request)
        if is_no_room(exception):
            exception = keep_session_unsaved(request)
        if not isinstance(exception, Refused):
            return None
        if request.headers.get("X-Autosave"):  # a full disk is tried again, all else is final
            said = {"message": exception.message, "again": isinstance(exception, NoRoom)}
            return _quoting(said, status=exception.status)
        whole = not getattr(request, "htmx", False) or request.htmx.boosted
        template = "409.html" if whole else "_refusal.html"
        context = {"refusal": exception, "back": nearest_page(page_before(request))}
        if whole and not getattr(exception, "form", None):
            context["texts"] = typed_texts(request)
        response = render(request, template, context, status=exception.status)
        if not whole:
            response.headers["HX-Retarget"] = "#messages"
            response.headers["HX-Reswap"] = "innerHTML"
        return response


def _quoting(said, *, status):
    """JSON that may quote what somebody sent: nothing in it is a tag, shown as a page or not."""
    text = json.dumps(said).replace("<", "\\u003c").replace(">", "\\u003e")
    return HttpResponse(text, status=status, content_type="application/json")


def keep_session_unsaved(request) -> NoRoom:
    """The refusal of a full disk; saving the session would only fail once more."""
    logger.error("no room on the disk for %s", request.path_info)
    if hasattr(request, "session"):
        request.session.modified = False
    return NoRoom()


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
