"""Bringing the files of a site from its disk into a bucket, or back, while it works.

Each is hashed on its way and again where it arrived; only then does it go where it was. Whatever
is cut off goes on where it stopped, because what is there already is not brought again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from core.files import removal_paused
from core.files.pieces import digests_of
from core.files.stores import FileStore
from indicators.evidence.blobs import folder_held
from indicators.evidence.stored.place import disk_store, key_of, s3_store
from indicators.models import Blob

Say = Callable[[str], None]


@dataclass
class Moved:
    """What came of it."""

    brought: int = 0
    size: int = 0
    already: int = 0
    damaged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = f"{self.brought} files ({self.size / 1024**2:.1f} MB) were brought"
        return f"{counted}, {self.already} were there already, {len(self.damaged)} are damaged"


def move_to_s3(say: Say) -> Moved:
    """From this disk into the bucket; each file leaves the disk when it is whole there."""
    here, there = disk_store(), s3_store()
    there.require_bucket()

    def needs(key: str) -> bool:
        return (here.root / key).exists()

    return _move(here, there, needs, say)


def move_to_disk(say: Say) -> Moved:
    """Out of the bucket onto this disk, which is read first from then on; the bucket keeps its."""
    here, there = disk_store(), s3_store()
    there.require_bucket()

    def needs(key: str) -> bool:
        return not (here.root / key).exists()

    return _move(there, here, needs, say)


def _move(source: FileStore, target: FileStore, needs: Callable[[str], bool], say: Say) -> Moved:
    """Every file that a row knows; what nobody knows is left to the sweeper."""
    moved = Moved()
    with removal_paused(settings.DATA_DIR):
        rows = Blob.objects.order_by("pk").only("office_id", "sha256", "size")
        for blob in rows.iterator(chunk_size=200):
            key = key_of(blob.office_id, blob.sha256)
            if not needs(key):
                moved.already += 1
            elif _brought(source, target, key, blob):
                moved.brought, moved.size = moved.brought + 1, moved.size + blob.size
            else:
                moved.damaged.append(key)
                say(f"damaged or missing, left where it is: {key}")
    return moved


def _brought(source: FileStore, target: FileStore, key: str, blob: Blob) -> bool:
    """One file; False for one that is not what was stored."""
    try:
        with source.local_copy(key) as copy:
            with copy.open("rb") as whole:
                found = digests_of(whole)
            if found.sha256 != blob.sha256:
                return False
            target.send(copy, key, found)
            with folder_held(blob.office_id):
                target.settle(copy, key, found)
    except FileNotFoundError:
        return False
    return True
