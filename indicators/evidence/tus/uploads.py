"""Uploads in pieces: begun, received, finished, given up. A view or a worker calls these.

A piece counts when its row says so. The last one makes the file whole: it is inspected, named by
its hash, and becomes evidence, before the answer or, if it is large, by a worker; who never gets
the answer asks again.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

import thai
from core import clock
from core.files import flush
from core.files.no_room import NoRoom, is_no_room
from core.files.pieces import Digests
from core.files.stores import StoreAway
from core.refusals import MoveRefused, NotAllowed, Refused
from indicators import rules
from indicators.catalogue.checklists.ticks import tick_evidence
from indicators.evidence import blobs
from indicators.evidence.bringing import bring_file
from indicators.evidence.citations import require_citer
from indicators.evidence.stored.place import evidence_store, key_of
from indicators.evidence.tus import receiving
from indicators.models import Blob, ChecklistRow, Item, Upload
from indicators.models.upload import LOOKED_INTO_AT_ONCE
from indicators.states import UploadPurpose, UploadState
from notifications import broker
from people.models import Office, User
from people.roles import as_now

LONGEST_PIECE = 1024 * 1024  # bytes: what a proxy that buffers loses with a line that breaks
logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=7)  # after the last piece; then the sweeper removes what is here
KNOWN_FOR = timedelta(days=1)  # how long it is said what became of an upload
AT_ONCE = timedelta(minutes=1)  # by then whoever received the last piece is done with it
UNFINISHED_AT_ONCE = 200  # of one person
COUNTED_EVERY = 1.0  # seconds of a long body: what is sent again when a server dies


def largest() -> int:
    """How many bytes a file may have."""
    return int(settings.UPLOAD_MAX_BYTES)


class OffsetDiffers(MoveRefused):
    """The piece does not begin where the upload stands; ``offset`` is where it does."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("The upload stands elsewhere; it goes on from there."))
        self.offset = offset


