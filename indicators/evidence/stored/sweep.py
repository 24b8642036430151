"""Putting the folder of files in order: leftovers go, damage is found."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import CASCADE, Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from core import clock
from core.files import may_remove, time_there
from core.files.pieces import digests_of
from core.files.stores import StoreAway
from core.files.temporary import (
    LEFTOVER_AFTER,
    remove_older,
    sweep_temporaries,
    temporary_folder,
)
from indicators.evidence.blobs import folder_held
from indicators.evidence.pictures.previews import preview_root, remove_preview
from indicators.evidence.stored.damage import report_damage
from indicators.evidence.stored.place import evidence_store, key_of
from indicators.evidence.tus.uploads import sweep_uploads
from indicators.models import Blob

log = logging.getLogger(__name__)


def sweep() -> tuple[int, int]:
    """Remove temporaries and unreferenced blobs older than a day: ``(temporaries, blobs)``.

    Files bear the time of their store and rows that of ``core.clock``, which a demonstration
    shifts: each is compared with its own. While a backup runs nothing is removed, and a store that
    is away is swept an hour later.
    """
    with may_remove(settings.DATA_DIR) as free:
        return _sweep() if free else (0, 0)


def _sweep() -> tuple[int, int]:
    before = time_there(temporary_folder()) - LEFTOVER_AFTER.total_seconds()
    rows_before = clock.now() - LEFTOVER_AFTER
    temporaries = sweep_temporaries() + sweep_uploads()
    blobs = 0
    for office in sorted(_offices()):
        temporaries += _sweep_previews(office, before)
        try:
            blobs += _sweep_rows(office, rows_before) + _sweep_files(office)
        except StoreAway as away:
            log.warning("Stored files were not swept: %s", away)
            break
    return temporaries, blobs


def _offices() -> set[int]:
    """Whose folders there are, on this disk or, where that is new, elsewhere."""
    root = settings.BLOB_ROOT
    folders = root.iterdir() if root.is_dir() else ()
    here = {int(path.name) for path in folders if path.is_dir() and path.name.isdecimal()}
    return here | set(Blob.objects.order_by().values_list("office", flat=True).distinct())


def referenced() -> Q:
    """Whether any row of any app, also of those above, keeps the blob.

    A row that goes with its blob, as that of its pictures, keeps none.
    """
    anywhere = Q()
    for field in Blob._meta.get_fields(include_hidden=True):
        if getattr(field, "on_delete", None) is CASCADE:
            continue  # it goes with the blob
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
            evidence_store().delete(key_of(office_id, blob.sha256))
            remove_preview(blob)
    return len(gone)


def _sweep_files(office_id: int) -> int:
    """Files without a row: a crash came between their last name and the row."""
    with folder_held(office_id):
        known = set(Blob.objects.filter(office=office_id).values_list("sha256", flat=True))
        return evidence_store().remove_strays(str(office_id), known, LEFTOVER_AFTER.total_seconds())


def _sweep_previews(office_id: int, before: float) -> int:
    """Previews without a row: drawn while it was removed, or left behind by a crash."""
    folder = preview_root(office_id)
    if not folder.is_dir():
        return 0
    known = set(Blob.objects.filter(office=office_id).values_list("sha256", flat=True))
    strays = [path for path in folder.iterdir() if path.name.partition(".")[0] not in known]
    return sum(remove_older(path, before) for path in strays)


def check_blobs(*, at: datetime | None = None, only_damaged: bool = False) -> int:
    """Hash every file anew and mark those that no longer match; returns how many are damaged."""
    rows = Blob.objects.all()
    if only_damaged:
        rows = rows.filter(damaged_at__isnull=False)
    return sum(not whole for _blob, whole in damaged_of(rows, at=at))


def damaged_of(rows: QuerySet[Blob], *, at: datetime | None = None) -> Iterator[tuple[Blob, bool]]:
    """Hash each file anew: the blob, and whether it is whole; marked if not.

    A file that was put back is served again. Those without digests of pieces get theirs.
    """
    for blob in rows.order_by("pk").select_related("office").iterator(chunk_size=200):
        yield blob, check_blob(blob, at=at)


def check_blob(blob: Blob, *, at: datetime | None = None) -> bool:
    """Hash one file anew; whether it is what it was. Its digests are kept, damage is reported.

    Raises ``StoreAway``: a store that does not answer damages no file.
    """
    try:
        with evidence_store().open(key_of(blob.office_id, blob.sha256)).file as file:
            found = digests_of(file)
    except OSError:
        found = None
    if found is None or found.sha256 != blob.sha256:
        report_damage(blob, at=at)
        return False
    known = (blob.damaged_at, blob.pieces, blob.crc32)
    blob.damaged_at, blob.pieces, blob.crc32 = None, found.pieces, found.crc32
    if known != (blob.damaged_at, blob.pieces, blob.crc32):
        facts = {"damaged_at": None, "pieces": found.pieces, "crc32": found.crc32}
        Blob.objects.filter(pk=blob.pk).update(**facts)
    return True
