"""A stranger's body costs nothing: at most 64 KB, no file, and unread where one must sign in."""

import html
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParser

import thai
from esa_standards import errors
from esa_standards.middleware import unclean, unclean_any

PUBLIC_BODY_BYTES = 64 * 1024
LENGTH = re.compile("[0-9]{1,18}")
FORM_TYPE = "application/x-www-form-urlencoded"
BODILESS = ("GET", "HEAD", "OPTIONS", "TRACE")


class NoFiles(FileUploadHandler):
    """Ends a public page's form at the first file in it; nothing of it reaches the disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise BadRequest("a file in the form of a page that takes none")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class WholeNames(MultiPartParser):
    """Keeps in a file's name what joins several pictures to one, which Django's parser drops."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The last part of the name, with these joiners; None when nothing is left."""
        name = re.split(r"[/\\]", html.unescape(file_name))[-1]
        kept = "".join(
            char
            for place, char in enumerate(name)
            if char.isprintable() or thai.joins_pictures(name, place)
        )
        return None if kept in {"", ".", ".."} else kept


def _parsed(request: HttpRequest, meta: dict[str, Any], data: Any) -> Any:
    """What ``HttpRequest.parse_file_upload`` does, with the names whole."""
    return WholeNames(meta, data, request.upload_handlers, request.encoding).parse()


class BodyMiddleware:
    """Reads forms between the sign-in check and the check of their CSRF token, which needs them.

    A stranger never gets here with a page that must be signed in to. What was cut off on its way,
    and text that no database column holds, is refused in plain words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in BODILESS:
            return None
        if not getattr(view, "login_required", True):
            if announced(request) > PUBLIC_BODY_BYTES:
                return too_large(request)
            request.upload_handlers = [NoFiles(request)]
        request.parse_file_upload = partial(_parsed, request)  # type: ignore[method-assign]
        try:
            form = request.POST
        except UnreadablePostError as error:
            raise BadRequest("the form was cut off on its way") from error
        # Django's fields refuse such text in forms with files, beside the field.
        if request.content_type == FORM_TYPE and any(
            unclean(key) or unclean_any(values) for key, values in form.lists()
        ):
            raise BadRequest("unclean text in a form")
        return None


def announced(request: HttpRequest) -> int:
    """How many bytes the body is said to have."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not LENGTH.fullmatch(length):
        raise BadRequest("a length that is no number")
    return int(length)


def too_large(request: HttpRequest) -> HttpResponse:
    """413, without having read anything."""
    page = errors.bare_page("413.html", request)
    return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
