"""A drill: a site is backed up while people work, brought back elsewhere, and says nothing."""

import hashlib
import json
import shutil
import stat
import subprocess
import sys
from dataclasses import asdict
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core.files import may_remove, removal_paused
from esa_standards.backup.manifest import BackupRefused, Entry, Manifest, read_manifest, wrong_in
from esa_standards.backup.restoring import Restored
from esa_standards.management.commands import restore
from tests.core.disks import small_disk
from tests.database.fresh import empty_database, migrated_database
from tests.esa_standards.site_at_work import Site


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_drill(tmp_path):
    with (
        migrated_database(_folder(tmp_path / "one")) as one,
        elsewhere(_folder(tmp_path / "two")) as two,
        Site(one, tmp_path / "one") as site,
        Site(two, tmp_path / "two") as other,
    ):
        backup = tmp_path / "backup"
        site.manage("migrate", "--fake", "-v0")
        site.ask("found")
        with site.people_at_work():
            said = site.by_itself("backup", backup)
        before = site.facts()
        assert "Not in the backup: SECRET_KEY" in said
        assert stat.S_IMODE(backup.stat().st_mode) == 0o700
        assert "is there already" in site.refuses("backup", backup)
        assert "lies in DATA_DIR" in site.refuses("backup", site.folder / "below")
        _goes_elsewhere(backup, other, site, before)


def elsewhere(folder):
    """No database yet; PostgreSQL's has tables, which no migration of ours made."""
    sqlite = connection.vendor == "sqlite"
    return (empty_database if sqlite else migrated_database)(folder, "second")


def _folder(path):
    path.mkdir()
    return path


def _goes_elsewhere(backup, other, site, before):
    damaged = backup.with_name("damaged")
    shutil.copytree(backup, damaged)
    some = next((damaged / "documents").rglob("*.pdf"))
    some.write_bytes(some.read_bytes()[:-1] + b"!")
    assert "1 files of the backup are missing or changed: documents/" in other.refuses(
        "restore", damaged
    )
    assert not (other.folder / "documents").exists()

    there = sorted(other.folder.rglob("*"))
    with pytest.raises(AssertionError, match="HISTORY_KEY is another one: set it to the key of"):
        other.by_itself("restore", backup, HISTORY_KEY="z" * 50)
    assert sorted(other.folder.rglob("*")) == there

    said = other.by_itself("restore", backup)
    assert "10 messages are held" in said
    after = other.facts()
    assert 3 <= len(after["files"]) <= len(before["files"])
    for path, sha256 in after["files"].items():
        data = (other.folder / path).read_bytes()
        assert data == (site.folder / path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256
    assert (after["broken"], after["guards"]) == ([], [])
    assert 0 < after["rows"] <= before["rows"]
    assert f"head {read_manifest(backup).heads[0]}" in other.manage("audit_verify")

    # Nothing is sent until somebody decided, however often the worker comes by.
    assert after["well"] is False
    for _time in range(2):
        assert " 0 sent" in other.manage("sweep")
    assert other.facts()["states"][:10] == ["waiting"] * 10
    assert "Data is here already" in other.refuses("restore", backup)
    assert "10 messages released" in other.manage("outbox_release")
    assert " 0 sent" not in other.manage("sweep")
    assert other.facts()["well"] is True

    # With --replace it takes the place of what is there, which is put aside; now all is dropped.
    said = other.manage("restore", backup, "--replace")
    assert "Put aside: documents.replaced-" in said
    assert "10 messages dropped" in other.manage("outbox_release", "--drop")
    after = other.facts()
    assert after["states"][:10] == ["dropped"] * 10
    assert (after["broken"], after["guards"]) == ([], [])
    assert " 0 sent" in other.manage("sweep")
    assert "Nothing is held" in other.refuses("outbox_release")


# -- whole or absent ------------------------------------------------------------------
@pytest.fixture
def listed(tmp_path):
    """A backup of two files."""
    folder = tmp_path / "backup"
    (folder / "database").mkdir(parents=True)
    entries = []
    for path, data in (("database/esa.sqlite3", b"rows"), ("history.key", b"key")):
        (folder / path).write_bytes(data)
        entries.append(Entry(path, len(data), hashlib.sha256(data).hexdigest()))
    manifest = Manifest("2026-01-01T00:00:00+00:00", "sqlite", [("people", "0001_initial")])
    manifest.database, manifest.files = entries[:1], entries[1:]
    manifest.write(folder)
    return folder


def test_a_manifest_is_read_as_it_was_written(listed):
    manifest = read_manifest(listed)
    assert list(wrong_in(listed, manifest)) == []
    assert manifest.migrations == [("people", "0001_initial")]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: path.write_bytes(b"ROWS"),
    ],
    ids=["missing", "longer", "changed"],
)
@pytest.mark.parametrize("name", ["database/esa.sqlite3", "history.key"])
def test_every_hash_is_asked_for(listed, spoil, name):
    spoil(listed / name)
    assert list(wrong_in(listed, read_manifest(listed))) == [name]


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "database/../../outside"])
def test_no_file_outside_the_backup_is_read(listed, path):
    (listed.parent / "outside").write_bytes(b"secret")
    manifest = read_manifest(listed)
    manifest.files = [Entry(path, 6, hashlib.sha256(b"secret").hexdigest())]
    assert list(wrong_in(listed, manifest)) == [path]


