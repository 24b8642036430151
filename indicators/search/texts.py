"""Reading what stands in the files of evidence: once each, by a worker, for the search.

What is owed stands in the database: files of evidence without a row here, and rows that wait. A
row is claimed with a lease; whoever dies leaves one that runs out.
"""

import json
import logging
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from core import clock
from core.files.no_room import is_no_room
from core.files.stores import StoreAway
from core.leases import Lease, holder
from indicators.evidence.blobs import FileDamaged
from indicators.evidence.inspection import ODF, OOXML
from indicators.evidence.stored.copies import local_copy
from indicators.models import Blob, BlobText, EvidenceFile, TextPart
from indicators.search import extraction
from indicators.states import TextState

log = logging.getLogger(__name__)

EXTRACTOR = f"{extraction.__path__[0]}/__main__.py"
CHILD_SECONDS = 150
ROUND_SECONDS = 40  # after which a worker goes on to its other tasks
ATTEMPTS = 3
BATCH = 200
READABLE = Q(media_type="application/pdf") | Q(media_type="text/plain")
READABLE |= Q(media_type__startswith=OOXML) | Q(media_type__startswith=ODF)
PICTURES = Q(media_type__startswith=extraction.IMAGE)
CLAIM: Lease[BlobText] = Lease(
    waiting=TextState.QUEUED,
    working=TextState.READING,
    length=lambda: timedelta(seconds=2 * CHILD_SECONDS),
)


@lru_cache(maxsize=1)
def ocr_program() -> str:
    """Tesseract with its Thai, or ""; looked for once in the life of a worker."""
    program = shutil.which("tesseract")
    if not program:
        return ""
    try:
        listed = subprocess.run(  # noqa: S603 - a program of the system, and no words of anybody
            [program, "--list-langs"], capture_output=True, timeout=20, check=True, text=True
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return program if "tha" in listed.stdout.split() else ""


# -- what is owed ---------------------------------------------------------------------
def read_due(*, worker: str = "", seconds: float = ROUND_SECONDS) -> int:
    """Read files that wait, for ``seconds`` at most; returns how many were read."""
    done, until = 0, time.monotonic() + seconds
    queue_unread()
    while time.monotonic() < until:
        row = _claim(worker)
        if row is None:
            if not queue_unread():
                break
            continue
        done += _read(row)
    return done


def queue_unread() -> int:
    """Make rows for files of evidence that have none, and wake scans up that can be read now."""
    wanted = READABLE
    if ocr_program():
        wanted |= PICTURES
        BlobText.objects.filter(state=TextState.SCAN).update(state=TextState.QUEUED, attempts=0)
    files = EvidenceFile.objects.filter(blob=OuterRef("pk"))
    unread = Blob.objects.usable().filter(wanted, Exists(files), text=None)
    new = [BlobText(blob=blob) for blob in unread.order_by("-pk")[:BATCH]]
    return len(BlobText.objects.bulk_create(new, ignore_conflicts=True))


def _claim(worker: str) -> BlobText | None:
    at = timezone.now()
    return CLAIM.claim(
        BlobText.objects.filter(CLAIM.free(at)).order_by("-blob"),
        BlobText.objects.select_related("blob"),
        at=at,
        claimed_by=holder(worker),
        attempts=F("attempts") + 1,
    )


# -- the work -------------------------------------------------------------------------
def _read(row: BlobText) -> bool:
    if row.attempts > ATTEMPTS:
        return _give_up(row, "its worker died each time")
    try:
        with local_copy(row.blob) as path:
            found = _found_in(path, row.blob.media_type)
    except (subprocess.SubprocessError, ValueError) as error:
        return _give_up(row, type(error).__name__)
    except FileDamaged:  # once it was put back it is a new file
        CLAIM.held(row).delete()
        return False
    except (OSError, StoreAway) as trouble:
        if not (isinstance(trouble, StoreAway) or is_no_room(trouble)):
            raise
        log.warning("text of file %s waits: %s", row.blob_id, trouble)
        CLAIM.held(row).update(attempts=0)  # tried again when the lease has run out
        return False
    return _keep(row, found)


def _found_in(path: Path, media_type: str) -> dict[str, Any]:
    """What the extractor reads, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program, and a path we made ourselves
        [sys.executable, "-I", EXTRACTOR, str(path), media_type, ocr_program()],
        capture_output=True,
        timeout=CHILD_SECONDS,
        check=True,
        env={},
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _give_up(row: BlobText, reason: str) -> bool:
    """A file that cannot be read is found by its name alone; nobody need do anything."""
    if CLAIM.let_go(row, TextState.FAILED, read_at=clock.now()):
        log.warning("text of file %s was not read: %s", row.blob_id, reason)
    return False


@transaction.atomic
def _keep(row: BlobText, found: dict[str, Any]) -> bool:
    """The text and the end of the claim together; nothing for who lost the claim."""
    state = TextState.SCAN if found["is_scan"] else TextState.READY
    facts = {"has_pages": found["has_pages"], "is_cut": found["is_cut"], "read_at": clock.now()}
    if not CLAIM.let_go(row, state, **facts):
        return False
    TextPart.objects.filter(text=row).delete()
    TextPart.objects.bulk_create(
        (TextPart(text=row, office_id=row.blob.office_id, **part) for part in found["parts"]),
        batch_size=BATCH,
    )
    return True
