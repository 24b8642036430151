"""tus 1.0 over HTTP: beginning an upload, its pieces, how far it is, and what became of it."""

from functools import wraps

from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.files.no_room import NoRoom, is_no_room
from core.files.stores import StoreAway
from core.refusals import Refused
from indicators.evidence.blobs import too_large
from indicators.evidence.forms import BeginUploadForm
from indicators.evidence.tus import headers, receiving
from indicators.evidence.tus import uploads as domain
from indicators.evidence.views.evidence import evidence_url
from indicators.loading import (
    load_assessment,
    load_checklist_row,
    load_item,
    load_own_office,
    load_upload,
)
from indicators.models import Upload
from indicators.states import UploadPurpose, UploadState

LOCKED, CHECKSUM_DIFFERS, NO_STORAGE = 423, 460, 507


def speaks_tus(view):
    """Answer as the protocol wants it: its version in every answer, refusals as short JSON."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except OtherVersion:
            response = _said(412, "Tus-Resumable")
            response.headers["Tus-Version"] = headers.VERSION
        except (Http404, Upload.DoesNotExist):
            response = _said(404, _("This upload is not known, or not yours. Begin it anew."))
        except headers.HeaderWrong as wrong:
            response = _said(400, str(wrong))
        except UnreadablePostError:
            response = _said(400, _("The piece was cut off on its way."))
        except receiving.InUse:
            response = _said(LOCKED, _("Another window is sending this file."))
        except (OSError, DatabaseError, Refused) as error:
            response = _refused(error)
        response.headers["Tus-Resumable"] = headers.VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


class OtherVersion(Exception):
    """The client speaks another version of the protocol, or none."""


def _require_version(request):
    if request.headers.get("Tus-Resumable") != headers.VERSION:
        raise OtherVersion


def _said(status, message, **more):
    return JsonResponse({"message": message, **more}, status=status)


def _refused(error):
    """A refusal, or a disk that is full; anything else is raised on."""
    if isinstance(error, NoRoom) or is_no_room(error):
        return _said(NO_STORAGE, NoRoom().message)
    if isinstance(error, StoreAway):
        return _said(error.status, _waits())
    if not isinstance(error, Refused):
        raise error
    response = _said(error.status, error.message)
    if isinstance(error, domain.OffsetDiffers):
        response.headers["Upload-Offset"] = str(error.offset)
    return response


def _waits():
    """What is whole when its store goes away: ``finish_uploads`` tries again each minute."""
    return _(
        "The file was received and is kept here. It is added by itself as soon as the storage of "
        "files answers again."
    )


@require_http_methods(["OPTIONS", "POST"])
@speaks_tus
def upload_begin(request, office, year):
    """Begin an upload; OPTIONS says what this server can do."""
    if request.method == "OPTIONS":
        return _abilities()
    assessment = load_assessment(request, office, year)
    return begun(request, assessment.office, year)


def begun(request, office, year=None):
    """Begin an upload to this office; without a year no consideration is to cite the file."""
    _require_version(request)
    if "Upload-Defer-Length" in request.headers:
        raise headers.HeaderWrong("Upload-Length must be known when an upload begins")
    size = headers.number_in(request.headers.get("Upload-Length", ""))
    if size > domain.largest():
        return _said(413, too_large())
    form = BeginUploadForm(headers.metadata_in(request.headers.get("Upload-Metadata", "")))
    if not form.is_valid():
        return _said(400, " ".join(form.sentences()))
    code = form.cleaned_data["item"] if year else ""
    item = load_item(request, office.code, year, code) if code else None
    row = form.cleaned_data["row"]
    upload = domain.begin(
        office,
        name=form.cleaned_data["filename"],
        size=size,
        purpose=form.cleaned_data["purpose"] if year else UploadPurpose.FORM,
        item=item,
        row=load_checklist_row(item.assessment, row, item=item) if item and row else None,
        by=request.user,
    )
    response = _standing(HttpResponse(status=201), upload, 0)
    response.headers["Location"] = request.build_absolute_uri(f"{request.path}{upload.token}/")
    return response


@require_http_methods(["OPTIONS", "POST"])
@speaks_tus
def upload_begin_for_form(request, office):
    """Begin an upload for a form of the office that stands in no year."""
    if request.method == "OPTIONS":
        return _abilities()
    return begun(request, load_own_office(request, office))


def _abilities():
    response = HttpResponse(status=204)
    response.headers["Tus-Version"] = headers.VERSION
    response.headers["Tus-Extension"] = headers.EXTENSIONS
    response.headers["Tus-Max-Size"] = str(domain.largest())
    response.headers["Tus-Checksum-Algorithm"] = ",".join(headers.ALGORITHMS)
    return response


def _standing(response, upload, offset):
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


@require_http_methods(["OPTIONS", "GET", "HEAD", "PATCH", "DELETE"])
@speaks_tus
def upload(request, office, token, year=None):
    """One upload of the person's own: HEAD how far, PATCH a piece, DELETE, GET the outcome."""
    if request.method == "OPTIONS":
        return _abilities()
    if request.method == "PATCH":
        return _piece(request, office, token)
    row = load_upload(request, office, token)
    if request.method == "GET":
        return _outcome(row, load_assessment(request, office, year) if year else None)
    _require_version(request)
    if row.state == UploadState.RECEIVING and row.expires_at <= clock.now():
        raise domain.Expired
    if request.method == "DELETE":
        domain.discard(row)
        return HttpResponse(status=204)
    response = _standing(HttpResponse(), row, receiving.standing(row))
    response.headers["Upload-Length"] = str(row.size)
    return response


