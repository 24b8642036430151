"""From a stored file to pictures of its pages: what is owed, claims, leases, the child's work.

A file that came in owes its first page and a thumbnail; further pages are drawn a few at a time
when somebody looks. Who looks comes first. Rows are claimed as those of the document register.
"""

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from PIL import Image

from core import clock
from core.files.no_room import NoRoom, is_no_room
from core.files.stores import StoreAway
from core.files.temporary import temporary_folder
from core.leases import Lease, LeaseLost, holder, pause_after
from indicators.evidence.blobs import FileDamaged
from indicators.evidence.kinds import is_shown
from indicators.evidence.pictures.previews import preview_of
from indicators.evidence.stored.copies import local_copy
from indicators.models import Blob, Rendition
from indicators.renditions import folders, office
from indicators.renditions.child import NotDrawn, drawn
from indicators.renditions.drawing import small
from indicators.renditions.looks import PAGED, PDF, PHOTOGRAPHS
from indicators.states import RenditionState
from notifications import broker

log = logging.getLogger(__name__)

TASK = "indicators.tasks.draw_files"
BATCH = 8  # pages that are drawn when somebody asks for one of them
AHEAD = 3  # pages behind the one on screen that should be there already
ATTEMPTS = 3  # a machine may die twice under one file; a third time it is the file
PAUSES = (timedelta(hours=1), timedelta(days=1))  # before the second and the third attempt
NEW_AT_ONCE = 200
SECONDS_OF_A_RUN = 30.0  # then other tasks have their turn
UNDERWAY = (RenditionState.QUEUED, RenditionState.WORKING)
# By the machine's own time, as all leases.
CLAIM: Lease[Rendition] = Lease(
    waiting=RenditionState.QUEUED,
    working=RenditionState.WORKING,
    length=lambda: timedelta(seconds=settings.RENDER_LEASE_SECONDS),
)


# -- what is owed -----------------------------------------------------------------------
def rendition_of(blob: Blob) -> Rendition:
    """The row of a file's pictures; the first who looks makes it, like the sweep."""
    row, _new = Rendition.objects.get_or_create(blob=blob, defaults={"created_at": clock.now()})
    return row


def ask(rendition: Rendition, page: int) -> None:
    """Somebody looks at ``page``: what lacks of it and the next few is drawn first."""
    rows, blob = Rendition.objects.filter(pk=rendition.pk), rendition.blob
    last = min(page + AHEAD, max(rendition.pages, page))
    lacking = [n for n in range(page, last + 1) if not folders.has_page(blob, n)]
    if not lacking:
        return
    now = timezone.now()
    asked = rows.filter(state=RenditionState.READY).update(
        state=RenditionState.QUEUED, wanted=lacking[0], asked_at=now, attempts=0
    )
    waiting = rows.filter(~Q(wanted=lacking[0]) | Q(asked_at=None), state__in=UNDERWAY)
    if asked or waiting.update(wanted=lacking[0], asked_at=now):
        broker.wake(TASK)


def ask_again(blob: Blob, page: int) -> None:
    """A picture is gone or changed on the disk: it is drawn once more, as a page or a thumbnail."""
    rendition = rendition_of(blob)
    rows = Rendition.objects.filter(pk=rendition.pk, state=RenditionState.READY)
    if rows.update(state=RenditionState.QUEUED, wanted=page, asked_at=timezone.now(), attempts=0):
        broker.wake(TASK)


def queue_new() -> int:
    """Rows for files that have none; those that waited for LibreOffice when it is there now.

    And those that failed, when their pause is over (``lease_until``).
    """
    failed = Rendition.objects.filter(state=RenditionState.FAILED, lease_until__lte=timezone.now())
    failed.update(state=RenditionState.QUEUED, lease_until=None)
    if office.program():
        waiting = Rendition.objects.filter(state=RenditionState.UNAVAILABLE)
        waiting.update(state=RenditionState.QUEUED)
    new = (
        Blob.objects.usable()
        .filter(
            rendition=None,
            files__isnull=False,
            media_type__in=filter(is_shown, (*PAGED, *PHOTOGRAPHS)),
        )
        .distinct()
    )
    now = clock.now()
    rows = [Rendition(blob=blob, created_at=now) for blob in new.order_by("-pk")[:NEW_AT_ONCE]]
    Rendition.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def draw_due(*, worker: str = "", seconds: float = SECONDS_OF_A_RUN) -> int:
    """Draw what is owed or was left behind by a dead worker; returns how many rows were done."""
    queue_new()
    done, end = 0, time.monotonic() + seconds
    while rendition := _claim(worker):
        done += _draw(rendition)
        if time.monotonic() > end:
            broker.wake(TASK)
            break
    return done


