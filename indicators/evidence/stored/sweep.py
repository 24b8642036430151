"""Putting the folder of files in order: leftovers go, damage is found."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import CASCADE, Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from core import clock
from core.files import BEGUN, may_remove, time_there
from core.files.pieces import Digests, digests_of
from core.files.temporary import (
    LEFTOVER_AFTER,
    remove_older,
    sweep_temporaries,
    temporary_folder,
)
from indicators.evidence.blobs import folder_held, path_of
from indicators.evidence.pictures.previews import preview_root, remove_preview
from indicators.evidence.stored.damage import report_damage
from indicators.evidence.tus.uploads import sweep_uploads
from indicators.models import Blob


def sweep() -> tuple[int, int]:
    """Remove temporaries and unreferenced blobs older than a day: ``(temporaries, blobs)``.

    Files bear the time of their file system and rows that of ``core.clock``, which a
    demonstration shifts: each is compared with its own. While a backup runs nothing is removed.
    """
    with may_remove(settings.DATA_DIR) as free:
        return _sweep() if free else (0, 0)


def _sweep() -> tuple[int, int]:
    before = time_there(temporary_folder()) - LEFTOVER_AFTER.total_seconds()
    rows_before = clock.now() - LEFTOVER_AFTER
    temporaries = sweep_temporaries() + sweep_uploads()
    blobs = 0
    if not settings.BLOB_ROOT.is_dir():
        return temporaries, 0
    for folder in settings.BLOB_ROOT.iterdir():
        if folder.is_dir() and folder.name.isdecimal():
            blobs += _sweep_rows(int(folder.name), rows_before) + _sweep_files(folder, before)
            temporaries += _sweep_previews(int(folder.name), before)
    return temporaries, blobs


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
            path_of(blob).unlink(missing_ok=True)
            remove_preview(blob)
    return len(gone)


def _sweep_files(folder: Path, before: float) -> int:
    """Files without a row: a crash came between renaming and writing the row."""
    with folder_held(int(folder.name)):
        known = set(Blob.objects.filter(office=int(folder.name)).values_list("sha256", flat=True))
        strays = [p for p in folder.iterdir() if len(p.name) == 64 and p.name not in known]
        begun = sum(remove_older(path, before) for path in folder.glob(f"{BEGUN}*"))
        return begun + sum(remove_older(path, before) for path in strays)


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
    """Hash one file anew; whether it is what it was. Its digests are kept, damage is reported."""
    found = _digests(path_of(blob))
    if found is None or found.sha256 != blob.sha256:
        report_damage(blob, at=at)
        return False
    known = (blob.damaged_at, blob.pieces, blob.crc32)
    blob.damaged_at, blob.pieces, blob.crc32 = None, found.pieces, found.crc32
    if known != (blob.damaged_at, blob.pieces, blob.crc32):
        facts = {"damaged_at": None, "pieces": found.pieces, "crc32": found.crc32}
        Blob.objects.filter(pk=blob.pk).update(**facts)
    return True


def _digests(path: Path) -> Digests | None:
    try:
        with path.open("rb") as file:
            return digests_of(file)
    except OSError:
        return None