class Expired(Refused):
    """The upload waited too long and is to be removed."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This upload waited too long and was removed. Begin it anew."))


# -- beginning ------------------------------------------------------------------
def begin(
    office: Office,
    *,
    name: str,
    size: int,
    purpose: str = UploadPurpose.EVIDENCE,
    item: Item | None = None,
    row: ChecklistRow | None = None,
    by: User,
) -> Upload:
    """Promise room for a file of ``size`` bytes. Raises ``FileRefused`` before the first byte.

    ``row`` is the required piece of evidence of ``item`` that the file is to be, if any.
    """
    if not rules.may_add_evidence(by, office):
        raise NotAllowed(_("Only the office's own people bring evidence."))
    if item is not None:
        require_citer(item, by=by)
    name = thai.clean_label(name)
    if not size:
        raise blobs.FileRefused(_("The file is empty."))
    blobs.require_short_name(name)
    blobs.require_taken(name, size)
    now = clock.now()
    with transaction.atomic():
        # Two that begin at once are counted one after the other.
        Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        if by.uploads.unfinished(now).count() >= UNFINISHED_AT_ONCE:
            raise blobs.FileRefused(
                _("Too many uploads are unfinished. Finish or discard some first.")
            )
        blobs.require_room(office, size)
        upload = Upload.objects.create(
            token=secrets.token_hex(16),
            office=office,
            user=by,
            name=name,
            size=size,
            purpose=purpose,
            item=item,
            checklist_row=row,
            created_at=now,
            changed_at=now,
            expires_at=now + KEPT_FOR,
        )
    receiving.begun(upload)
    return upload


# -- receiving ------------------------------------------------------------------
def receive(token: str, offset: int, pieces: Iterable[bytes], *, by: User) -> Upload:
    """Take the pieces that begin at ``offset`` of an upload of ``by``, as they come.

    Raises ``OffsetDiffers``, ``receiving.InUse``, ``NoRoom`` and ``Upload.DoesNotExist``; what
    came before that counts. One query, and one write a body and second, because there are
    thousands. When it returns a whole file, the disk has every byte.
    """
    mine = Upload.objects.visible_to(by).defer("said").filter(token=token)
    try:
        with receiving.held(cast(int, by.office_id), token) as file:
            upload = mine.get()
            _receive(upload, file, offset, pieces)
            return upload
    except FileNotFoundError:
        upload = mine.get()
        if upload.state == UploadState.RECEIVING and upload.sha256:
            if not any(pieces) and offset == upload.offset:
                return upload  # a crash came behind its last name: whoever asks may finish it
        elif upload.state == UploadState.RECEIVING:
            receiving.begun(upload)  # restored from a backup, which has no unfinished uploads
        raise OffsetDiffers(receiving.standing(upload)) from None


def _receive(upload: Upload, file: BinaryIO, offset: int, pieces: Iterable[bytes]) -> None:
    here = receiving.standing(upload)
    if upload.state != UploadState.RECEIVING or here != offset:
        raise OffsetDiffers(here)
    if upload.expires_at <= clock.now():
        raise Expired
    counted_at = monotonic()
    try:
        for piece in pieces:
            if offset + len(piece) > upload.size:
                raise blobs.FileRefused(_("More came than was announced."))
            receiving.write(file, offset, piece)
            offset += len(piece)
            if monotonic() - counted_at >= COUNTED_EVERY:
                _count(upload, offset)
                counted_at = monotonic()
        if offset == upload.size:
            flush(file)
    except (OSError, Refused):  # the line broke, or the disk is full
        _count(upload, offset)
        raise
    _count(upload, offset)


def _count(upload: Upload, offset: int) -> None:
    """Let what is here count. Raises ``receiving.InUse`` when somebody else moved the upload.

    Whoever holds the file is the only one who moves it; a shared folder may hold it for two. The
    person may be deactivated or moved to another office while a long body comes.
    """
    now = clock.now()
    still = Q(user__is_active=True, user__office=F("office"), offset=upload.offset)
    standing = Upload.objects.filter(still, pk=upload.pk, state=UploadState.RECEIVING)
    moves = {"offset": offset, "changed_at": now, "expires_at": now + KEPT_FOR}
    if not standing.update(**moves):
        raise receiving.InUse
    for name, value in moves.items():
        setattr(upload, name, value)


# -- finishing ------------------------------------------------------------------
@contextmanager
def _held(upload: Upload) -> Iterator[BinaryIO]:
    """Its file, also where a crash left none."""
    receiving.begun(upload)
    with receiving.held(upload.office_id, upload.token) as file:
        yield file


def finish(upload: Upload) -> Upload:
    """Make of a whole upload what it is for, or say why not; nothing if that is known already.

    Raises ``InUse`` while somebody else does, ``NoRoom`` and ``StoreAway``: then it is tried again
    later.
    """
    with _held(upload) as file:
        upload.refresh_from_db()
        if upload.state != UploadState.RECEIVING or not upload.is_whole:
            if upload.state != UploadState.RECEIVING:
                receiving.forget(upload)
            return upload
        try:
            blob = _taken_in(upload, file)
        except (NoRoom, OffsetDiffers, StoreAway):
            raise
        except OSError as error:
            if is_no_room(error):
                raise NoRoom from error
            raise
        except Refused as refusal:
            receiving.forget(upload)
            return _end(upload, UploadState.REFUSED, said=refusal.message)
        receiving.forget(upload)
        try:
            return _place(upload, blob)
        except Refused as refusal:  # who brings it was removed while the file was looked into
            return _end(upload, UploadState.REFUSED, said=refusal.message)


def _taken_in(upload: Upload, file: BinaryIO) -> Blob:
    """The bytes under their last name, also when they have borne it since before a crash."""
    found = receiving.digests(file)
    if found.size == upload.size:
        Upload.objects.filter(pk=upload.pk).update(sha256=found.sha256)
        return _named(receiving.path_of(upload), found, upload)
    if upload.sha256:
        with suppress(FileNotFoundError), _where_named(upload) as path:
            found = receiving.digests_at(path)
            if (found.size, found.sha256) == (upload.size, upload.sha256):
                return _named(path, found, upload)
    Upload.objects.filter(pk=upload.pk).update(offset=0, sha256="")
    raise OffsetDiffers(0)


def _named(path: Path, found: Digests, upload: Upload) -> Blob:
    return blobs.take_in(path, found, name=upload.name, office=upload.office, by=upload.user)


def _where_named(upload: Upload) -> AbstractContextManager[Path]:
    return evidence_store().local_copy(key_of(upload.office_id, upload.sha256))


@transaction.atomic
def _place(upload: Upload, blob: Blob) -> Upload:
    """What the file is for happens, and is said; nothing when it was left out meanwhile.

    Its bytes bear their last name by now, so that their old one holds nobody off any more.
    """
    rows = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk)
    if rows.get().state != UploadState.RECEIVING:
        upload.refresh_from_db()
        return upload
    by, item, why = as_now(upload.user), upload.item, ""
    if upload.purpose == UploadPurpose.FORM:
        return _end(upload, UploadState.DONE, blob=blob)
    try:
        with transaction.atomic():
            brought = bring_file(upload.name, blob, office=upload.office, item=item, by=by)
            tick_evidence(upload.checklist_row, brought.evidence, by=by)
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
    outcome |= {"state": state, "changed_at": now, "expires_at": now + KNOWN_FOR}
    Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(**outcome)
    for name, value in outcome.items():
        setattr(upload, name, value)
    return upload


def finish_soon(upload: Upload) -> Upload:
    """Finish what its sender waits for; a large file is left to a worker, if one can be woken.

    Raises as ``finish`` does. Whoever asks again before the worker came finishes it.
    """
    if upload.size > LOOKED_INTO_AT_ONCE and broker.wake("indicators.tasks.finish_uploads"):
        return upload
    return finish(upload)


def finish_whole(*, at: datetime | None = None) -> int:
    """Finish what is large, or was whole when its process died; returns how many were.

    Safe to run twice.
    """
    at = at or clock.now()
    left = Q(size__gt=LOOKED_INTO_AT_ONCE) | Q(changed_at__lt=at - AT_ONCE)
    rows = Upload.objects.unfinished(at).filter(left, offset=F("size"))
    done = 0
    for upload in rows.select_related("office", "user", "item__assessment"):
        try:
            done += finish(upload).state != UploadState.RECEIVING
        except (receiving.InUse, NoRoom, OffsetDiffers, Upload.DoesNotExist):
            continue
        except StoreAway:  # for the others, too: a minute later
            break
        except OSError:  # a file that cannot be read keeps no other from its end
            logger.exception("upload %d could not be finished", upload.pk)
    return done


# -- giving up ------------------------------------------------------------------
def discard(upload: Upload) -> None:
    """Forget an upload and what is here of it; evidence that it became stays. Raises ``InUse``."""
    with _held(upload):
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
