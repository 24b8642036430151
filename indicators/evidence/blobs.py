"""Bytes of files: whole or absent, named by their hash, never by what a person called them.

``store`` streams to a temporary name while hashing, flushes to disk, has the file inspected in a
child process, renames it to ``<office>/<sha256>``, flushes the folder, and only then makes the
row. A crash anywhere leaves a temporary file or an unreferenced blob; ``sweep`` removes both.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

import thai
from core import clock
from core.files import flush, settle
from core.refusals import Refused, RuleBroken
from indicators.evidence import inspection
from indicators.models import Blob
from people.models import Office, User

CHUNK = 256 * 1024
CHILD_SECONDS = 40
MEGABYTE = 1024 * 1024
# Extensions that may stand at the end of a label of each type, the proper one first.
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "video/mp4": (".mp4", ".m4v"),
    f"{inspection.OOXML}wordprocessingml.document": (".docx",),
    f"{inspection.OOXML}spreadsheetml.sheet": (".xlsx",),
    f"{inspection.OOXML}presentationml.presentation": (".pptx", ".ppsx"),
    f"{inspection.ODF}text": (".odt",),
    f"{inspection.ODF}spreadsheet": (".ods",),
    f"{inspection.ODF}presentation": (".odp",),
    f"{inspection.ODF}graphics": (".odg",),
    "text/plain": (".txt", ".csv"),
    "application/zip": (".zip",),
}
KNOWN_EXTENSIONS = {extension for group in EXTENSIONS.values() for extension in group}
ACCEPT = ",".join(sorted(KNOWN_EXTENSIONS))


class FileRefused(RuleBroken):
    """This file is not taken in; ``message`` says why."""


class FileDamaged(Refused):
    """The bytes on disk are gone or not what was stored; such a file is not served."""

    status = 410


# -- where bytes lie ------------------------------------------------------------
def path_of(blob: Blob) -> Path:
    """Where the bytes of ``blob`` lie."""
    return settings.BLOB_ROOT / str(blob.office_id) / blob.sha256


def open_blob(blob: Blob) -> BinaryIO:
    """Open the bytes for reading; refused when damaged, missing or of another length."""
    if blob.damaged_at is not None:
        raise damaged()
    try:
        file = path_of(blob).open("rb")
    except OSError as error:
        raise damaged() from error
    if os.fstat(file.fileno()).st_size != blob.size:
        file.close()
        raise damaged()
    return file


def damaged() -> FileDamaged:
    """The refusal of bytes that cannot be shown."""
    return FileDamaged(
        _("This file can't be opened: its bytes are missing or damaged. Tell your administrator.")
    )


@contextmanager
def folder_held(office_id: int) -> Iterator[Path]:
    """Hold an office's folder: storing and sweeping never cross."""
    folder = settings.BLOB_ROOT / str(office_id)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def temporary_folder() -> Path:
    """Where bytes wait until they are whole; on the same disk as the blobs."""
    folder = settings.BLOB_ROOT / "tmp"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


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
    _require_room(office, size or 0)
    temporary = temporary_folder() / secrets.token_hex(16)
    try:
        sha256, size = _write(file, temporary)
        media_type = inspected(temporary)
        require_fitting_name(getattr(file, "name", None), media_type)
        _require_room(office, size)
        return _keep(temporary, office, sha256, size, media_type)
    finally:
        temporary.unlink(missing_ok=True)


