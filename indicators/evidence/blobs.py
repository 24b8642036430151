"""Bytes of files: whole or absent, named by their hash, never by what a person called them.

``store`` streams to a temporary name while hashing, flushes to disk, has the file inspected in a
child process, brings it to its store (``stored/place.py``: renames it to ``<office>/<sha256>`` and
flushes the folder, or puts it into a bucket and reads it once more), and only then makes the row.
A crash anywhere leaves a temporary file or an unreferenced blob; ``sweep`` removes both.
"""

import fcntl
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

import thai
from core import clock
from core.files import flush
from core.files.no_room import is_no_room
from core.files.pieces import CheckedFile, Digests, digests_of
from core.files.stores import StoreAway
from core.files.temporary import temporary_folder
from core.refusals import NotAllowed, Refused, RuleBroken
from indicators.evidence import inspection
from indicators.evidence.kinds import (
    EXTENSIONS,
    KNOWN_EXTENSIONS,
    OLD_OFFICE_TYPES,
    reason_against,
    reason_against_name,
    size_words,
)
from indicators.evidence.reasons import OLD_OFFICE, not_an_office_file, reason_for
from indicators.evidence.scans.holding import infected, reason_held, scanner_is_named, state_of_new
from indicators.evidence.stored.damage import report_damage
from indicators.evidence.stored.place import disk_store, evidence_store, key_of
from indicators.models import Blob
from indicators.states import ScanState
from notifications import broker
from people.models import Office, User
from people.roles import as_now

CHUNK = 256 * 1024
CHILD_SECONDS = 20
CHILD_BYTES_A_SECOND = 20 * 1024 * 1024  # a large file may take longer
INSPECTOR = Path(inspection.__file__).with_name("__main__.py")
MEGABYTE = 1024 * 1024
LONGEST_NAME = 255  # letters: no disk holds more


class FileRefused(RuleBroken):
    """This file is not taken in; ``message`` says why."""


class FileDamaged(Refused):
    """The bytes on disk are gone or not what was stored; such a file is not served."""

    status = 410


class FileHeld(FileDamaged):
    """A file that is not shown, whole as it is: it waits for the virus scan, or one was found."""

    status = 409


# -- where bytes lie ------------------------------------------------------------
def path_of(blob: Blob) -> Path:
    """Where the bytes of ``blob`` lie in the data folder, if they do."""
    return disk_store().root / key_of(blob.office_id, blob.sha256)


def open_unchecked(blob: Blob) -> BinaryIO:
    """The bytes as they are, of a file that is shown to nobody yet; errors as of the store."""
    return evidence_store().open(key_of(blob.office_id, blob.sha256)).file


def open_blob(blob: Blob) -> BinaryIO:
    """Open the bytes for reading; refused when damaged, missing or of another length.

    Each piece is compared with its digest before any of it is read: ``FileDamaged`` may also come
    from reading on, and the alarm is raised by then. ``StoreAway`` says nothing about the file.
    """
    if blob.damaged_at is not None:
        raise damaged()
    if held := reason_held(blob):
        raise FileHeld(held)
    try:
        file, size = evidence_store().open(key_of(blob.office_id, blob.sha256))
    except FileNotFoundError as error:
        raise found_damaged(blob) from error
    except OSError as error:
        raise damaged() from error
    if size != blob.size or not (blob.pieces or _add_pieces(blob, file)):
        file.close()
        raise found_damaged(blob)
    checked = CheckedFile(
        file, size=blob.size, pieces=blob.pieces, damaged=lambda: found_damaged(blob)
    )
    return cast(BinaryIO, checked)


def whole_among(blobs: Collection[Blob]) -> set[int]:
    """The keys of those whose bytes are there in full length, as far as is known undamaged.

    Says so without reading them; a file that is missing raises the alarm.
    """
    sound = [blob for blob in blobs if blob.damaged_at is None]
    whole = set()
    for office in {blob.office_id for blob in sound}:
        own = {blob.sha256: blob for blob in sound if blob.office_id == office}
        sizes = evidence_store().sizes(str(office), own)
        for sha256, blob in own.items():
            size = sizes.get(sha256, -1)
            if size == blob.size:
                whole.add(blob.pk)
            elif size is not None:
                report_damage(blob)
    return whole


def _add_pieces(blob: Blob, file: BinaryIO) -> bool:
    """Digests of a file that came in without any, if the whole is what it was."""
    found = digests_of(file)
    if found.sha256 != blob.sha256:
        return False
    blob.pieces, blob.crc32 = found.pieces, found.crc32
    Blob.objects.filter(pk=blob.pk).update(pieces=found.pieces, crc32=found.crc32)
    return True


