"""One contract, two stores: this disk, and a real S3 server."""

import hashlib
import io
import os
import random
import socket
import time
import tracemalloc

import pytest
from botocore.exceptions import ClientError

from core.files.pieces import PIECE, Digests
from core.files.stores import StoreAway
from core.files.stores.disk import DiskStore
from core.files.stores.s3 import ATTEMPTS, understood
from tests.core.stores.s3_server import breaking_line, free_port, s3_at, s3_port

pytestmark = pytest.mark.xdist_group("s3")
DATA = random.Random(7).randbytes(3 * 1024 * 1024)
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    (settings.BLOB_ROOT / "1").mkdir(parents=True)
    return DiskStore(settings.BLOB_ROOT)


@pytest.fixture
def s3(disk, tmp_path):
    """A bucket of this test's own."""
    bucket = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:40]
    store = s3_at(s3_port(), disk, bucket=bucket)
    store.client.create_bucket(Bucket=bucket)
    return store


@pytest.fixture(params=["disk", "s3"])
def store(request):
    return request.getfixturevalue(request.param)


def bring(store, tmp_path, data=DATA):
    """As an upload does: written, sent, named."""
    written, source = Digests(), tmp_path / os.urandom(4).hex()
    written.update(data)
    source.write_bytes(data)
    key = f"1/{written.sha256}"
    store.send(source, key, written)
    store.settle(source, key, written)
    return key


def read(store, key):
    file, size = store.open(key)
    with file:
        data = file.read()
    assert size == len(data)
    return data


# -- the contract ---------------------------------------------------------------------------
def test_what_was_put_is_read_from_anywhere(store, tmp_path):
    file, size = store.open(bring(store, tmp_path))
    with file:
        assert (size, file.read()) == (len(DATA), DATA)
        assert file.read() == b""
        for begin, length in ((0, 10), (len(DATA) - 5, 50), (1_000_000, 700_000), (len(DATA), 1)):
            file.seek(begin)
            assert file.tell() == begin
            assert file.read(length) == DATA[begin : begin + length]
        assert file.seek(-3, io.SEEK_END) == len(DATA) - 3
        assert file.read(10) == DATA[-3:]


def test_the_same_again_changes_nothing(store, tmp_path):
    assert bring(store, tmp_path) == bring(store, tmp_path)
    assert read(store, bring(store, tmp_path)) == DATA


def test_the_same_bytes_take_the_place_of_damaged_ones(store, disk, tmp_path):
    key = bring(store, tmp_path)
    damage(store, key, DATA[:-1] + b"!")
    assert read(store, key) != DATA
    bring(store, tmp_path)
    assert read(store, key) == DATA


def test_what_is_not_there_is_gone_and_no_trouble(store):
    with pytest.raises(FileNotFoundError):
        store.open("1/none")
    with pytest.raises(FileNotFoundError), store.local_copy("1/none") as path:
        path.read_bytes()
    assert store.sizes("1", ["none"]) == {}
    store.delete("1/none")


def test_a_program_gets_a_path(store, tmp_path):
    key = bring(store, tmp_path)
    with store.local_copy(key) as path:
        assert path.read_bytes() == DATA
        assert path.stat().st_mode & 0o777 in (0o640, 0o644)
    assert path.exists() is (store.path(key) is not None)


@pytest.mark.parametrize("count", [3, 20])
def test_sizes_of_few_and_of_many(store, tmp_path, count):
    keys = [bring(store, tmp_path, b"x" * (n + 1)) for n in range(count)]
    names = [key.partition("/")[2] for key in keys]
    known = {name: n + 1 for n, name in enumerate(names)}
    assert store.sizes("1", [*names, "none"]) == known
    store.delete(keys[0])
    assert store.sizes("1", names) == {name: known[name] for name in names[1:]}


def test_strays_go_when_they_are_old_enough(store, tmp_path):
    known, stray = bring(store, tmp_path), bring(store, tmp_path, b"stray")
    names = [known.partition("/")[2]]
    assert store.remove_strays("1", names, DAY) == 0
    assert store.remove_strays("1", names, -60) == 1
    assert read(store, known) == DATA
    with pytest.raises(FileNotFoundError):
        store.open(stray)


def test_of_the_disk_nothing_is_copied(disk, tmp_path):
    key = bring(disk, tmp_path)
    with disk.open(key).file as file:
        assert os.path.samestat(os.fstat(file.fileno()), (disk.root / key).stat())
    assert disk.path(key) == disk.root / key
    assert [path.name for path in disk.root.rglob("*") if path.is_file()] == [key[2:]]


def damage(store, key, data):
    """Change what is stored, behind the product's back."""
    if isinstance(store, DiskStore):
        (store.root / key).write_bytes(data)
    else:
        store.client.put_object(Bucket=store.place.bucket, Key=key, Body=data)


