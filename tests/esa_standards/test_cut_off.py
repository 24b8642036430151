"""A backup or restore that is killed at any moment is never taken for a whole one."""

import json
import signal

import pytest
from django.db import connection

from core.files import may_remove
from esa_standards.backup import UNFINISHED
from tests.database.fresh import migrated_database
from tests.esa_standards.site_at_work import Site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough, where it is cheap"),
]
# Each in its order: what the process is about to do, and to which file.
OF_BACKUP = [
    ("size", "300000"),  # the database is half written
    ("sqlite3.connect", "/database/esa.sqlite3"),  # it is, and was not looked at
    ("open", "/documents/"),
    ("open", "/manifest.json"),
    ("os.rename", "/.new-monday"),  # all is there but the name
]
BEFORE_PLACING = [
    ("open", "/.new-restored/documents/"),
    ("size", "300000"),
    ("os.rename", UNFINISHED),
]
PLACING = [
    ("os.rename", "/.new-restored/documents/"),  # evidence lies there, papers do not
    ("os.rename", "/.new-restored.sqlite3"),  # all files do
]
KILLED = {signal.SIGKILL, signal.SIGXFSZ}


@pytest.fixture
def sites(tmp_path):
    """A site with everything, and a folder for another in which lies nothing but a key."""
    for name in ("one", "two", "disk"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "history.key").write_text(f"{name} ".ljust(50, "k"))
    two = f"sqlite:///{tmp_path}/two/esa.sqlite3"
    with (
        migrated_database(tmp_path / "one") as one,
        Site(one, tmp_path / "one", HISTORY_KEY="") as site,
        Site(two, tmp_path / "two", HISTORY_KEY="") as other,
    ):
        site.manage("migrate", "--fake", "-v0")
        site.ask("found")
        yield site, other


def placed(site):
    """What of a backup lies in a data folder under its own name."""
    names = ("blobs", "documents", "esa.sqlite3", UNFINISHED)
    return [name for name in names if (site.folder / name).exists()]


def key_of(site):
    return (site.folder / "history.key").read_text()


def test_killed_at_any_moment_a_backup_is_none_and_a_restore_is_given_again(sites, tmp_path):
    site, other = sites
    disk, before = tmp_path / "disk", site.facts()
    backup = disk / "monday"
    for number, (moment, text) in enumerate(OF_BACKUP, 1):
        assert site.ask("cut_off", moment, text, "backup", backup) in KILLED
        assert not backup.exists()
        rests = list(disk.glob(".new-monday-*"))
        assert len(rests) == number
        for rest in rests:
            assert "is no backup" in (said := other.refuses("restore", rest)) or "cut off" in said
    assert placed(other) == []
    with may_remove(site.folder) as free:
        assert free is True
    assert site.facts() == before
    site.manage("backup", backup)

    _another_key_is_refused(site, other, disk / "keyless")
    here = key_of(other)
    for moment, text in BEFORE_PLACING:
        assert other.ask("cut_off", moment, text, "restore", backup) in KILLED
        assert placed(other) == []
    for moment, text in PLACING:
        assert other.ask("cut_off", moment, text, "restore", backup) in KILLED
        assert "blobs" in placed(other)
        assert "esa.sqlite3" not in placed(other)
        for command in ("prepare", "sweep", "check"):
            assert "A restore was cut off here" in other.refuses(command)
    assert "Put aside: blobs.replaced-" in other.manage("restore", backup)
    assert other.facts() == before | {"well": False}
    assert key_of(other) == key_of(site)
    assert [path.read_text() for path in other.folder.glob("history.key.replaced-*")] == [here]

    last = ("os.remove", f"/{UNFINISHED}")
    assert other.ask("cut_off", *last, "restore", "--replace", backup) in KILLED
    assert "say --replace" in other.refuses("restore", backup)
    other.manage("restore", "--replace", backup)
    assert other.facts() == before | {"well": False}
    assert not list(other.folder.glob(".new-restored*"))
    assert UNFINISHED not in placed(other)


def _another_key_is_refused(site, other, backup):
    """At once; by the database itself where the backup does not name its key. Nothing is placed."""
    site.manage("backup", "--without-key", backup)
    assert "the history.key here is another one" in other.refuses("restore", backup)
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"key": ""}))
    there = sorted(other.folder.rglob("*"))
    assert "was written under another key than the one that is set" in other.refuses(
        "restore", backup
    )
    assert sorted(other.folder.rglob("*")) == there