def test_a_name_that_no_disk_holds_is_missing(listed):
    rewrite(listed, files=[asdict(Entry("blobs/a\0b", 1, "0" * 64))])
    assert list(wrong_in(listed, read_manifest(listed))) == ["blobs/a\0b"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "taken_at": ""}'])
def test_a_folder_without_a_whole_manifest_is_no_backup(listed, text):
    (listed / "manifest.json").write_text(text)
    with pytest.raises(BackupRefused):
        read_manifest(listed)
    (listed / "manifest.json").unlink()
    with pytest.raises(BackupRefused, match="is no backup"):
        read_manifest(listed)


def _wrong_key(folder, settings):
    settings.HISTORY_KEY = "z" * 50


def _no_key(folder, settings):
    settings.HISTORY_KEY, settings.HISTORY_KEY_PATH = "", folder / "none"
    rewrite(folder, files=[])


def _of_yesterday(folder, settings):
    (settings.DATA_DIR / "blobs").mkdir()
    (settings.DATA_DIR / "blobs" / "1").write_bytes(b"somebody's")


def rewrite(folder, **change):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder, _s: rewrite(folder, vendor="oracle"), "This backup is of oracle"),
        (
            lambda folder, _s: rewrite(folder, migrations=[["people", "0999_later"]]),
            "of a later version of the program",
        ),
        (_wrong_key, "HISTORY_KEY is another one: set it to the key of the site .* is taken"),
        (_no_key, "put it into DATA_DIR, or set HISTORY_KEY"),
        (_of_yesterday, r"Data is here already \(blobs\)"),
        (lambda folder, _s: (folder / "manifest.json").write_text('{"format": 1'), "is no backup"),
        (lambda folder, _s: rewrite(folder, taken_at="yesterday"), "is no backup"),
        (lambda folder, _s: rewrite(folder, database=[]), "names no database"),
        (lambda folder, _s: (folder / "history.key").unlink(), "missing or changed: history.key"),
        (lambda folder, _s: shutil.rmtree(folder / "database"), "missing or changed: database/"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(listed, settings, tmp_path, spoil, said):
    settings.DATA_DIR = _folder(tmp_path / "site")
    rewrite(listed, vendor=connection.vendor, migrations=[], key="5f1dcfd7a6a1a9e0")
    spoil(listed, settings)
    there = sorted(settings.DATA_DIR.rglob("*"))
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(listed))
    assert sorted(settings.DATA_DIR.rglob("*")) == there


@pytest.mark.django_db
def test_a_restore_without_room_is_refused_before_it_begins(listed, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "small"
    (listed / "blob").write_bytes(b"x" * 2_000_000)
    blob = Entry("blob", 2_000_000, hashlib.sha256(b"x" * 2_000_000).hexdigest())
    files = [asdict(entry) for entry in (blob, *read_manifest(listed).files)]
    rewrite(listed, vendor=connection.vendor, migrations=[], files=files)
    with small_disk(settings.DATA_DIR):
        with pytest.raises(CommandError, match=r"needs 2\.0 MB, the disk of DATA_DIR has [01]\."):
            call_command("restore", str(listed))
        assert list(settings.DATA_DIR.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite copies nothing mid-transaction")
@pytest.mark.parametrize("there", [True, False])
def test_a_backup_that_fails_leaves_nothing(settings, tmp_path, there):
    settings.DATA_DIR, disk = _folder(tmp_path / "site"), tmp_path / "disk"
    if there:
        (disk / "monday").mkdir(parents=True)
    with pytest.raises(CommandError, match="VACUUM"):
        call_command("backup", str(disk / "monday"))
    assert [path.name for path in disk.iterdir()] == ["monday"] * there


# -- meanwhile ------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite copies nothing mid-transaction")
def test_the_empty_folder_one_stands_in_may_take_a_backup(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = _folder(tmp_path / "site")
    monkeypatch.chdir(_folder(tmp_path / "monday"))
    with pytest.raises(CommandError, match="VACUUM"):  # it begins, and leaves nothing
        call_command("backup", ".")
    assert list(tmp_path.glob("*/*")) == [settings.DATA_DIR / "backup.lock"]


def test_nothing_is_swept_while_a_backup_runs(tmp_path):
    with removal_paused(tmp_path):
        with removal_paused(tmp_path), may_remove(tmp_path) as free:
            assert free is False
        with may_remove(tmp_path) as free:
            assert free is False
    with may_remove(tmp_path) as free:
        assert free is True


def test_a_backup_that_is_cut_off_holds_up_no_sweep(tmp_path):
    """The lock ends with the process that holds it."""
    code = (
        "import sys, os, pathlib; from core.files import removal_paused\n"
        "with removal_paused(pathlib.Path(sys.argv[1])): os._exit(9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, cwd=settings.BASE_DIR).returncode == 9
    with may_remove(tmp_path) as free:
        assert free is True


def test_a_history_that_was_broken_already_ends_the_restore_with_an_error(monkeypatch, listed):
    manifest = read_manifest(listed)
    manifest.damaged.append("documents/1/a.pdf")
    done = Restored(manifest, waiting=3, broken=["skn2: the history is broken at row 7"])
    monkeypatch.setattr(restore, "bring_back", lambda source, replace: done)
    said, wrong = StringIO(), StringIO()
    with pytest.raises(CommandError, match="skn2: the history is broken at row 7"):
        call_command("restore", listed, stdout=said, stderr=wrong)
    assert "3 messages are held" in said.getvalue()
    assert "missing in the backup: documents/1/a.pdf" in wrong.getvalue()
