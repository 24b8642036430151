"""Evidence brought back from a backup opens, whichever store the sites before and after name."""

import hashlib

import pytest

from tests.core.stores.s3_server import KEYS, s3_at, s3_port
from tests.database.fresh import migrated_database
from tests.esa_standards.site_at_work import Site
from tests.esa_standards.test_backup import elsewhere

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.xdist_group("s3"),
]


class Place:
    """Where a site keeps its files, and the settings that say so."""

    def __init__(self, kind, folder):
        self.folder, self.variables, self.client = folder, {}, None
        folder.mkdir()
        if kind == "s3":
            self.bucket = hashlib.sha256(str(folder).encode()).hexdigest()[:40]
            self.client = s3_at(s3_port(), None, bucket=self.bucket).client
            self.client.create_bucket(Bucket=self.bucket)
            self.variables = {
                "EVIDENCE_S3_BUCKET": self.bucket,
                "EVIDENCE_S3_ENDPOINT": f"http://127.0.0.1:{s3_port()}",
                "EVIDENCE_S3_REGION": "us-east-1",
                "EVIDENCE_S3_ACCESS_KEY": KEYS[0],
                "EVIDENCE_S3_SECRET_KEY": KEYS[1],
            }

    def objects(self):
        rows = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        return {row["Key"] for row in rows}

    def on_disk(self):
        blobs = self.folder / "blobs"
        found = (path for path in blobs.rglob("*") if path.is_file())
        return {str(path.relative_to(blobs)) for path in found if not path.name.startswith(".")}


@pytest.mark.parametrize(
    ("before", "after"),
    [("s3", "s3"), ("s3", "disk"), ("disk", "s3"), ("disk", "disk")],
)
def test_restored_evidence_opens_and_is_whole(tmp_path, before, after):
    first, second = Place(before, tmp_path / "one"), Place(after, tmp_path / "two")
    backup = tmp_path / "backup"
    with (
        migrated_database(first.folder) as url,
        Site(url, first.folder, **first.variables) as site,
    ):
        site.manage("migrate", "--fake", "-v0")
        site.ask("found")
        kept = site.ask("opened")
        assert all(status == 200 and came == stored for _name, status, came, stored in kept)
        keys = {path.removeprefix("blobs/") for path in site.facts()["files"] if "blobs" in path}
        assert (first.objects() if first.client else first.on_disk()) == keys
        site.manage("backup", backup)

    if second.client:  # of a site before, in which the files went bad
        for key in keys:
            second.client.put_object(Bucket=second.bucket, Key=key, Body=b"not what it was")
    with (
        elsewhere(second.folder) as url,
        Site(url, second.folder, **second.variables) as site,
    ):
        site.manage("restore", backup)
        assert second.on_disk() == keys
        assert_whole(site, kept)
        if second.client:
            assert f"{len(keys)} files" in site.manage("evidence_move", "s3")
            assert (second.on_disk(), second.objects()) == (set(), keys)
            assert_whole(site, kept)


def assert_whole(site, kept):
    """What opens is what was stored, before and after everything was hashed."""
    assert site.ask("opened") == kept
    assert "0 damaged" in site.manage("evidence_verify")
    assert site.ask("opened") == kept
