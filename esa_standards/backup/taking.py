"""Making a backup: the database at one moment, then the files that it speaks of."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection

from core import clock
from core.files import BEGUN, removal_paused
from core.files.stores import StoreAway
from core.history.heads import HistoryHead
from core.history.key import name_of, read_key
from core.models import Event
from esa_standards.backup import databases
from esa_standards.backup.manifest import (
    BackupRefused,
    Entry,
    Manifest,
    copy_hashed,
    entry_of,
    write_hashed,
)
from indicators.evidence.stored.place import evidence_store
from indicators.models import Blob
from reports.models import Document
from reports.states import DocumentState

KEY = "history.key"
# Beside what the database speaks of; neither is a secret.
OTHERS = ("demo-clock", "trusted-roots")
DATABASE_FILES = "database"


def back_up(target: Path, *, with_key: bool = True) -> Manifest:
    """Write the whole site into ``target``, which is there when it is whole, or not at all."""
    target = target.absolute()  # of the folder one stands in the name
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused(f"{target} is there already: name a new folder for each backup.")
    if target.resolve().is_relative_to(settings.DATA_DIR):
        raise BackupRefused(f"{target} lies in DATA_DIR: take a folder on another disk.")
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f"{BEGUN}{target.name}-{secrets.token_hex(4)}")
    scratch.mkdir(mode=0o700)
    try:
        with removal_paused(settings.DATA_DIR):
            manifest = _write(scratch, with_key=with_key)
        manifest.write(scratch)
        os.sync()
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest


def _write(folder: Path, *, with_key: bool) -> Manifest:
    manifest = Manifest(
        taken_at=clock.now().isoformat(),
        vendor=connection.vendor,
        migrations=databases.migrations_here(),
    )
    key = read_key()
    with databases.saved(folder) as ask:
        expected = sorted(set(files_of(ask)))
        manifest.heads = heads_of(ask)
    if manifest.heads and key:
        manifest.key = name_of(key)
    names = sorted(path.name for path in (folder / DATABASE_FILES).iterdir())
    manifest.database = [entry_of(folder, f"{DATABASE_FILES}/{name}") for name in names]
    for path, sha256 in expected:
        _copy(manifest, folder, path, sha256)
    for path in sorted(_others(with_key)):
        _copy(manifest, folder, path)
    if read_key() != key:
        raise BackupRefused("The history's key was changed meanwhile: make the backup again.")
    return manifest


def files_of(ask: databases.Ask) -> Iterator[tuple[str, str]]:
    """``(path below DATA_DIR, SHA-256)`` of every file that the database speaks of."""
    blobs = settings.BLOB_ROOT.relative_to(settings.DATA_DIR)
    for office, sha256 in ask(Blob.objects.order_by().values_list("office", "sha256")):
        yield f"{blobs}/{office}/{sha256}", sha256
    documents = settings.DOCUMENT_ROOT.relative_to(settings.DATA_DIR)
    ready = Document.objects.filter(state=DocumentState.READY).order_by()
    named = ready.values_list("cycle__assessment__office__code", "sha256", "format")
    for office, sha256, extension in ask(named):
        yield f"{documents}/{office}/{sha256}.{extension}", sha256


def heads_of(ask: databases.Ask) -> list[str]:
    """The head of each office's history in this backup."""
    rows = Event.objects.filter(number=databases.last_number()).order_by("office__code")
    found = ask(rows.values_list("office__code", "number", "hash"))
    return [str(HistoryHead(code, number, full[:16])) for code, number, full in found]


def _others(with_key: bool) -> Iterator[str]:
    brings_key = with_key and not settings.HISTORY_KEY  # what lies there then is no longer it
    for name in (*OTHERS, *([KEY] if brings_key else [])):
        path = settings.DATA_DIR / name
        if path.is_dir():
            yield from (str(p.relative_to(settings.DATA_DIR)) for p in path.rglob("*.pem"))
        elif path.exists():
            yield name


def _copy(manifest: Manifest, folder: Path, path: str, sha256: str = "") -> None:
    """A file that is missing or not what the database says is named, and stops no backup."""
    try:
        entry = _copied(path, folder / path)
    except FileNotFoundError:
        manifest.damaged.append(path)
        return
    except StoreAway as away:
        raise BackupRefused(f"The store of files does not answer: {away}") from away
    if sha256 and entry.sha256 != sha256:
        (folder / path).unlink()
        manifest.damaged.append(path)
        return
    if path == KEY:
        (folder / path).chmod(0o600)
    manifest.files.append(replace(entry, path=path))


def _copied(path: str, target: Path) -> Entry:
    """Out of the data folder, or of the store that holds the files in its place."""
    blobs = f"{settings.BLOB_ROOT.relative_to(settings.DATA_DIR)}/"
    if not path.startswith(blobs):
        return copy_hashed(settings.DATA_DIR / path, target)
    with evidence_store().open(path.removeprefix(blobs)).file as reading:
        return write_hashed(reading, target)