def _require_room(office: Office, size: int) -> None:
    limit = settings.UPLOAD_MAX_BYTES
    if size > limit:
        raise FileRefused(_("The file is larger than %(limit)d MB.") % {"limit": limit // MEGABYTE})
    if used_bytes(office) + size > settings.OFFICE_QUOTA_BYTES:
        raise FileRefused(
            _("The office's %(quota)d MB are used up. Ask your administrator for more space.")
            % {"quota": settings.OFFICE_QUOTA_BYTES // MEGABYTE}
        )
    if shutil.disk_usage(temporary_folder()).free - size < settings.FREE_SPACE_FLOOR_BYTES:
        raise FileRefused(_("The server's disk is nearly full. Tell your administrator."))


def _write(file: Any, temporary: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    with temporary.open("xb") as out:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                raise FileRefused(
                    _("The file is larger than %(limit)d MB.")
                    % {"limit": settings.UPLOAD_MAX_BYTES // MEGABYTE}
                )
            digest.update(chunk)
            out.write(chunk)
        flush(out)
    temporary.chmod(0o640)
    return digest.hexdigest(), size


def _keep(temporary: Path, office: Office, sha256: str, size: int, media_type: str) -> Blob:
    """Rename, flush the folder, then make the row. The same bytes again replace a damaged file."""
    with folder_held(office.pk) as folder:
        settle(temporary, folder / sha256)
        # Seen again is as good as new: the sweeper counts a blob's age from here.
        again = Blob.objects.filter(office=office, sha256=sha256)
        if again.update(created_at=clock.now(), damaged_at=None):
            return again.get()
        with suppress(IntegrityError), transaction.atomic():
            return Blob.objects.create(
                office=office,
                sha256=sha256,
                size=size,
                media_type=media_type,
                created_at=clock.now(),
            )
        return again.get()


# -- looking into it ------------------------------------------------------------
def inspected(path: Path) -> str:
    """The media type by content, asked of a child whose memory and time are limited."""
    command = [sys.executable, "-I", inspection.__file__, str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a path we made ourselves
            command, capture_output=True, timeout=CHILD_SECONDS, check=True, env={}, text=True
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        answer = {"refused": "unreadable"}
    if code := answer.get("refused"):
        raise FileRefused(reason_for(code) % answer)
    return str(answer["media_type"])


def reason_for(code: str) -> str:
    """The sentence for one of the inspector's codes."""
    return {
        "empty": _("The file is empty."),
        "program": _("This is a program. Programs are not taken in."),
        "program_inside": _("The ZIP contains programs or files with macros. Take them out."),
        "old_office": _(
            "This is a Word, Excel or PowerPoint file of the old kind, which may hide macros. "
            "Save it as .docx, .xlsx, .pptx or PDF."
        ),
        "encrypted": _("The file is protected by a password. Take the password off."),
        "active_pdf": _(
            "The PDF contains JavaScript or starts programs. Print it to a new PDF and bring that."
        ),
        "damaged": _("The file is damaged or was not copied completely."),
        "too_many_pixels": _(
            "The picture is too large (%(width)s × %(height)s points). Make it smaller."
        ),
        "too_many_entries": _("The file contains too many parts (%(count)s)."),
        "bomb": _("The file would unpack to far more than its size. It is not taken in."),
        "macros": _("The file contains macros. Save it without macros, as .docx, .xlsx or PDF."),
        "web_page": _("This is a web page. Save it as PDF, or give its address as a link."),
        "unreadable": _("The file could not be checked within the limits, so it was not taken in."),
    }.get(
        code,
        _("Files of this kind are not taken in. Use PDF, pictures, Office files, text or ZIP."),
    )


# -- what a file is called ------------------------------------------------------
def extension_of(name: str) -> str:
    """``.pdf`` of ``แผน.PDF``; "" when the name has none."""
    stem, dot, tail = thai.clean_label(name).rpartition(".")
    return f".{tail.lower()}" if dot and stem and tail.isascii() and tail.isalnum() else ""


def require_fitting_name(name: str | None, media_type: str) -> None:
    """Refuse ``.jpg`` on a PDF: one of the two is a mistake or a trick. Pictures may mix."""
    extension = extension_of(name or "")
    fitting = EXTENSIONS[media_type]
    if extension not in KNOWN_EXTENSIONS or extension in fitting:
        return
    if media_type.startswith("image/") and any(
        extension in group for kind, group in EXTENSIONS.items() if kind.startswith("image/")
    ):
        return
    raise FileRefused(
        _("The name ends in %(named)s but the content is %(found)s. Please check the file.")
        % {"named": extension, "found": fitting[0]}
    )


def label_for(name: str, media_type: str) -> str:
    """What the file is called on screen: NFC, nothing invisible, a fitting extension at its end."""
    label = thai.safe_filename(name, default=_("File"))
    fitting = EXTENSIONS[media_type]
    return label if extension_of(label) in fitting else f"{label}{fitting[0]}"
