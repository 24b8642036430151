"""Where the pictures of a file lie: ``DATA_DIR/renditions/<office>/<sha256 of the file>/``.

A picture's own digest stands in its name, so that one that changed on the disk is found out when
it is read, and drawn anew. Everything here can be made again, so no backup has it.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from PIL import Image

from core.files import settle, time_there
from core.files.temporary import temporary_folder
from indicators.models import Blob

MEDIA_TYPE = "image/webp"
THUMBNAIL, PDF, UNREADABLE = "thumbnail", "converted", "unreadable"
KEPT = timedelta(days=30)  # further pages; the first and the thumbnail stay


@dataclass(frozen=True)
class Picture:
    """One picture as it lies on the disk; its size in pixels, so that no page jumps."""

    path: Path
    digest: str
    width: int
    height: int


def root() -> Path:
    """The folder of all."""
    return Path(settings.DATA_DIR) / "renditions"


def folder_of(blob: Blob) -> Path:
    """The folder of one file's pictures."""
    return root() / str(blob.office_id) / blob.sha256


def keep(blob: Blob, name: str, scratch: Path) -> None:
    """Give a file that was made the name under which it is found."""
    folder = folder_of(blob)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with scratch.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    older = set(folder.glob(f"{name}.*"))
    kept = settle(scratch, folder / f"{name}.{digest}")
    for path in older - {kept}:
        path.unlink(missing_ok=True)


def mark_unreadable(blob: Blob, page: int) -> None:
    """Remember that this page cannot be drawn."""
    folder = folder_of(blob)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    (folder / f"{UNREADABLE}-{page}").touch()


def is_unreadable(blob: Blob, page: int) -> bool:
    """Whether it was tried and is not possible."""
    return (folder_of(blob) / f"{UNREADABLE}-{page}").exists()


def found(blob: Blob, name: str) -> Path | None:
    """The file of that name, "3", "thumbnail" or "converted"; None while it was not made."""
    return next(folder_of(blob).glob(f"{name}.*"), None)


def has_page(blob: Blob, page: int) -> bool:
    """Whether nothing is owed of this page: it was drawn, or is known to be unreadable."""
    return found(blob, str(page)) is not None or is_unreadable(blob, page)


def picture_of(blob: Blob, page: int) -> Picture | None:
    """The picture of a page, to be shown; its head is read for its size."""
    path = found(blob, str(page))
    if path is None:
        return None
    try:
        with Image.open(path, formats=["WEBP"]) as image:
            return Picture(path, path.suffix[1:], *image.size)
    except (OSError, SyntaxError, ValueError):
        path.unlink(missing_ok=True)
        return None


def whole_bytes(path: Path) -> bytes | None:
    """The bytes, if they are those that were written; else the file goes, to be made anew."""
    with suppress(FileNotFoundError):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == path.suffix[1:]:
            return data
        path.unlink(missing_ok=True)
    return None


# -- keeping ------------------------------------------------------------------------
def sweep() -> int:
    """Remove folders whose file is gone and pages nobody asked for in a month; how many."""
    if not root().is_dir():
        return 0
    before = time_there(temporary_folder()) - KEPT.total_seconds()
    removed = 0
    for office in [path for path in root().iterdir() if path.name.isdecimal()]:
        folders = list(office.iterdir())  # before the rows: a file that comes now is young
        known = set(Blob.objects.filter(office=int(office.name)).values_list("sha256", flat=True))
        for folder in folders:
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
            else:
                removed += sum(_removed(path) for path in _old_pages(folder, before))
    return removed


def _old_pages(folder: Path, before: float) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.partition(".")[0] in ("1", THUMBNAIL):
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                yield path


def _removed(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True