# -- only S3 ----------------------------------------------------------------------------------
def test_an_object_is_nobodys_but_the_owners(s3, tmp_path):
    key = bring(s3, tmp_path)
    acl = s3.client.get_object_acl(Bucket=s3.place.bucket, Key=key)
    assert [grant["Grantee"]["Type"] for grant in acl["Grants"]] == ["CanonicalUser"]
    assert s3.client.meta.config.signature_version == "s3v4"
    assert s3.client.meta.config.s3["addressing_style"] == "path"


def test_what_lies_on_the_disk_still_is_read_from_there(s3, disk, tmp_path):
    key = bring(disk, tmp_path)
    assert read(s3, key) == DATA
    assert s3.sizes("1", [key[2:]]) == {key[2:]: len(DATA)}
    bring(s3, tmp_path)
    assert not (disk.root / key).exists()
    assert read(s3, key) == DATA


def test_a_large_object_is_read_with_little_memory(s3, tmp_path):
    key = bring(s3, tmp_path, DATA * 5)
    tracemalloc.start()
    with s3.open(key).file as file:
        while file.read(256 * 1024):
            pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * PIECE


@pytest.fixture
def line(s3):
    """``s3`` behind a line that can be broken, and where that leads."""
    with breaking_line() as line:
        line.store = s3_at(line.here, DiskStore(s3._before.root), bucket=s3.place.bucket, seconds=3)
        yield line


def test_a_line_that_breaks_while_it_sends_leaves_nothing(line, s3, tmp_path):
    line.up = 100_000
    with pytest.raises(StoreAway):
        bring(line.store, tmp_path)
    assert s3.sizes("1", [hashlib.sha256(DATA).hexdigest()]) == {}
    line.up = None
    assert read(s3, bring(line.store, tmp_path)) == DATA


def test_a_body_that_is_cut_is_asked_for_once_more(line, s3, tmp_path):
    key = bring(s3, tmp_path)
    with line.store.open(key).file as file:
        line.down, line.breaks = 100_000, 1
        assert file.read() == DATA


def test_bodies_that_are_cut_again_and_again_are_no_file(line, s3, tmp_path):
    file = line.store.open(bring(s3, tmp_path)).file
    line.down = 100_000
    with file, pytest.raises(StoreAway):
        file.read()


def test_an_object_that_gets_shorter_or_goes_while_it_is_read_ends_early(s3, tmp_path):
    key = bring(s3, tmp_path)
    with s3.open(key).file as file:
        damage(s3, key, DATA[:1000])
        file.seek(500)
        assert file.read() == DATA[500:1000]
        file.seek(2000)
        assert file.read() == b""
        s3.delete(key)
        file.seek(0)
        assert file.read(10) == b""


def test_what_arrives_otherwise_is_removed_again(s3, tmp_path, monkeypatch):
    """A store that says yes and keeps something else."""
    written, source = Digests(), tmp_path / "source"
    written.update(DATA)
    source.write_bytes(DATA[:-1] + b"!")
    with pytest.raises(StoreAway, match="did not arrive"):
        s3.send(source, f"1/{written.sha256}", written)
    assert s3.sizes("1", [written.sha256]) == {}


def test_what_was_swept_before_it_got_its_name_is_sent_again(s3, tmp_path):
    written, source = Digests(), tmp_path / "source"
    written.update(DATA)
    source.write_bytes(DATA)
    with pytest.raises(StoreAway, match="went away"):
        s3.settle(source, f"1/{written.sha256}", written)


@pytest.mark.parametrize(
    ("code", "status", "meant"),
    [
        ("InvalidAccessKeyId", 403, "keys"),
        ("AccessDenied", 403, "keys"),
        ("NoSuchBucket", 404, "bucket"),
        ("SlowDown", 503, "refused"),
    ],
)
def test_what_the_store_refuses_is_understood(code, status, meant):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert understood(ClientError(answer, "GetObject")).code == meant


@pytest.mark.parametrize(
    ("trouble", "code"), [("down", "silent"), ("silent", "silent"), ("bucket", "bucket")]
)
def test_a_store_that_is_away_says_nothing_about_files(disk, tmp_path, trouble, code):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ports = {"down": free_port(), "silent": silent.getsockname()[1], "bucket": s3_port()}
        store = s3_at(ports[trouble], disk, bucket="not-there", seconds=0.3)
        for ask in (
            lambda: store.open("1/none"),
            lambda: store.sizes("1", ["none"]),
            lambda: store.sizes("1", [str(n) for n in range(20)]),
            store.require_bucket,
            lambda: bring(store, tmp_path, b"x"),
            lambda: store.remove_strays("1", [], DAY),
        ):
            begin = time.monotonic()
            with pytest.raises(StoreAway) as away:
                ask()
            assert (away.value.code, away.value.status) == (code, 503)
            assert "ที่เก็บไฟล์" in away.value.message
            assert time.monotonic() - begin < ATTEMPTS * 3
