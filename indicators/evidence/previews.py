"""Pictures as pages and papers show them: shrunk, turned upright, re-encoded once and kept.

What people bring is never handed to a browser's page or to the renderer itself. A picture that
cannot be read, or that would unfold into more pixels than any camera makes, has no preview. Size
and digest lie beside each: what is no more as it was drawn is drawn anew.
"""

import hashlib
import io
import json
import logging
import secrets
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from core.files import settle
from core.files.no_room import NoRoom, is_no_room
from core.files.pieces import PIECE
from core.files.temporary import temporary_folder
from indicators.evidence.blobs import FileDamaged, damaged, open_blob
from indicators.evidence.inspection import MAX_PIXELS
from indicators.models import Blob
from people.models import Office

log = logging.getLogger(__name__)

MEDIA_TYPE = "image/jpeg"
LONGEST = 1400  # pixels: 8 cm on paper at 440 dots an inch
QUALITY = 82
# What Pillow raises on damaged or hostile files.
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def previews(office: Office, hashes: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Previews of the office's blobs by SHA-256, in the order asked; unreadable ones are absent.

    One query; made while they are asked for, so that who needs twenty-four stops there.
    """
    blobs = Blob.objects.filter(office=office, sha256__in=hashes, damaged_at=None)
    known = {blob.sha256: blob for blob in blobs.select_related("office")}
    for sha256 in hashes:
        if sha256 in known and (path := preview_of(known[sha256])):
            yield sha256, path


def preview_path(blob: Blob) -> Path:
    """Where the blob's preview lies once it was made."""
    return settings.DATA_DIR / "previews" / f"{blob.office_id}" / f"{blob.sha256}.jpg"


def preview_of(blob: Blob) -> Path | None:
    """The path of the blob's preview, made on first use; None when it cannot be read."""
    return preview_path(blob) if _preview(blob) else None


def preview_bytes(blob: Blob) -> bytes:
    """The preview as it was drawn; refused like the file itself when the picture is damaged."""
    with open_blob(blob) as whole:  # a picture that is damaged shows no older preview
        while whole.read(PIECE):
            pass
    data = _preview(blob)
    if data is None:
        raise damaged()
    return data


def remove_preview(blob: Blob) -> None:
    """Remove the blob's preview, if there is one, and what lies beside it."""
    for path in (preview_path(blob), _note_path(blob)):
        path.unlink(missing_ok=True)


def _note_path(blob: Blob) -> Path:
    return preview_path(blob).with_suffix(".json")


def _note(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _preview(blob: Blob) -> bytes | None:
    """The preview's bytes as they were drawn, also just now; None when there can be none."""
    # Nothing to read: it was not drawn yet, or by a version that kept no digest.
    with suppress(OSError, ValueError):
        data = preview_path(blob).read_bytes()
        if json.loads(_note_path(blob).read_bytes()) == _note(data):
            return data
    return _draw(blob)


def _draw(blob: Blob) -> bytes | None:
    path, note = preview_path(blob), _note_path(blob)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    # Where the sweeper looks: what a crash leaves here goes within a day.
    scratch = temporary_folder() / secrets.token_hex(16)
    try:
        out = io.BytesIO()
        with open_blob(blob) as source:
            _shrink(source, out)
        data = out.getvalue()
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


def _shrink(source: BinaryIO, out: BinaryIO) -> None:
    # WeasyPrint lets its whole process read pictures that were cut off; half a picture is none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(source) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} × {image.height} pixels")
            image.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded small at once
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST, LONGEST))
            _on_white(upright).save(out, "JPEG", quality=QUALITY, optimize=True)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, and without the camera's notes on place and time."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        return flat
    return image.convert("RGB")
