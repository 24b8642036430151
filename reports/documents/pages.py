"""Pictures of pages: where they lie, who draws those of registered papers, when they go.

A registered paper's pictures are drawn by a worker from the very bytes of the register and kept
under their SHA-256. All of them can be drawn again at any time, so all of them go after a while.
"""

import errno
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from core import clock
from core.files import BEGUN, time_there
from core.files.no_room import is_no_room
from core.files.pieces import digests_of
from core.files.temporary import temporary_folder
from reports.documents.files import PaperDamaged, open_whole, path_of
from reports.models import Document
from reports.render.child import draw_in_child
from reports.render.failures import RenderFailed
from reports.render.pages import Pages, read_pages
from reports.states import OFFICIAL, DocumentFormat, DocumentState

log = logging.getLogger(__name__)

LIMIT = 40  # pages of a registered paper; longer ones are read as PDF
REGISTERED = "sha256-"
KEPT = timedelta(days=7)
LEFTOVER_AGE = timedelta(minutes=30)


def pages_of(document: Document) -> Pages | None:
    """The pictures of a ready paper; None while nobody has drawn them."""
    return read_pages(folder_of(document)) if document.sha256 else None


def is_whole(document: Document, page: int, drawn: Pages) -> bool:
    """Whether a picture is the one that was drawn; else all go, and are drawn again.

    Who decides reads the pictures: a flipped byte in one is no better than one in the paper.
    """
    picture = folder_of(document) / f"{page}.png"
    try:
        found = hashlib.sha256(picture.read_bytes()).hexdigest()
    except FileNotFoundError:
        found = ""
    if found == drawn.pages[page - 1].sha256:
        return True
    log.error("picture %s of document %s is damaged; all are drawn again", page, document.pk)
    shutil.rmtree(folder_of(document), ignore_errors=True)
    return False


def folder_of(document: Document) -> Path:
    """Where the pictures of a registered paper lie."""
    return Path(settings.PREVIEW_ROOT) / f"{REGISTERED}{document.sha256}"


def has_pages(document: Document) -> bool:
    """Whether a paper is shown page by page: the official ones are, as PDF."""
    return document.kind in OFFICIAL and document.format == DocumentFormat.PDF


def draw_ahead(document: Document) -> None:
    """Draw a paper that just got ready, so that who decides on it need not wait."""
    if has_pages(document) and pages_of(document) is None:
        try:
            draw(document)
        except (RenderFailed, OSError) as failure:
            if not isinstance(failure, RenderFailed) and not is_no_room(failure):
                raise
            log.error("pages of document %s were not drawn: %s", document.pk, failure)


def draw(document: Document) -> None:
    """Draw the registered bytes. What is not what was registered is not shown."""
    file = open_whole(document)
    if file is None:
        raise RenderFailed("its file is missing or not the one that was registered")
    with file:
        try:
            found = digests_of(file)
        except PaperDamaged as damage:
            raise RenderFailed("its file is not the one that was registered") from damage
        if found.sha256 != document.sha256:
            raise RenderFailed("its file is not the one that was registered")
    with new_folder(folder_of(document)) as scratch:
        draw_in_child(path_of(document), scratch, limit=LIMIT)


def draw_missing() -> None:
    """Draw papers of the last day whose worker died between the register and the pictures."""
    recent = Document.objects.filter(
        kind__in=OFFICIAL,
        format=DocumentFormat.PDF,
        state=DocumentState.READY,
        ready_at__gte=clock.now() - timedelta(days=1),
    )
    for document in recent.defer("snapshot").select_related("cycle__assessment__office"):
        draw_ahead(document)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name only when it is full; somebody else's stays."""
    settings.PREVIEW_ROOT.mkdir(mode=0o750, parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=BEGUN, dir=temporary_folder()))
    try:
        yield scratch
        if read_pages(path) is None:
            shutil.rmtree(path, ignore_errors=True)  # half of one, left by a sweep that died
        _name(scratch, path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _name(scratch: Path, path: Path) -> None:
    """Unless another worker drew the same meanwhile: its folder is full, ours is not needed."""
    try:
        scratch.replace(path)
    except OSError as taken:
        if taken.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def all_folders() -> list[Path]:
    """Every folder of pictures, finished or not."""
    return list(settings.PREVIEW_ROOT.iterdir()) if settings.PREVIEW_ROOT.is_dir() else []


def sweep_folders(folders: Iterable[Path], tokens: set[str]) -> None:
    """Remove those that are old, and pictures of previews that have none of these ``tokens``."""
    if not settings.PREVIEW_ROOT.is_dir():
        return
    now = time_there(settings.PREVIEW_ROOT)
    for folder in folders:
        if folder.name.startswith(REGISTERED):
            gone = _older_than(now, folder, KEPT)
        elif folder.name.startswith(BEGUN):
            gone = _older_than(now, folder, LEFTOVER_AGE)
        else:
            gone = folder.name not in tokens
        if gone:
            shutil.rmtree(folder, ignore_errors=True)


def _older_than(now: float, folder: Path, age: timedelta) -> bool:
    try:
        return now - folder.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:  # its owner was faster
        return False
