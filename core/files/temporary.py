"""The one folder of what is not whole yet: ``DATA_DIR/tmp``, and what else a killed process leaves.

Uploads, papers being rendered and what libraries put down for a moment lie there and nowhere else.
Whoever made a file removes it; after ``kill -9`` the sweeper does, a day later: no upload and no
paper takes so long.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from core.files import BEGUN, time_there

LEFTOVER_AFTER = timedelta(days=1)


def temporary_folder() -> Path:
    """Where bytes wait until they are whole."""
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def use_for_everything() -> None:
    """Let Python's libraries put their temporary files there, too.

    Where the folder cannot be made they go on as usual, and a system check says so.
    """
    with suppress(OSError):
        tempfile.tempdir = str(temporary_folder())


def sweep_temporaries() -> int:
    """Remove what is older than a day; returns how much it was."""
    folder = temporary_folder()
    before = time_there(folder) - LEFTOVER_AFTER.total_seconds()
    return sum(remove_older(path, before) for path in (*folder.iterdir(), *_elsewhere()))


def _elsewhere() -> Iterator[Path]:
    """What writers of small files (``core.files``) left beside them, and earlier versions."""
    data = Path(settings.DATA_DIR)
    for folder in ("", "broker", "broker-control", "certificates", "certificates/*", "fonts"):
        yield from data.glob(f"{folder}/{BEGUN}*" if folder else f"{BEGUN}*")
    yield from data.glob("fonts/.build-*")
    yield from (Path(settings.BLOB_ROOT) / "tmp").glob("*")


def remove_older(path: Path, before: float) -> bool:
    """Remove a file or a folder that was last changed before that moment."""
    try:
        if path.lstat().st_mtime >= before:
            return False
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    except FileNotFoundError:  # another sweep, or its owner, was faster
        return False
    return True
