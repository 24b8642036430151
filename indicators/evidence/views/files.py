"""The one way bytes of files leave: permission, stored type, and headers that keep them tame."""

import hashlib
import io

from django.shortcuts import render
from django.views.decorators.http import require_safe

import thai
from core.downloads import TAME, TAME_PDF, send_file
from indicators.evidence.blobs import FileDamaged, open_blob
from indicators.evidence.kinds import is_shown
from indicators.evidence.pictures.previews import MEDIA_TYPE, PICTURES, preview_bytes
from indicators.loading import load_file

PDF = "application/pdf"
PLAYED = ("video/", "audio/")


@require_safe
def file_download(request, pk):
    """The file, to be saved."""
    row = load_file(request, pk)
    return file_response(request, row.blob, row.name)


@require_safe
def file_preview(request, pk):
    """The file in the browser, if its kind is safe to show or to play; otherwise to be saved.

    A picture is shown re-encoded: no bytes that somebody brought reach a browser's decoder.
    """
    row = load_file(request, pk)
    if not is_shown(row.blob.media_type):
        return file_response(request, row.blob, row.name)
    if row.blob.media_type in PICTURES:
        return file_response(request, row.blob, row.name, picture=True)
    inline = row.blob.media_type == PDF or row.blob.media_type.startswith(PLAYED)
    return file_response(request, row.blob, row.name, inline=inline)


def file_response(request, blob, name, *, inline=False, picture=False):
    """Serve a blob under ``name``; a damaged one gives a page that says so."""
    try:
        return _sent(request, blob, name, inline=inline, picture=picture)
    except FileDamaged as refusal:
        context = {"refusal": refusal, "name": name}
        return render(
            request, "indicators/evidence/evidence_damaged.html", context, status=refusal.status
        )


def _sent(request, blob, name, *, inline, picture):
    if picture:  # it may be made anew, by another version of the library into other bytes
        data = preview_bytes(blob)
        name, file = f"{name.rpartition('.')[0]}.jpg", io.BytesIO(data)
        etag, size = f"{blob.sha256}-{hashlib.sha256(data).hexdigest()[:16]}", len(data)
    else:
        file, etag, size = open_blob(blob), blob.sha256, blob.size
    return send_file(
        request,
        file,
        size=size,
        etag=etag,
        name=thai.safe_filename(name),
        media_type=MEDIA_TYPE if picture else blob.media_type,
        csp=TAME_PDF if inline and blob.media_type == PDF else TAME,
        inline=inline or picture,
    )