def found_damaged(blob: Blob) -> FileDamaged:
    """Raise the alarm, and return the refusal."""
    report_damage(blob)
    return damaged()


def damaged() -> FileDamaged:
    """The refusal of bytes that cannot be shown."""
    return FileDamaged(
        _(
            "This file can't be opened: its bytes are missing or damaged. The administrators "
            "were notified; they can put it back from the backup."
        )
    )


@contextmanager
def folder_held(office_id: int) -> Iterator[Path]:
    """Hold an office's folder: storing and sweeping never cross."""
    folder = settings.BLOB_ROOT / str(office_id)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


# -- taking a file in -----------------------------------------------------------
def used_bytes(office: Office) -> int:
    """What the office's files take."""
    return office.blobs.aggregate(used=Sum("size"))["used"] or 0


def store(file: Any, *, office: Office, by: User) -> Blob:
    """Keep an uploaded file (or any object with ``read`` and perhaps ``name`` and ``size``).

    Raises ``FileRefused``. Call it outside a transaction: the row must be there when the bytes
    are, whatever becomes of the form that brought them.
    """
    if not (by.is_active and by.office_id == office.pk):
        raise FileRefused(_("Only the office's own people bring files."))
    size = getattr(file, "size", None)
    require_room(office, size or 0)
    require_taken(getattr(file, "name", None) or "", size or 0)
    require_received(file)
    temporary = temporary_folder() / secrets.token_hex(16)
    try:
        written = _write(file, temporary)
        return take_in(temporary, written, name=getattr(file, "name", None), office=office, by=by)
    except OSError as error:
        if is_no_room(error):
            raise FileRefused(disk_is_full()) from error
        raise
    except StoreAway as away:  # nothing of it stays here
        raise FileRefused(away.message) from away
    finally:
        temporary.unlink(missing_ok=True)


def take_in(path: Path, written: Digests, *, name: str | None, office: Office, by: User) -> Blob:
    """Inspect a file that is whole, give it its last name, and make its row.

    Raises ``FileRefused``, and ``StoreAway`` while the store does not answer; the file then stays
    where it is.
    """
    media_type = inspected(path, name or "")
    require_fitting_name(name, media_type)
    require_short_name(name, media_type)
    _require_quota(office, written.size)
    # Over a network this takes minutes: no row is locked and no other upload waits meanwhile.
    evidence_store().send(path, key_of(office.pk, written.sha256), written)
    return _keep(path, office, written, media_type, by=by)


def require_received(file: Any) -> None:
    """Refuse a file whose bytes found no room on their way (``uploads.ReceivedFile``)."""
    if getattr(file, "no_room", False):
        raise FileRefused(disk_is_full())


def disk_is_full() -> str:
    """The sentence at a file for which there is no room."""
    return _("The server's disk is nearly full. Tell your administrator.")


def promised_bytes(office: Office) -> int:
    """What the office's unfinished uploads will take."""
    under_way = office.uploads.unfinished(clock.now())
    return under_way.aggregate(size=Sum("size"))["size"] or 0


def require_room(office: Office, size: int) -> None:
    """Refuse before the first byte what is too large, or has no room at the office or on the disk.

    What is under way has its room already.
    """
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(too_large())
    _require_quota(office, size + promised_bytes(office))
    if shutil.disk_usage(temporary_folder()).free - size < settings.FREE_SPACE_FLOOR_BYTES:
        raise FileRefused(disk_is_full())


def require_taken(name: str, size: int) -> None:
    """Refuse before the first byte what the site's settings keep out, as far as a name says."""
    if reason := reason_against_name(extension_of(name), size):
        raise FileRefused(reason)


def too_large() -> str:
    """The sentence at a file that is larger than any may be."""
    return _("The file is larger than %(limit)s.") % {"limit": largest()}


def largest() -> str:
    """How large a file may be, as people say it: ``2 GB``."""
    return size_words(settings.UPLOAD_MAX_BYTES)


