"""What is refused before Django makes a request of it.

A body that was cut on its way never passes for the whole one: a web server hands the end of a
broken connection on like any other end, and half a file would be kept as a file. And an encoding
that is none, or a length beyond all numbers, fails where no page for trouble can be made yet: it
is marked here, and refused by ``TextGuardMiddleware`` with a page and headers like every other.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from django.utils.http import parse_header_parameters

CHARSETS = ("utf-8", "ascii")  # of forms
UNREADABLE = "esa_standards.unreadable"  # in the environment of what no page is to read
LONGEST_LENGTH = 18  # digits of a Content-Length


class CutOff(OSError):
    """The connection ended before as many bytes came as were announced."""


class WholeBody:
    """``wsgi.input`` of which every read gives what was asked for, up to Content-Length, or fails.

    Django makes an ``UnreadablePostError`` of the ``CutOff``.
    """

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes, or all that are left."""
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        parts = []
        while wanted:
            part = self._received(self.stream.read(wanted))
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        """One line, or what is left of the body."""
        if not self.left:
            return b""
        most = self.left if size is None or size < 0 else min(size, self.left)
        return self._received(self.stream.readline(most)) if most else b""

    def _received(self, part: bytes) -> bytes:
        if not part:
            raise CutOff(f"the connection ended {self.left} bytes before the end of what was sent")
        self.left -= len(part)
        return part


class Incoming:
    """Hands requests on to a WSGI application: bodies come whole, or in no encoding but text."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not is_text(environ.get("CONTENT_TYPE") or ""):
            environ["CONTENT_TYPE"], environ[UNREADABLE] = "", True
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit():
            if len(length) > LONGEST_LENGTH:
                length, environ[UNREADABLE] = "0", True
                environ["CONTENT_LENGTH"] = length
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return self.application(environ, start_response)


def is_text(content_type: str) -> bool:
    """Whether the form's encoding, if it names one, is what browsers send and Python can read.

    ``rot13``, ``idna`` and the like are known to Python and decode no text; an unknown name is
    passed over by Django, as here.
    """
    try:
        _, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name in CHARSETS
    except LookupError:
        return True
    except ValueError:  # a name with NUL in it, or a header that is too long
        return False
