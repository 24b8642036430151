"""Where bytes that are whole lie for years: on this disk, or in a store that speaks S3.

A file is put once under its key (``<office>/<SHA-256>``) and never changed. Nothing but this
interface knows where it is; what is not whole yet lies on this disk in either case.
"""

import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.utils.translation import gettext as _

from core.files.pieces import PIECE, Digests
from core.files.temporary import temporary_folder
from core.refusals import Refused


class StoreAway(Refused):
    """The store does not answer, or not as it must. It says nothing about any file.

    ``reason`` is for the log and for who runs the server, never for a page.
    """

    status = 503

    def __init__(self, reason: str = "", *, code: str = "silent") -> None:
        super().__init__(
            _(
                "The storage of files does not answer just now. Nothing is lost: please try again "
                "in a few minutes, and tell your administrator if it goes on like this."
            )
        )
        self.reason, self.code = reason, code

    def __str__(self) -> str:
        return self.reason or super().__str__()


class Opened(NamedTuple):
    """A stored file to be read from anywhere in it, and how long it is."""

    file: BinaryIO
    size: int


class FileStore(Protocol):
    """What each store can do. ``FileNotFoundError`` means gone, ``StoreAway`` means not known."""

    def send(self, source: Path, key: str, written: Digests) -> None:
        """Bring a whole file over a network, and compare what is there then; may take minutes.

        Nobody is held off meanwhile, and the file counts only after ``settle``.
        """

    def settle(self, source: Path, key: str, written: Digests) -> None:
        """Give it its last name, quickly, while the caller holds off who removes files.

        ``source`` may be gone afterwards. The same bytes take the place of damaged ones.
        """

    def open(self, key: str) -> Opened:
        """Open for reading; no more of it is in memory than is read at once."""

    def path(self, key: str) -> Path | None:
        """Where on this disk the bytes lie; None when they have to be fetched."""

    def local_copy(self, key: str) -> AbstractContextManager[Path]:
        """The bytes as a file of this disk: the very file, or a copy that goes with the block."""

    def sizes(self, folder: str, names: Collection[str]) -> dict[str, int | None]:
        """How long those of the names are that are there; None for one that cannot be read."""

    def delete(self, key: str) -> None:
        """Remove it, if it is there."""

    def remove_strays(self, folder: str, known: Collection[str], seconds: float) -> int:
        """Remove what nobody knows and is older than that by the store's own clock: how many."""


@contextmanager
def copy_of(file: BinaryIO) -> Iterator[Path]:
    """What an open file holds from where it stands, as a file that goes with the block."""
    path = temporary_folder() / secrets.token_hex(16)
    try:
        with path.open("xb") as copy:
            shutil.copyfileobj(file, copy, PIECE)
        path.chmod(0o640)
        yield path
    finally:
        path.unlink(missing_ok=True)
