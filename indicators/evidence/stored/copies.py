"""A path of this disk for programs that read no other: LibreOffice, Tesseract, pypdfium2."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.files.pieces import PIECE
from core.files.stores import copy_of
from indicators.evidence.blobs import open_blob
from indicators.evidence.stored.place import evidence_store, key_of
from indicators.models import Blob


@contextmanager
def local_copy(blob: Blob, *, checked: bool = False) -> Iterator[Path]:
    """The file itself where it lies on this disk, else a copy that goes with the block.

    A copy is compared with its digests while it comes, the file itself only when ``checked``.
    Raises as ``open_blob`` does.
    """
    here = evidence_store().path(key_of(blob.office_id, blob.sha256))
    if here is None:
        with open_blob(blob) as whole, copy_of(whole) as path:
            yield path
        return
    if checked:
        with open_blob(blob) as whole:
            while whole.read(PIECE):
                pass
    yield here
