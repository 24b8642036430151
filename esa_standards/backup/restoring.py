"""Bringing a backup back: everything is verified before anything of the site is touched.

Files wait under a name of their own until the database is ready beside them. From the first one
that takes its name to the last, ``UNFINISHED`` lies in the data folder: a site on which a restore
was cut off starts no more until it was given again.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from core import clock
from core.files import BEGUN, write_whole
from core.history import first_broken
from core.history.keeping import KeyLost, keep_key
from core.history.key import key_file, key_file_at, name_of, read_key
from esa_standards.backup import UNFINISHED, databases, is_unfinished
from esa_standards.backup.manifest import (
    BackupRefused,
    Manifest,
    copy_hashed,
    read_manifest,
    wrong_in,
)
from esa_standards.backup.taking import KEY
from notifications.hold import hold_outbox, waiting_count
from people.models import Office

SHOWN = 5  # names of damaged files in one sentence
FOLDERS = ("blobs", "documents")


@dataclass
class Restored:
    """What came back."""

    manifest: Manifest
    waiting: int = 0  # messages that are held
    broken: list[str] = field(default_factory=list)  # histories that do not follow
    aside: list[str] = field(default_factory=list)  # what was there before, under its new name


def bring_back(source: Path, *, replace: bool = False) -> Restored:
    """Restore ``source`` into this site's database and data folder, with the outbox held.

    Refused, with nothing changed, when the backup is damaged, of another kind of database or of a
    later version, or when somebody's data lies here and ``replace`` was not said.
    """
    if source.resolve().name.startswith(BEGUN):
        raise BackupRefused(f"{source} is the rest of a backup that was cut off: take a whole one.")
    manifest = read_manifest(source)
    if manifest.vendor != connection.vendor:
        raise BackupRefused(
            f"This backup is of {manifest.vendor}, this site's database is {connection.vendor}."
        )
    databases.require_known(manifest.migrations)
    _require_room_here(replace)
    if wrong := list(wrong_in(source, manifest)):
        names = ", ".join(wrong[:SHOWN])
        raise BackupRefused(f"{len(wrong)} files of the backup are missing or changed: {names}")
    _require_space(manifest)
    _require_key(source, manifest)
    return _bring(source, manifest, replace=replace or is_unfinished())


def _bring(source: Path, manifest: Manifest, *, replace: bool) -> Restored:
    done = Restored(manifest)
    stage = settings.DATA_DIR / f"{BEGUN}restored"

    def place() -> None:
        write_whole(settings.DATA_DIR / UNFINISHED, f"{source}\n".encode())
        done.aside = _put_aside(stage, everything=replace)
        _name_files(stage)

    try:
        _copy_files(source, manifest, stage)
        with key_file_at(stage / KEY if (stage / KEY).exists() else key_file()):
            _load_database(source, manifest, lambda: _finish(done, manifest), place)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    (settings.DATA_DIR / UNFINISHED).unlink()
    return done


def _require_room_here(replace: bool) -> None:
    filled = [name for name in FOLDERS if _holds_files(settings.DATA_DIR / name)]
    if not databases.is_empty():
        filled.append("the database")
    elif is_unfinished():
        return  # what lies here is what a restore brought, and it is put aside all the same
    if filled and not replace:
        raise BackupRefused(
            f"Data is here already ({', '.join(filled)}). Restore into an empty database and "
            "DATA_DIR, or say --replace."
        )


def _holds_files(folder: Path) -> bool:
    hidden = (".lock", BEGUN)
    return any(p.is_file() and not p.name.startswith(hidden) for p in folder.rglob("*"))


def _require_space(manifest: Manifest) -> None:
    """Everything lies twice on the data folder's disk for a moment, or beside what is there."""
    folder = settings.DATA_DIR
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    needed = sum(entry.size for entry in manifest.files)
    if connection.vendor == "sqlite":
        needed += sum(entry.size for entry in manifest.database)
    if (free := shutil.disk_usage(existing).free) < needed:
        raise BackupRefused(
            f"The backup needs {needed / 1e6:.1f} MB, the disk of DATA_DIR has {free / 1e6:.1f} MB "
            "free. Nothing was changed."
        )


def _require_key(source: Path, manifest: Manifest) -> None:
    """Without the history's key the site could not start, and with another one neither."""
    brought = any(entry.path == KEY for entry in manifest.files)
    with key_file_at(source / KEY if brought else key_file()):
        key = read_key()
    if not key:
        raise BackupRefused(
            "This backup holds no history.key: put it into DATA_DIR, or set HISTORY_KEY, first."
        )
    if manifest.key in ("", name_of(key)):
        return
    if settings.HISTORY_KEY:
        other = " or, with HISTORY_KEY unset, its history.key is taken" if brought else ""
        said = (
            f"HISTORY_KEY is another one: set it to the key of the site that was backed up{other}"
        )
    elif brought:
        said = "its history.key is another one: set HISTORY_KEY, as on the site that was backed up"
    else:
        said = "the history.key here is another one: put that of the site that was backed up here"
    raise BackupRefused(
        f"The history of this backup was written under the key {manifest.key}, and {said}. "
        "Nothing was changed."
    )


def _copy_files(source: Path, manifest: Manifest, stage: Path) -> None:
    """Onto the disk of the data folder, hashed once more on the way."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o750, parents=True)
    for entry in manifest.files:
        copied = copy_hashed(source / entry.path, stage / entry.path)
        if copied.sha256 != entry.sha256:
            raise BackupRefused(f"{entry.path} changed while it was read; nothing was restored.")
        (stage / entry.path).chmod(0o600 if entry.path == KEY else 0o640)
    os.sync()


def _name_files(stage: Path) -> None:
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            place = settings.DATA_DIR / path.relative_to(stage)
            place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            path.replace(place)


def _put_aside(stage: Path, *, everything: bool) -> list[str]:
    """What is replaced is kept under another name; PostgreSQL's tables are dropped.

    Without ``everything`` that is another key alone: it may be that of a database elsewhere.
    """
    stamp, data = f"{clock.now():%Y%m%d-%H%M%S}", settings.DATA_DIR
    paths = []
    if (stage / KEY).exists() and (data / KEY).exists():
        if (stage / KEY).read_bytes() != (data / KEY).read_bytes():
            paths.append(data / KEY)
    if everything:
        paths += [data / name for name in FOLDERS]
        if connection.vendor == "sqlite":
            database = Path(connection.settings_dict["NAME"])
            paths += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    return [_rename(path, f"{path.name}.replaced-{stamp}") for path in paths if path.exists()]


def _rename(path: Path, name: str) -> str:
    while path.with_name(name).exists():  # two restores within one second
        name += "+"
    path.rename(path.with_name(name))
    return name


def _load_database(
    source: Path, manifest: Manifest, finish: Callable[[], None], place: Callable[[], None]
) -> None:
    files = [source / entry.path for entry in manifest.database]
    if connection.vendor == "sqlite":
        databases.load_sqlite(files[0], finish, place)
    else:
        databases.load_postgres(files, manifest.migrations, finish, place)


def _finish(done: Restored, manifest: Manifest) -> None:
    """Before anybody sees the database: up to date, nothing to be sent, its history checked."""
    try:
        keep_key(connection)
    except KeyLost as lost:
        raise BackupRefused(str(lost)) from lost
    databases.bring_up_to_date()
    hold_outbox(taken_at=datetime.fromisoformat(manifest.taken_at))
    done.waiting = waiting_count()
    for office in Office.objects.order_by("code"):
        if number := first_broken(office):
            done.broken.append(f"{office.code}: the history is broken at row {number}")
