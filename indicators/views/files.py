"""The one way bytes of files leave: permission, stored type, and headers that keep them tame."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from esa_standards import thai
from indicators import rules
from indicators.domain.blobs import FileDamaged, open_blob
from indicators.domain.previews import MEDIA_TYPE, open_preview
from indicators.models import Evidence, EvidenceFile
from people import clock

PDF = "application/pdf"
PICTURES = {"image/jpeg", "image/png", "image/webp"}
TAME = "default-src 'none'; sandbox; frame-ancestors 'none'"
# A sandboxed PDF is not shown by browsers' own viewers; scripts stay impossible all the same.
TAME_PDF = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def load_file(request, pk):
    """A file of evidence of the person's own office; of removed evidence for its managers only."""
    row = get_object_or_404(
        EvidenceFile.objects.select_related("blob", "revision__evidence").filter(
            revision__evidence__in=Evidence.objects.visible_to(request.user)
        ),
        pk=pk,
    )
    evidence = row.revision.evidence
    if evidence.removed_at and not rules.may_manage_evidence(request.user, evidence, clock.today()):
        return get_object_or_404(EvidenceFile.objects.none())
    return row


@require_GET
def file_download(request, pk):
    """The file, to be saved."""
    row = load_file(request, pk)
    return file_response(request, row.blob, row.name)


@require_GET
def file_preview(request, pk):
    """The file in the browser, if its kind is safe to show; otherwise to be saved.

    A picture is shown re-encoded: no bytes that somebody brought reach a browser's decoder.
    """
    row = load_file(request, pk)
    if row.blob.media_type in PICTURES:
        return file_response(request, row.blob, row.name, picture=True)
    return file_response(request, row.blob, row.name, inline=row.blob.media_type == PDF)


def file_response(request, blob, name, *, inline=False, picture=False):
    """Serve a blob under ``name``; a damaged one gives a page that says so."""
    try:
        file = open_preview(blob) if picture else open_blob(blob)
    except FileDamaged as refusal:
        context = {"refusal": refusal, "name": name}
        return render(request, "indicators/evidence_damaged.html", context, status=refusal.status)
    if picture:
        name = f"{name.rpartition('.')[0]}.jpg"
    response = FileResponse(
        file,
        as_attachment=not (inline or picture),
        filename=thai.safe_filename(name),
        content_type=MEDIA_TYPE if picture else blob.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = TAME_PDF if inline else TAME
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
