"""What every request passes: a reference number, a language, clean text, readable refusals."""

import re
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import ERROR, get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.refusals import Refused
from core.views import page_before
from esa_standards import errors, logs
from esa_standards.form_pages import nearest_page, page_of_form

HEADER = "X-Reference"
SAVED_COOKIE = "saved"
FORM_TYPE = "application/x-www-form-urlencoded"
PAGES = ("text/html", "application/json")
UNCLEAN = re.compile("[\x00\ud800-\udfff]")


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
    """Refuses text no database column holds: NUL characters and lone surrogates.

    Forms in multipart/form-data are left to Django's fields (CharField refuses NUL): reading
    them here would spool an upload before anyone asked whether its sender may upload.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if unclean(request.path_info) or unclean_values(request.COOKIES) or query_unclean(request):
            raise BadRequest("unclean text in the address or a cookie")
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


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's own; signing in leads back to the page of a form, never to where it was sent."""

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        field = self.get_redirect_field_name(view_func)
        return redirect_to_login(page_of_form(request), self.get_login_url(view_func), field)


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
        address = redirect_to_login(page_of_form(request), sign_in).url
        return HttpResponse(status=401, headers={"HX-Redirect": address})


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
    """Turns a refusal raised anywhere below into a page, or for htmx into a fragment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = errors.bare_page("405.html", request)
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, Refused):
            return None
        whole = not getattr(request, "htmx", False) or request.htmx.boosted
        template = "409.html" if whole else "_refusal.html"
        context = {"refusal": exception, "back": nearest_page(page_before(request))}
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
