"""Pictures as pages, papers and lists show them: shrunk, turned upright, re-encoded and kept.

What people bring is never handed to a browser's page or to the renderer itself. A picture that
cannot be read, or that would unfold into more pixels than any camera makes, has no preview. Size
and digest lie beside each: what is no more as it was drawn is drawn anew.
"""

import hashlib
import io
import json
import logging
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from core.files import settle
from core.files.no_room import NoRoom, is_no_room
from core.files.pieces import PIECE
from core.files.temporary import temporary_folder
from indicators.evidence.blobs import FileDamaged, damaged, open_blob
from indicators.evidence.inspection import MAX_PIXELS
from indicators.evidence.pictures import drawing
from indicators.evidence.scans.holding import is_usable
from indicators.models import Blob
from people.models import Office

log = logging.getLogger(__name__)

MEDIA_TYPE = "image/jpeg"
# Which kinds of files are pictures; those of the second line are drawn in a process of their own.
APART = ("image/heic", "image/tiff")
PICTURES = ("image/jpeg", "image/png", "image/webp", *APART)
LARGEST_APART = 256 * 1024 * 1024  # bytes of a picture that is sent there
DRAWING_SECONDS = 60


class Size(Enum):
    """The sizes in which a picture is kept beside its original, by its longer side in pixels."""

    SCREEN = 1400  # and paper: 8 cm at 440 dots an inch
    SMALL = 320  # in lists


# What Pillow raises on damaged or hostile files.
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    subprocess.SubprocessError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def previews(
    office: Office, hashes: Iterable[str], size: Size = Size.SCREEN
) -> Iterator[tuple[str, Path]]:
    """Previews of the office's blobs by SHA-256, in the order asked; unreadable ones are absent.

    One query; made while they are asked for, so that who needs twenty-four stops there.
    """
    blobs = Blob.objects.filter(office=office, sha256__in=hashes, damaged_at=None)
    known = {blob.sha256: blob for blob in blobs.select_related("office")}
    for sha256 in hashes:
        if sha256 in known and (path := preview_of(known[sha256], size)):
            yield sha256, path


def preview_path(blob: Blob, size: Size = Size.SCREEN) -> Path:
    """Where the blob's preview lies once it was made."""
    name = blob.sha256 if size is Size.SCREEN else f"{blob.sha256}.{size.name.lower()}"
    return preview_root(blob.office_id) / f"{name}.jpg"


def preview_root(office_id: int) -> Path:
    """Where all previews of an office lie."""
    return Path(settings.DATA_DIR) / "previews" / f"{office_id}"


def preview_of(blob: Blob, size: Size = Size.SCREEN) -> Path | None:
    """The path of the blob's preview, made on first use; None when it cannot be read."""
    return preview_path(blob, size) if _preview(blob, size) else None


def preview_bytes(blob: Blob, size: Size = Size.SCREEN) -> bytes:
    """The preview as it was drawn; refused like the file itself when the picture is damaged.

    A picture that is damaged shows no older preview. Before a small one is shown, of which a list
    has many, the file is not read for that; it is enough that nobody found it damaged.
    """
    with open_blob(blob) as whole:
        while size is Size.SCREEN and whole.read(PIECE):
            pass
    data = _preview(blob, size)
    if data is None:
        raise damaged()
    return data


def remove_preview(blob: Blob) -> None:
    """Remove the blob's previews of all sizes, and what lies beside them."""
    for size in Size:
        for path in (preview_path(blob, size), _note_path(blob, size)):
            path.unlink(missing_ok=True)


def _note_path(blob: Blob, size: Size) -> Path:
    return preview_path(blob, size).with_suffix(".json")


def _note(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _preview(blob: Blob, size: Size) -> bytes | None:
    """The preview's bytes as they were drawn, also just now; None when there can be none."""
    if not is_usable(blob):
        return None
    # Nothing to read: it was not drawn yet, or by a version that kept no digest.
    with suppress(OSError, ValueError):
        data = preview_path(blob, size).read_bytes()
        if json.loads(_note_path(blob, size).read_bytes()) == _note(data):
            return data
    return _draw(blob, size)


def _draw(blob: Blob, size: Size) -> bytes | None:
    path, note = preview_path(blob, size), _note_path(blob, size)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    # Where the sweeper looks: what a crash leaves here goes within a day.
    scratch = temporary_folder() / secrets.token_hex(16)
    try:
        data = _drawn(blob, size)
        if data is None:
            return None
        for content, place in ((data, path), (json.dumps(_note(data)).encode(), note)):
            scratch.write_bytes(content)
            settle(scratch, place)
    except (*UNREADABLE, FileDamaged) as trouble:
        if is_no_room(trouble):  # which says nothing about the picture
            raise NoRoom from trouble
        log.warning("blob %s gives no preview: %s", blob.pk, trouble)
        return None
    finally:
        scratch.unlink(missing_ok=True)
    return data


def _drawn(blob: Blob, size: Size) -> bytes | None:
    """The picture in that size. A smaller one is made of the larger, which is ours."""
    if size is not Size.SCREEN:
        larger = _preview(blob, Size.SCREEN)
        return _shrunk(io.BytesIO(larger), size) if larger else None
    with open_blob(blob) as source:
        if blob.media_type in APART:
            return _shrunk_apart(source, size)
        return _shrunk(source, size)


def _shrunk(source: BinaryIO, size: Size) -> bytes:
    out = io.BytesIO()
    drawing.shrink(source, out, longest=size.value, most_pixels=MAX_PIXELS)
    return out.getvalue()


def _shrunk_apart(source: BinaryIO, size: Size) -> bytes:
    """As ``_shrunk``, by a child whose memory and time are limited."""
    data = source.read(LARGEST_APART + 1)
    if len(data) > LARGEST_APART:
        raise ValueError(f"more than {LARGEST_APART} bytes")
    command = [sys.executable, "-I", drawing.__file__, str(size.value), str(MAX_PIXELS)]
    done = subprocess.run(  # noqa: S603 - our own program, and numbers
        command, input=data, capture_output=True, timeout=DRAWING_SECONDS, check=True, env={}
    )
    return done.stdout