def _require_quota(office: Office, size: int) -> None:
    if used_bytes(office) + size > settings.OFFICE_QUOTA_BYTES:
        raise FileRefused(
            _("The office's %(quota)d MB are used up. Ask your administrator for more space.")
            % {"quota": settings.OFFICE_QUOTA_BYTES // MEGABYTE}
        )


def _write(file: Any, temporary: Path) -> Digests:
    digests = Digests()
    file.seek(0)
    with temporary.open("xb") as out:
        while chunk := file.read(CHUNK):
            digests.update(chunk)
            if digests.size > settings.UPLOAD_MAX_BYTES:
                raise FileRefused(too_large())
            out.write(chunk)
        flush(out)
    temporary.chmod(0o640)
    if digests.size != (getattr(file, "size", None) or digests.size):
        raise FileRefused(reason_for("damaged"))
    return digests


@transaction.atomic
def _keep(temporary: Path, office: Office, written: Digests, media_type: str, *, by: User) -> Blob:
    """Give the bytes their last name, then make the row. The same ones replace a damaged file.

    A slow line takes hours: who brings the file is asked for again, in the row's transaction.
    """
    if as_now(by).office_id != office.pk:
        raise NotAllowed(_("Only the office's own people bring files."))
    key = key_of(office.pk, written.sha256)
    facts = {"created_at": clock.now(), "pieces": written.pieces, "crc32": written.crc32}
    with folder_held(office.pk):
        evidence_store().settle(temporary, key, written)
        # Seen again is as good as new: the sweeper counts a blob's age from here.
        again = Blob.objects.filter(office=office, sha256=written.sha256)
        if virus := again.filter(scan_state=ScanState.INFECTED).first():
            raise FileRefused(infected(virus.scan_found))
        if again.update(damaged_at=None, **facts):
            return again.get()
        if scanner_is_named():
            transaction.on_commit(partial(broker.wake, "indicators.tasks.scan_files"))
        with suppress(IntegrityError), transaction.atomic():
            return Blob.objects.create(
                office=office,
                sha256=written.sha256,
                size=written.size,
                media_type=media_type,
                scan_state=state_of_new(),
                **facts,
            )
        return again.get()


# -- looking into it ------------------------------------------------------------
def inspected(path: Path, name: str = "") -> str:
    """The media type by content, asked of a child whose memory and time are limited.

    The reason of a refusal also counts in what the file is called.
    """
    command = [sys.executable, "-I", str(INSPECTOR), str(path)]
    seconds = CHILD_SECONDS + path.stat().st_size // CHILD_BYTES_A_SECOND
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a path we made ourselves
            command, capture_output=True, timeout=seconds, check=True, env={}, text=True
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        answer = {"refused": "unreadable"}
    if code := answer.get("refused"):
        raise FileRefused(reason_for(code, extension_of(name)) % answer)
    media_type = str(answer["media_type"])
    if reason := reason_against(media_type, path.stat().st_size):
        raise FileRefused(reason)
    return media_type


# -- what a file is called ------------------------------------------------------
def extension_of(name: str) -> str:
    """``.pdf`` of ``แผน.PDF``; "" when the name has none."""
    stem, dot, tail = thai.clean_label(name).rpartition(".")
    return f".{tail.lower()}" if dot and stem and tail.isascii() and tail.isalnum() else ""


def require_fitting_name(name: str | None, media_type: str) -> None:
    """Refuse ``.jpg`` on a PDF: one of the two is a mistake or a trick. Pictures may mix."""
    extension = extension_of(name or "")
    fitting = EXTENSIONS[media_type]
    if media_type == "text/plain" and extension in OLD_OFFICE:
        raise FileRefused(not_an_office_file())
    if extension not in KNOWN_EXTENSIONS or extension in fitting:
        return
    if OLD_OFFICE_TYPES.get(extension) == media_type:  # what web sites call .xls is often .xlsx
        return
    if media_type.startswith("image/") and any(
        extension in group for kind, group in EXTENSIONS.items() if kind.startswith("image/")
    ):
        return
    raise FileRefused(
        _("The name ends in %(named)s but the content is %(found)s. Please check the file.")
        % {"named": extension, "found": fitting[0]}
    )


def require_short_name(name: str | None, media_type: str = "") -> None:
    """Refuse a name that would have to be cut; before the content is known, by itself."""
    letters = len(thai.clean_label(name or ""))
    if media_type:
        letters = max(letters, len(label_for(name or "", media_type)))
    if letters > LONGEST_NAME:
        raise FileRefused(
            _(
                "The name of the file has %(letters)d letters; at most %(limit)d are possible. "
                "Please give it a shorter name."
            )
            % {"letters": letters, "limit": LONGEST_NAME}
        )


def label_for(name: str, media_type: str) -> str:
    """What the file is called on screen: NFC, nothing invisible, a fitting extension at its end."""
    label = thai.safe_filename(name, default=_("File"))
    fitting = EXTENSIONS[media_type]
    return label if extension_of(label) in fitting else f"{label}{fitting[0]}"