def _claim(worker: str) -> Rendition | None:
    """Who looks comes first, then the newest; None when nothing waits."""
    free = Rendition.objects.filter(CLAIM.free(timezone.now()))
    return CLAIM.claim(
        free.order_by(F("asked_at").asc(nulls_last=True), "-pk"),
        Rendition.objects.select_related("blob__office"),
        at=timezone.now(),
        claimed_by=holder(worker),
        attempts=F("attempts") + 1,
    )


# -- the work ---------------------------------------------------------------------------
def _draw(rendition: Rendition) -> bool:
    """What this row owes; True when it was done."""
    if rendition.attempts > ATTEMPTS:
        return _end(rendition, RenditionState.FAILED, "its worker died each time")
    kind = rendition.blob.media_type
    try:
        if kind in PHOTOGRAPHS:
            return _photograph(rendition)
        if kind != PDF and not office.program():
            return _end(rendition, RenditionState.UNAVAILABLE)
        return _pages(rendition)
    except LeaseLost:
        return False
    except NotDrawn as failure:
        return _end(rendition, RenditionState.FAILED, str(failure))
    except FileDamaged:  # once it was put back it is a new file
        shutil.rmtree(folders.folder_of(rendition.blob), ignore_errors=True)
        CLAIM.held(rendition).delete()
    except (OSError, NoRoom, StoreAway) as trouble:
        if not (isinstance(trouble, StoreAway) or is_no_room(trouble)):
            raise
        log.error("no room for pictures of blob %s, or no file: %s", rendition.blob_id, trouble)
        CLAIM.held(rendition).update(attempts=0)  # tried again when the lease has run out
    return False


def _end(rendition: Rendition, state: RenditionState, why: str = "") -> bool:
    """What failed is tried again after a while: the machine may have been short of memory."""
    again = None
    if why:
        log.error("pictures of blob %s failed: %s", rendition.blob_id, why)
        pause = pause_after(rendition.attempts, PAUSES)
        again = timezone.now() + pause if pause else None
    CLAIM.held(rendition).update(state=state, lease_until=again, asked_at=None)
    return False


def _photograph(rendition: Rendition) -> bool:
    """The thumbnail of a photograph, from the size that pages show."""
    shown = preview_of(rendition.blob)
    if shown is None:
        raise NotDrawn("the picture cannot be read")
    with _scratch() as scratch, Image.open(shown) as image:
        small(image.convert("RGB")).save(scratch / "thumbnail", "WEBP")
        folders.keep(rendition.blob, folders.THUMBNAIL, scratch / "thumbnail")
    return _ready(rendition, thumbnail=True, pages=1)


def _pages(rendition: Rendition) -> bool:
    """A few pages from the one that is wanted; each can be looked at as soon as it is drawn."""
    blob, first = rendition.blob, rendition.wanted
    last = first if rendition.asked_at is None else first + BATCH - 1
    facts: dict[str, Any] = {"pages": rendition.pages, "thumbnail": rendition.thumbnail}
    with _pdf_of(rendition) as pdf, _scratch() as scratch:
        for said in drawn(pdf, scratch, first=first, last=last):
            if "pages" in said:
                facts["pages"] = said["pages"]
            elif "thumbnail" in said:
                folders.keep(blob, folders.THUMBNAIL, scratch / "thumbnail")
                facts["thumbnail"] = True
            elif "page" in said:
                folders.keep(blob, str(said["page"]), scratch / str(said["page"]))
            elif "unreadable" in said:
                log.warning("page %s of blob %s: %s", said["unreadable"], blob.pk, said["why"])
                folders.mark_unreadable(blob, said["unreadable"])
            CLAIM.renew(rendition, at=timezone.now(), **facts)
    return _ready(rendition, **facts)


def _ready(rendition: Rendition, *, thumbnail: bool, pages: int) -> bool:
    """Done, unless somebody asked for another page meanwhile: then that one is next."""
    facts = {"thumbnail": thumbnail, "pages": pages, "attempts": 0}
    done = CLAIM.held(rendition).filter(wanted=rendition.wanted)
    if done.update(state=RenditionState.READY, lease_until=None, asked_at=None, **facts):
        return True
    return CLAIM.let_go(rendition, RenditionState.QUEUED, **facts)


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pages-", dir=temporary_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _pdf_of(rendition: Rendition) -> Iterator[Path]:
    """The file itself, or what LibreOffice made of it, which is kept for further pages."""
    blob = rendition.blob
    with local_copy(blob, checked=True) as path:  # what is damaged shows nothing
        if blob.media_type == PDF:
            yield path
            return
        kept = folders.found(blob, folders.PDF)
        if kept is None:
            with office.as_pdf(path, blob.media_type) as made:
                CLAIM.renew(rendition, at=timezone.now())
                folders.keep(blob, folders.PDF, made)
            kept = folders.found(blob, folders.PDF)
    if kept is None:
        raise NotDrawn("what LibreOffice made of it is gone")
    yield kept
