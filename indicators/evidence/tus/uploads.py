"""Uploads in pieces: begun, received, finished, given up. A view or a worker calls these.

A piece counts when its row says so. The last one makes the file whole: it is inspected, named by
its hash, and becomes evidence, all before the answer; who never gets that answer asks again.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock
from core.files.no_room import NoRoom, is_no_room
from core.refusals import MoveRefused, NotAllowed, Refused
from indicators import rules
from indicators.evidence import blobs
from indicators.evidence.bringing import bring_file
from indicators.evidence.citations import require_citer
from indicators.evidence.tus import receiving
from indicators.models import Blob, Item, Upload
from indicators.states import UploadPurpose, UploadState
from people.models import Office, User
from people.roles import as_now

LONGEST_PIECE = 1024 * 1024  # bytes: what a proxy that buffers loses with a line that breaks
KEPT_FOR = timedelta(days=7)  # after the last piece; then the sweeper removes what is here
TOLD_FOR = timedelta(days=1)  # how long it is said what became of an upload
AT_ONCE = timedelta(minutes=1)  # by then whoever received the last piece is done with it
UNFINISHED_AT_ONCE = 200  # of one person


def largest() -> int:
    """How many bytes a file may have."""
    return int(settings.UPLOAD_MAX_BYTES)


class OffsetDiffers(MoveRefused):
    """The piece does not begin where the upload stands; ``offset`` is where it does."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("The upload stands elsewhere; it goes on from there."))
        self.offset = offset


# -- beginning ------------------------------------------------------------------
def begin(
    office: Office,
    *,
    name: str,
    size: int,
    purpose: str = UploadPurpose.EVIDENCE,
    item: Item | None = None,
    by: User,
) -> Upload:
    """Promise room for a file of ``size`` bytes. Raises ``FileRefused`` before the first byte."""
    if not rules.may_add_evidence(by, office):
        raise NotAllowed(_("Only the office's own people bring evidence."))
    if item is not None:
        require_citer(item, by=by)
    name = thai.clean_label(name)
    if not size:
        raise blobs.FileRefused(_("The file is empty."))
    blobs.require_short_name(name)
    now = clock.now()
    if by.uploads.unfinished(now).count() >= UNFINISHED_AT_ONCE:
        raise blobs.FileRefused(_("Too many uploads are unfinished. Finish or discard some first."))
    blobs.require_room(office, size)
    upload = Upload.objects.create(
        token=secrets.token_hex(16),
        office=office,
        user=by,
        name=name,
        size=size,
        purpose=purpose,
        item=item,
        created_at=now,
        changed_at=now,
        expires_at=now + KEPT_FOR,
    )
    receiving.begun(upload)
    return upload


# -- receiving ------------------------------------------------------------------
def receive(upload: Upload, offset: int, piece: bytes) -> int:
    """Take the piece that begins at ``offset``; returns where the upload stands now.

    Raises ``OffsetDiffers``, ``receiving.InUse`` and ``NoRoom``; then nothing of it counts.
    """
    with receiving.held(upload) as file:
        upload.refresh_from_db(fields=["offset", "state", "sha256"])
        here = receiving.standing(upload)
        if upload.state != UploadState.RECEIVING:
            receiving.forget(upload)  # opening made an empty one
        if upload.state != UploadState.RECEIVING or here != offset:
            raise OffsetDiffers(here)
        end = offset + len(piece)
        if end > upload.size:
            raise blobs.FileRefused(_("More came than was announced."))
        try:
            receiving.write(upload, file, offset, piece)
        except OSError as error:
            if is_no_room(error):
                raise NoRoom from error
            raise
        now = clock.now()
        Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(
            offset=end, changed_at=now, expires_at=now + KEPT_FOR
        )
        upload.offset, upload.expires_at = end, now + KEPT_FOR
        receiving.counted(upload, offset, piece)
    return end


