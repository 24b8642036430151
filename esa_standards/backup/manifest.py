"""What a backup holds: every file of it with length and SHA-256, and from which database.

Written last, into a folder that gets its name only when it is whole.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

NAME, FORMAT = "manifest.json", 1
PIECE = 1024 * 1024


class BackupRefused(Exception):
    """A backup that cannot be made, or must not be brought back; says why."""


@dataclass(frozen=True)
class Entry:
    """One file of the backup."""

    path: str  # below the backup's folder, and below DATA_DIR unless it is the database's
    size: int
    sha256: str


@dataclass
class Manifest:
    """The whole list."""

    taken_at: str
    vendor: str  # sqlite or postgresql
    migrations: list[tuple[str, str]]
    database: list[Entry] = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)  # were missing or changed on the site
    heads: list[str] = field(default_factory=list)  # of the offices' histories
    key: str = ""  # the name of the key that these were written under
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Put it into the folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The list of a backup; refused when there is none or it is of another kind."""
    try:
        data: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise BackupRefused(f"{folder} was made by another version of this command.")
        lists = {name: [Entry(**row) for row in data[name]] for name in ("database", "files")}
        datetime.fromisoformat(data["taken_at"])
        data["migrations"] = [(app, name) for app, name in data["migrations"]]
        if not lists["database"]:
            raise BackupRefused(f"{folder} is no backup: its {NAME} names no database.")
        return Manifest(**(data | lists))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{folder} is no backup: it has no readable {NAME}.") from error


def copy_hashed(source: Path, target: Path) -> Entry:
    """Copy a file; its path in the entry is only its name."""
    with source.open("rb") as reading:
        return write_hashed(reading, target)


def write_hashed(reading: BinaryIO, target: Path) -> Entry:
    """As ``copy_hashed``, of an open file."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as writing:
        for piece in _pieces(reading):
            digest.update(piece)
            size += writing.write(piece)
    return Entry(target.name, size, digest.hexdigest())


def entry_of(folder: Path, path: str) -> Entry:
    """The entry of a file that lies in the folder."""
    digest, size = hashlib.sha256(), 0
    with (folder / path).open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
            size += len(piece)
    return Entry(path, size, digest.hexdigest())


def wrong_in(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Every file of the list that is not in the folder as it was written."""
    for entry in (*manifest.database, *manifest.files):
        try:
            if not _is_below(folder, entry.path) or entry_of(folder, entry.path) != entry:
                yield entry.path
        except (OSError, ValueError):  # ValueError: a name that no disk holds
            yield entry.path


def _is_below(folder: Path, path: str) -> bool:
    return (folder / path).resolve().is_relative_to(folder.resolve())


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
