"""The bytes of uploads on their way: ``DATA_DIR/uploads/<office>/<token>``, one file each.

Whoever writes one holds it. How much of it counts stands in the row; what a machine lost when its
power went is sent again, because no more counts than lies there. Where several web machines run,
this folder is one that all of them share (docs/operator.md).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings

from core.files import time_there
from core.files.no_room import NoRoom
from core.files.pieces import Digests, digests_of
from core.files.temporary import LEFTOVER_AFTER, remove_older
from indicators.models import Upload


class InUse(Exception):
    """Another request is writing to this upload."""


def folder_of(office_id: int) -> Path:
    """Where the office's unfinished uploads lie; made if it is not there."""
    folder = Path(settings.DATA_DIR) / "uploads" / str(office_id)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def path_of(upload: Upload) -> Path:
    """Where the bytes of an upload lie."""
    return folder_of(upload.office_id) / upload.token


def begun(upload: Upload) -> None:
    """Make the file, empty."""
    path_of(upload).touch(mode=0o640)


def standing(upload: Upload) -> int:
    """How many bytes are here: what the row says, but never more than lies on the disk."""
    if upload.sha256:  # it is whole; a crash may have come between its last name and its row
        return upload.offset
    try:
        return min(upload.offset, path_of(upload).stat().st_size)
    except FileNotFoundError:
        return 0


@contextmanager
def held(office_id: int, token: str) -> Iterator[BinaryIO]:
    """The open file, which nobody else writes to meanwhile.

    Raises ``InUse``, and ``FileNotFoundError`` when there is none.
    """
    path = folder_of(office_id) / token
    with path.open("r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between the two, whoever held it may have given it its last name, or removed it.
            if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise InUse
        except (BlockingIOError, FileNotFoundError) as error:
            raise InUse from error
        yield cast(BinaryIO, file)


def write(file: BinaryIO, offset: int, piece: bytes) -> None:
    """Put a piece behind what is here; raises ``NoRoom`` before the disk's last megabytes."""
    disk = os.fstatvfs(file.fileno())
    if disk.f_bavail * disk.f_frsize < settings.FREE_SPACE_FLOOR_BYTES + len(piece):
        raise NoRoom
    file.seek(offset)
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]


def digests(file: BinaryIO) -> Digests:
    """Of the whole file as it lies on the disk."""
    file.seek(0)
    return digests_of(file)


def digests_at(path: Path) -> Digests:
    """Of a file that may be missing: then of nothing."""
    try:
        with path.open("rb") as file:
            return digests_of(file)
    except FileNotFoundError:
        return Digests()


def sweep_strays() -> int:
    """Remove files that no row knows, a day old; returns how many."""
    root, removed = Path(settings.DATA_DIR) / "uploads", 0
    for folder in root.glob("[0-9]*"):
        before = time_there(folder) - LEFTOVER_AFTER.total_seconds()
        known = set(
            Upload.objects.filter(office_id=int(folder.name)).values_list("token", flat=True)
        )
        strays = [path for path in folder.iterdir() if path.name not in known]
        removed += sum(remove_older(path, before) for path in strays)
    return removed


def forget(upload: Upload) -> None:
    """Remove the bytes."""
    path_of(upload).unlink(missing_ok=True)