# -- finishing ------------------------------------------------------------------
def finish(upload: Upload) -> Upload:
    """Make of a whole upload what it is for, or say why not; nothing if that is known already.

    Raises ``InUse`` while somebody else does, and ``NoRoom``: then it is tried again later.
    """
    with receiving.held(upload) as file:
        upload.refresh_from_db()
        if upload.state != UploadState.RECEIVING or not upload.is_whole:
            return upload
        try:
            blob = _taken_in(upload, file)
        except (NoRoom, OffsetDiffers):
            raise
        except OSError as error:
            if is_no_room(error):
                raise NoRoom from error
            raise
        except Refused as refusal:
            receiving.forget(upload)
            return _end(upload, UploadState.REFUSED, said=refusal.message)
        receiving.forget(upload)
        return _place(upload, blob)


def _taken_in(upload: Upload, file: BinaryIO) -> Blob:
    """The bytes under their last name, also when they have borne it since before a crash."""
    path, found = receiving.path_of(upload), receiving.digests(upload, file)
    if found.size != upload.size:
        path = blobs.place_of(upload.office_id, upload.sha256)
        found = receiving.digests_at(path) if upload.sha256 else found
        if found.size != upload.size or found.sha256 != upload.sha256:
            Upload.objects.filter(pk=upload.pk).update(offset=0, sha256="")
            raise OffsetDiffers(0)
    Upload.objects.filter(pk=upload.pk).update(sha256=found.sha256)
    return blobs.take_in(path, found, name=upload.name, office=upload.office, by=upload.user)


@transaction.atomic
def _place(upload: Upload, blob: Blob) -> Upload:
    """What the file is for happens, and is said."""
    by, item, why = as_now(upload.user), upload.item, ""
    if upload.purpose == UploadPurpose.FORM:
        return _end(upload, UploadState.DONE, blob=blob)
    try:
        with transaction.atomic():
            brought = bring_file(upload.name, blob, office=upload.office, item=item, by=by)
    except (MoveRefused, NotAllowed) as refusal:
        if item is None:
            raise
        brought, why = bring_file(upload.name, blob, office=upload.office, by=by), refusal.message
    said = ""
    if why:
        said = _("It is among the office’s evidence, but is not cited here: %(why)s") % {"why": why}
    elif brought.already:
        said = _("Already here: “%(title)s”. It was not stored twice.") % {
            "title": brought.evidence.title
        }
    return _end(upload, UploadState.DONE, blob=blob, evidence=brought.evidence, said=said)


def _end(upload: Upload, state: str, **outcome: Any) -> Upload:
    now = clock.now()
    outcome |= {"state": state, "changed_at": now, "expires_at": now + TOLD_FOR}
    Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(**outcome)
    for name, value in outcome.items():
        setattr(upload, name, value)
    return upload


def finish_whole(*, at: datetime | None = None) -> int:
    """Finish what was whole when its process died; returns how many were. Safe to run twice."""
    at = at or clock.now()
    rows = Upload.objects.unfinished(at).filter(offset=F("size"), changed_at__lt=at - AT_ONCE)
    done = 0
    for upload in rows.select_related("office", "user", "item__assessment"):
        with suppress(receiving.InUse, NoRoom, OffsetDiffers, Upload.DoesNotExist):
            done += finish(upload).state != UploadState.RECEIVING
    return done


# -- giving up ------------------------------------------------------------------
def discard(upload: Upload) -> None:
    """Forget an upload and what is here of it; evidence that it became stays. Raises ``InUse``."""
    with receiving.held(upload):
        Upload.objects.filter(pk=upload.pk).delete()
        receiving.forget(upload)


def sweep_uploads() -> int:
    """Remove uploads that expired, and files without a row a day old; returns how many."""
    removed = 0
    for upload in Upload.objects.filter(expires_at__lte=clock.now()):
        with suppress(receiving.InUse):
            discard(upload)
            removed += 1
    return removed + receiving.sweep_strays()
