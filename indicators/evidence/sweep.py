"""Putting the folder of files in order: leftovers go, damage is found."""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q

from core import clock
from core.files import may_remove, time_there
from indicators.evidence.blobs import CHUNK, folder_held, path_of, temporary_folder
from indicators.evidence.previews import preview_path
from indicators.models import Blob

LEFTOVER_AFTER = timedelta(days=1)
logger = logging.getLogger(__name__)


def sweep() -> tuple[int, int]:
    """Remove temporaries and unreferenced blobs older than a day: ``(temporaries, blobs)``.

    Files bear the time of their file system and rows that of ``core.clock``, which a
    demonstration shifts: each is compared with its own. While a backup runs nothing is removed.
    """
    with may_remove(settings.DATA_DIR) as free:
        return _sweep() if free else (0, 0)


def _sweep() -> tuple[int, int]:
    waiting = temporary_folder()
    before = time_there(waiting) - LEFTOVER_AFTER.total_seconds()
    rows_before = clock.now() - LEFTOVER_AFTER
    temporaries = sum(_remove(path, before) for path in waiting.iterdir())
    blobs = 0
    for folder in settings.BLOB_ROOT.iterdir():
        if folder.is_dir() and folder.name.isdecimal():
            blobs += _sweep_rows(int(folder.name), rows_before) + _sweep_files(folder, before)
    return temporaries, blobs


def _remove(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    except FileNotFoundError:  # another sweep, or the upload itself, was faster
        return False
    return True


def referenced() -> Q:
    """Whether any row of any app, also of those above, points to the blob."""
    anywhere = Q()
    for field in Blob._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and isinstance(field.related_model, type):
            manager = field.related_model._base_manager
            rows = manager.filter(**{field.field.name: OuterRef("pk")})
            anywhere |= Q(Exists(rows))
    return anywhere


def _sweep_rows(office_id: int, before: datetime) -> int:
    """Rows whose form never got finished. A blob that was stored again meanwhile is young."""
    with folder_held(office_id):
        idle = Blob.objects.filter(~referenced(), office=office_id, created_at__lt=before)
        gone = list(idle)
        for blob in gone:
            blob.delete()
            path_of(blob).unlink(missing_ok=True)
            preview_path(blob).unlink(missing_ok=True)
    return len(gone)


def _sweep_files(folder: Path, before: float) -> int:
    """Files without a row: a crash came between renaming and writing the row."""
    with folder_held(int(folder.name)):
        known = set(Blob.objects.filter(office=int(folder.name)).values_list("sha256", flat=True))
        strays = [p for p in folder.iterdir() if len(p.name) == 64 and p.name not in known]
        return sum(_remove(path, before) for path in strays)


def check_blobs(*, at: datetime | None = None) -> int:
    """Hash every file anew and mark those that no longer match; returns how many are damaged."""
    at = at or clock.now()
    damaged = 0
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=200):
        if _hash_of(path_of(blob)) == blob.sha256:
            continue
        damaged += 1
        Blob.objects.filter(pk=blob.pk, damaged_at__isnull=True).update(damaged_at=at)
        logger.error("File %s of office %s is missing or damaged.", blob.sha256, blob.office_id)
    return damaged


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()
