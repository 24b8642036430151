"""Bringing a backup back: everything is verified before anything of the site is touched."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from core import clock
from core.files import BEGUN
from core.history import first_broken
from core.history.keeping import KeyLost, keep_key
from esa_standards.backup import databases
from esa_standards.backup.manifest import (
    BackupRefused,
    Manifest,
    copy_hashed,
    read_manifest,
    wrong_in,
)
from esa_standards.backup.taking import DATABASE_FILES, KEY
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
    _require_key(manifest)
    done = Restored(manifest)
    stage = _copy_files(source, manifest)
    try:
        if replace:
            done.aside = _put_aside()
        _name_files(stage)
        _load_database(source, manifest, lambda: _finish(done, manifest))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return done


def _require_room_here(replace: bool) -> None:
    filled = [name for name in FOLDERS if _holds_files(settings.DATA_DIR / name)]
    if not databases.is_empty():
        filled.append("the database")
    if filled and not replace:
        raise BackupRefused(
            f"Data is here already ({', '.join(filled)}). Restore into an empty database and "
            "DATA_DIR, or say --replace."
        )


def _holds_files(folder: Path) -> bool:
    hidden = (".lock", BEGUN)
    return any(p.is_file() and not p.name.startswith(hidden) for p in folder.rglob("*"))


def _require_key(manifest: Manifest) -> None:
    """Without the history's key the site could not start."""
    brought = any(entry.path == KEY for entry in manifest.files)
    here = settings.HISTORY_KEY or Path(settings.HISTORY_KEY_PATH).exists()
    if not brought and not here:
        raise BackupRefused(
            "This backup holds no history.key: put it into DATA_DIR, or set HISTORY_KEY, first."
        )


def _copy_files(source: Path, manifest: Manifest) -> Path:
    """Onto the disk of the data folder, hashed once more on the way."""
    stage = settings.DATA_DIR / f"{BEGUN}restored"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o750, parents=True)
    for entry in manifest.files:
        copied = copy_hashed(source / entry.path, stage / entry.path)
        if copied.sha256 != entry.sha256:
            raise BackupRefused(f"{entry.path} changed while it was read; nothing was restored.")
        (stage / entry.path).chmod(0o600 if entry.path == KEY else 0o640)
    os.sync()
    return stage


def _name_files(stage: Path) -> None:
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            place = settings.DATA_DIR / path.relative_to(stage)
            place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            path.replace(place)


def _put_aside() -> list[str]:
    """What --replace replaces is kept under another name; PostgreSQL's tables are dropped."""
    stamp = f"{clock.now():%Y%m%d-%H%M%S}"
    names = [*FOLDERS]
    connection.close()
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        names += [database.name + ending for ending in ("", "-wal", "-shm")]
    moved = []
    for name in names:
        path = settings.DATA_DIR / name
        if name not in FOLDERS:
            path = Path(connection.settings_dict["NAME"]).with_name(name)
        if path.exists():
            moved.append(f"{name}.replaced-{stamp}")
            path.rename(path.with_name(moved[-1]))
    return moved


def _load_database(source: Path, manifest: Manifest, finish: Callable[[], None]) -> None:
    folder = source / DATABASE_FILES
    if connection.vendor == "sqlite":
        databases.load_sqlite(folder / databases.SQLITE_FILE, finish)
    else:
        databases.load_postgres(folder, manifest.migrations, finish)


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
