"""A full disk, whoever notices it first: a file, SQLite or PostgreSQL."""

import errno
import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.refusals import Refused

FULL = (errno.ENOSPC, errno.EDQUOT)
SQLITE_FULL, SQLITE_IOERR = 13, 10
POSTGRES_FULL = "53100"
NOTHING_LEFT = 1024 * 1024  # with less than this an error of reading or writing is a full disk's


class NoRoom(Refused):
    """Nothing was saved, because the disk of the files or of the database is full."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The server's disk is full, so this was not saved. Please tell your administrator, "
                "keep this page open and try again when there is room."
            )
        )


def free_bytes() -> int:
    """The room left on the fullest of the disks that hold files."""
    folders = (settings.DATA_DIR, settings.BLOB_ROOT, settings.DOCUMENT_ROOT)
    return min((shutil.disk_usage(f).free for f in map(Path, folders) if f.is_dir()), default=0)


def is_no_room(error: BaseException | None) -> bool:
    """Whether a full disk is behind this error, or behind what it was raised from."""
    while error is not None:
        if isinstance(error, NoRoom) or (isinstance(error, OSError) and error.errno in FULL):
            return True
        if getattr(error, "sqlstate", None) == POSTGRES_FULL:
            return True
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == SQLITE_FULL or (code == SQLITE_IOERR and free_bytes() < NOTHING_LEFT):
            return True
        error = error.__cause__
    return False
