"""Files on this disk, or on a drive that it shows as its own: no copies, no waiting."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.files import BEGUN, settle, time_there
from core.files.pieces import Digests
from core.files.stores import Opened
from core.files.temporary import remove_older

DIGITS = 64  # of the name of a file, its SHA-256


@dataclass(frozen=True)
class DiskStore:
    """``root/<key>``."""

    root: Path

    def send(self, source: Path, key: str, written: Digests) -> None:
        """Nothing: renaming takes no time."""

    def settle(self, source: Path, key: str, written: Digests) -> None:
        """Rename and flush the folder."""
        settle(source, self.root / key)

    def open(self, key: str) -> Opened:
        file = (self.root / key).open("rb")
        return Opened(file, os.fstat(file.fileno()).st_size)

    def path(self, key: str) -> Path | None:
        return self.root / key

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """The file itself, which nobody changes."""
        yield self.root / key

    def sizes(self, folder: str, names: Collection[str]) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for name in names:
            try:
                found[name] = (self.root / folder / name).stat().st_size
            except FileNotFoundError:
                continue
            except OSError:
                found[name] = None
        return found

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def remove_strays(self, folder: str, known: Collection[str], seconds: float) -> int:
        """Also what a killed process began to copy here."""
        place = self.root / folder
        before = time_there(place) - seconds
        begun = sum(remove_older(path, before) for path in place.glob(f"{BEGUN}*"))
        strays = [p for p in place.iterdir() if len(p.name) == DIGITS and p.name not in known]
        return begun + sum(remove_older(path, before) for path in strays)