def _piece(request, office, token):
    """Take a piece; with the last one the file is made what it is for."""
    _require_version(request)
    if request.content_type != headers.PIECE_TYPE:
        return _said(415, headers.PIECE_TYPE)
    offset = headers.number_in(request.headers.get("Upload-Offset", ""))
    if "Transfer-Encoding" in request.headers:
        return _said(411, "Content-Length")
    length = headers.number_in(request.headers.get("Content-Length") or "0")
    if request.user.office is None or request.user.office.code != office:
        raise Http404
    pieces = _pieces(request, length)
    checksum = request.headers.get("Upload-Checksum")
    if checksum is not None:  # nothing of a body counts before the whole of it fits
        if length > domain.LONGEST_PIECE:
            most = {"bytes": domain.LONGEST_PIECE}
            return _said(413, _("A piece with a checksum has at most %(bytes)d bytes.") % most)
        pieces = list(pieces)
        if not headers.fits(checksum, b"".join(pieces)):
            return _said(CHECKSUM_DIFFERS, _("The piece arrived damaged. It is sent again."))
    row = domain.receive(token, offset, pieces, by=request.user)
    if row.is_whole:
        row = domain.finish_soon(row) if length else domain.finish(row)
    if row.state == UploadState.REFUSED:
        return _said(400, row.said)
    return _standing(HttpResponse(status=204), row, row.offset)


def _pieces(request, length):
    """The body in pieces, at least one; what is cut off on its way is none.

    Clients that do not cut files send the rest in one body: each piece counts as it comes.
    """
    for begun in range(0, max(length, 1), domain.LONGEST_PIECE):
        wanted = min(domain.LONGEST_PIECE, length - begun)
        piece = request.read(wanted)
        if len(piece) != wanted:
            raise UnreadablePostError("the body is shorter than its length says")
        yield piece


def _outcome(row, assessment):
    """What became of the upload, for the page that shows it."""
    found = {"state": row.state, "name": row.name, "said": row.said, "size": row.size}
    found["offset"] = receiving.standing(row)
    if row.evidence is not None and assessment is not None:
        found["evidence"] = row.evidence_id
        found["title"] = row.evidence.title
        found["location"] = evidence_url(assessment, row.evidence)
    return JsonResponse(found)
