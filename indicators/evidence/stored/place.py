"""Which store holds the files of this site: the data folder, or S3 where the settings name one."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from core.files.stores import FileStore
from core.files.stores.disk import DiskStore

if TYPE_CHECKING:
    from core.files.stores.s3 import S3Store


def evidence_store() -> FileStore:
    """The store of this site."""
    return s3_store() if settings.EVIDENCE_S3_BUCKET else disk_store()


def disk_store() -> DiskStore:
    """The data folder's, also where S3 is named: what is there still is read from there."""
    return DiskStore(Path(settings.BLOB_ROOT))


def s3_store(*, seconds: float | None = None) -> "S3Store":
    """The bucket that the settings name; ``seconds`` it may take to answer."""
    facts = (
        settings.EVIDENCE_S3_BUCKET,
        settings.EVIDENCE_S3_ENDPOINT,
        settings.EVIDENCE_S3_REGION,
        settings.EVIDENCE_S3_ACCESS_KEY,
        settings.EVIDENCE_S3_SECRET_KEY,
    )
    return _s3_store(facts, Path(settings.BLOB_ROOT), seconds)


@lru_cache(maxsize=4)
def _s3_store(facts: tuple[str, ...], root: Path, seconds: float | None) -> "S3Store":
    # A site on its own disk does not wait for boto3, which takes a quarter of a second.
    from core.files.stores import s3  # noqa: PLC0415

    limits = {} if seconds is None else {"seconds": seconds}
    return s3.S3Store(s3.S3Place(*facts), DiskStore(root), **limits)


def key_of(office_id: int, sha256: str) -> str:
    """Under which key the office's bytes of that hash lie, or would."""
    return f"{office_id}/{sha256}"
