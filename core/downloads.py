"""How stored bytes leave: whole or from where a cut line left off, with headers that tame them.

What is wrong with the first bytes is found before the answer begins, and raised: it becomes a page.
What is wrong further on is raised while the answer runs; the web server then cuts the line short
of the promised length, so that a browser shows a failed download and no half of a file as whole.

Whoever calls has asked for permission already. A browser that lost its line asks for the rest by
``Range``; it gets it only while the bytes are the ones it began with (``If-Range``).
"""

import re
from typing import Any, BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

BYTES = re.compile(r"bytes=[ \t]*([0-9]{0,30})-([0-9]{0,30})[ \t]*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """A range that begins behind the last byte, or asks for the last none."""


class ByteRange:
    """``length`` bytes of an open file from ``start``, for a response that streams them."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file, self.left = file, length
        self.close = file.close
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and nothing behind the part's end."""
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of what ``Range`` asks for; None when the whole is to be sent.

    The whole also answers what is no single range of bytes: several are never worth their parts,
    and RFC 9110 lets a server ignore what it does not understand.
    """
    match = BYTES.fullmatch(header)
    if not match or not (match[1] or match[2]) or not size:
        return None
    if not match[1]:
        if not int(match[2]):
            raise Unsatisfiable
        return max(0, size - int(match[2])), size - 1
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return first, min(int(match[2]), size - 1) if match[2] else size - 1


# What is stored runs nothing, loads nothing and stands in no frame, whatever it is taken for.
TAME = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Browsers show a PDF in a viewer of their own, which some keep out of a sandbox; scripts stay
# impossible all the same.
TAME_PDF = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


class SentFile(FileResponse):
    """Read in larger bites than Django's 4 KB, which cost more than the line does."""

    block_size = 256 * 1024


def send_file(
    request: HttpRequest,
    file: BinaryIO,
    *,
    size: int,
    etag: str,
    name: str,
    media_type: str,
    csp: str,
    inline: bool = False,
    cache: str | None = None,
) -> HttpResponseBase:
    """Answer with an open file, or with the part of it that ``Range`` asks for.

    ``etag`` names exactly these bytes (their SHA-256). Closes the file when it is not sent.
    """
    response = _conditional(request, file, etag) or _whole_or_part(
        request, file, size, etag, as_attachment=not inline, filename=name, content_type=media_type
    )
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = cache or "private, no-store"
    response.headers["Content-Security-Policy"] = csp
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _conditional(request: HttpRequest, file: BinaryIO, etag: str) -> HttpResponseBase | None:
    response = get_conditional_response(request, etag=f'"{etag}"')
    if response is not None:
        file.close()
    return response


def _whole_or_part(
    request: HttpRequest, file: BinaryIO, size: int, etag: str, **options: Any
) -> HttpResponseBase:
    try:
        wanted = range_of(_range_header(request, etag), size)
    except Unsatisfiable:
        file.close()
        return HttpResponse(
            status=416,
            headers={"Content-Range": f"bytes */{size}"},
            content_type="text/plain; charset=utf-8",
        )
    _try_first(file, wanted[0] if wanted else 0)
    if wanted is None:
        return SentFile(file, **options)
    first, last = wanted
    response = SentFile(ByteRange(file, first, last - first + 1), **options)
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return response


def _try_first(file: BinaryIO, at: int) -> None:
    """Read what will be sent first. A file that checks its pieces refuses here, with a reason."""
    try:
        file.seek(at)
        file.read(1)
        file.seek(0)
    except BaseException:
        file.close()
        raise


def _range_header(request: HttpRequest, etag: str) -> str:
    """What ``Range`` asks for; nothing for HEAD, or when the bytes are not those it began with."""
    if request.method != "GET" or request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return ""
    return request.headers.get("Range", "")
