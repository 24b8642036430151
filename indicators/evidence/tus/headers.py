"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload): reading them. Free of Django.

Core, creation, checksum, termination and expiration; whatever else a client asks for it does not
find in ``Tus-Extension``.
"""

import base64
import hashlib
import re

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
ALGORITHMS = ("sha256", "sha1")  # the protocol demands the second
PIECE_TYPE = "application/offset+octet-stream"
NUMBER = re.compile("[0-9]{1,18}", re.ASCII)
KEY = re.compile("[!-+./0-9A-Za-z:-~-]{1,60}", re.ASCII)


class HeaderWrong(ValueError):
    """A header says nothing that the protocol knows."""


def number_in(text: str) -> int:
    """A length or an offset in bytes; raises ``HeaderWrong``."""
    if not NUMBER.fullmatch(text):
        raise HeaderWrong("a number of bytes is missing or is none")
    return int(text)


def metadata_in(text: str) -> dict[str, str]:
    """``Upload-Metadata``: names with their values, which are base64 of UTF-8.

    Raises ``HeaderWrong``, also for a name that is there twice.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _space, value = pair.partition(" ")
        if not KEY.fullmatch(key) or key in found:
            raise HeaderWrong("a name in Upload-Metadata is wrong or there twice")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except ValueError as error:
            raise HeaderWrong("a value in Upload-Metadata is no base64 of UTF-8") from error
    return found


def fits(checksum: str, piece: bytes) -> bool:
    """Whether ``Upload-Checksum`` is that of the piece; raises ``HeaderWrong`` for one unknown."""
    algorithm, _space, value = checksum.partition(" ")
    if algorithm not in ALGORITHMS:
        raise HeaderWrong("an algorithm that is not in Tus-Checksum-Algorithm")
    try:
        expected = base64.b64decode(value.strip(), validate=True)
    except ValueError as error:
        raise HeaderWrong("a checksum that is no base64") from error
    return hashlib.new(algorithm, piece, usedforsecurity=False).digest() == expected
