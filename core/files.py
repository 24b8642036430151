"""Files that are whole or absent, whenever the process or the machine stops. Free of Django.

Bytes get a temporary name beside their place, reach the disk, take their name, and then the folder
that knows the name reaches the disk. A reader never sees half of a file.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

BEGUN = ".new-"  # how the name of a file or folder begins that is not whole yet


def write_whole(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Put ``data`` at ``path``, in place of what is there. ``mode`` holds from the first byte on.

    Makes the folder if there is none. What a killed process leaves is called ``BEGUN`` + letters.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{BEGUN}{os.urandom(8).hex()}")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            flush(file)
        _name(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def settle(scratch: Path, path: Path) -> Path:
    """Give a file that is written already its name; both lie on one disk. Returns ``path``."""
    with scratch.open("rb") as file:
        os.fsync(file.fileno())
    _name(scratch, path)
    return path


def flush(file: IO[Any]) -> None:
    """Wait until what was written to an open file lies on the disk."""
    file.flush()
    os.fsync(file.fileno())


def time_there(folder: Path) -> float:
    """The time by the clock of the file system that holds ``folder``, in seconds since 1970.

    A network drive has a clock of its own: the age of a file counts by the one that dated it.
    """
    with tempfile.NamedTemporaryFile(prefix=BEGUN, dir=folder) as file:
        return os.fstat(file.fileno()).st_mtime


@contextmanager
def removal_paused(folder: Path) -> Iterator[None]:
    """Nothing below ``folder`` is swept until the end of the block, or of the process.

    A backup copies the files of a moment that is past: those that nobody needs any more as well.
    """
    with _lock(folder).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def may_remove(folder: Path) -> Iterator[bool]:
    """Whether a sweeper may remove files now; while it does, a backup waits to begin."""
    with _lock(folder).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock(folder: Path) -> Path:
    return folder / "backup.lock"


def _name(scratch: Path, path: Path) -> None:
    scratch.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
