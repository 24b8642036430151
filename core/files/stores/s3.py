"""Files in a store that speaks S3, by django-storages: one object a file, put whole or not at all.

Objects are nobody's but the bucket's owner's, and no address of one ever leaves the server: their
bytes do, through the same views as those of the disk. What lies on this disk still, from before
the store was named, is read from here (``manage.py evidence_move`` brings it over).
"""

import io
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from core.files.pieces import PIECE, Digests, digests_of
from core.files.stores import Opened, StoreAway, copy_of
from core.files.stores.disk import DiskStore

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS, SEND_SECONDS = 3, 5, 20
ATTEMPTS = 2  # of each request, by the library; of a piece that was cut once more by ours
ASKED_SINGLY = 8  # from so many files on their folder is listed instead
GONE = ("NoSuchKey", "404", "NotFound")
KEYS_REFUSED = (401, 403)


@dataclass(frozen=True)
class S3Place:
    """Which bucket, where, and who asks."""

    bucket: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str


class S3Store:
    """``<bucket>/<key>``; files of ``before`` are read there until they are brought over."""

    def __init__(self, place: S3Place, before: DiskStore, *, seconds: float = READ_SECONDS) -> None:
        self.place, self._before = place, before
        self._storage = self._reached(seconds)
        # What was sent a store may have to write down before it answers.
        self._sending = self._reached(seconds * SEND_SECONDS / READ_SECONDS)

    def _reached(self, seconds: float) -> S3Storage:
        place = self.place
        return S3Storage(
            bucket_name=place.bucket,
            access_key=place.access_key,
            secret_key=place.secret_key,
            endpoint_url=place.endpoint or None,
            region_name=place.region or None,
            # None is sent: an object is private, and buckets without access lists refuse one.
            default_acl=None,
            client_config=Config(
                signature_version="s3v4",
                connect_timeout=min(CONNECT_SECONDS, seconds),
                read_timeout=seconds,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                # Servers that are not Amazon's know path style, and no checksums behind a body.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    @property
    def client(self) -> Any:
        """One of each thread, which asks the store by its own protocol."""
        return self._storage.connection.meta.client

    @property
    def sender(self) -> Any:
        """As ``client``, with more patience."""
        return self._sending.connection.meta.client

    # -- the interface --------------------------------------------------------------
    def send(self, source: Path, key: str, written: Digests) -> None:
        """Put the object and read it once more: what is not what was sent is removed again."""
        with self._asked(), source.open("rb") as body:
            self.sender.put_object(
                **self._object(key), Body=body, ContentType="application/octet-stream"
            )
        if not self._holds(key, written):
            self._remove(key)
            raise _away(StoreAway(f"{key} did not arrive as it was sent", code="changed"))

    def settle(self, source: Path, key: str, written: Digests) -> None:
        """Whoever removes files may have come between: then it is sent once more, later."""
        try:
            whole = self._size(key) == written.size
        except FileNotFoundError:
            whole = False
        if not whole:
            raise StoreAway(f"{key} went away after it was sent", code="changed")
        self._before.delete(key)

    def open(self, key: str) -> Opened:
        try:
            return self._before.open(key)
        except FileNotFoundError:
            return self._open(key)

    def path(self, key: str) -> Path | None:
        return None

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        with self.open(key).file as file, copy_of(file) as path:
            yield path

    def sizes(self, folder: str, names: Collection[str]) -> dict[str, int | None]:
        found = self._before.sizes(folder, names)
        wanted = set(names) - set(found)
        if len(wanted) > ASKED_SINGLY:
            listed = {name: row["Size"] for name, row, _at in self._listed(folder)}
            found |= {name: size for name, size in listed.items() if name in wanted}
        else:
            for name in wanted:
                try:
                    found[name] = self._size(f"{folder}/{name}")
                except FileNotFoundError:
                    continue
        return found

    def delete(self, key: str) -> None:
        self._before.delete(key)
        self._remove(key)

    def remove_strays(self, folder: str, known: Collection[str], seconds: float) -> int:
        strays = [
            name
            for name, row, now in self._listed(folder)
            if name not in known and (now - row["LastModified"]).total_seconds() > seconds
        ]
        for name in strays:
            self._remove(f"{folder}/{name}")
        on_disk = (self._before.root / folder).is_dir()
        return len(strays) + (self._before.remove_strays(folder, known, seconds) if on_disk else 0)

    # -- asking the store -------------------------------------------------------------
    def require_bucket(self) -> None:
        """Raise ``StoreAway`` unless the bucket is there and the keys may read it."""
        try:
            with self._asked():
                self.client.head_bucket(Bucket=self.place.bucket)
        except FileNotFoundError as error:
            raise _away(StoreAway("there is no such bucket", code="bucket")) from error

    def read(self, key: str, begin: int, size: int) -> bytes:
        """Some bytes of an object; fewer when it is shorter or gone by now."""
        try:
            return self._read(key, begin, size)
        except StoreAway as away:  # a body that was cut is asked for once more
            if away.code != "silent":
                raise
            return self._read(key, begin, size)

    def _read(self, key: str, begin: int, size: int) -> bytes:
        wanted = f"bytes={begin}-{begin + size - 1}"
        try:
            with self._asked():
                answer = self.client.get_object(**self._object(key), Range=wanted)
                with answer["Body"] as body:
                    return cast(bytes, body.read())
        except FileNotFoundError:
            return b""

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": key}

    def _size(self, key: str) -> int:
        try:
            with self._asked():
                return int(self.client.head_object(**self._object(key))["ContentLength"])
        except FileNotFoundError:
            self.require_bucket()  # a bucket that is gone says nothing about a file
            raise

    def _open(self, key: str) -> Opened:
        size = self._size(key)
        raw = RemoteFile(self, key, size)
        return Opened(cast(BinaryIO, io.BufferedReader(raw, PIECE)), size)

    def _holds(self, key: str, written: Digests) -> bool:
        try:
            file, size = self._open(key)
        except FileNotFoundError:
            return False
        with file:
            return size == written.size and digests_of(file).sha256 == written.sha256

    def _remove(self, key: str) -> None:
        with self._asked():
            self.client.delete_object(**self._object(key))

    def _listed(self, folder: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Name, facts and the store's own time, of every object of the folder."""
        prefix = f"{folder}/"
        with self._asked():
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.place.bucket, Prefix=prefix):
                now = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
                for row in page.get("Contents", ()):
                    yield row["Key"].removeprefix(prefix), row, now

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """The library's many errors as the two that callers know."""
        try:
            yield
        except ClientError as error:
            raise understood(error) from error
        except (
            BotoCoreError,
            HTTPError,
        ) as error:  # no line, no time, a cut body
            raise _away(StoreAway(f"{type(error).__name__}: {error}")) from error


def _away(away: StoreAway) -> StoreAway:
    log.error("The store of files: %s", away.reason)
    return away


def understood(error: ClientError) -> FileNotFoundError | StoreAway:
    """What the store's refusal means: no such file, or nothing about any file."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in GONE or status == 416:  # 416: it is shorter than it was
        return FileNotFoundError(code)
    if code == "NoSuchBucket":
        return _away(StoreAway(str(error), code="bucket"))
    return _away(StoreAway(str(error), code="keys" if status in KEYS_REFUSED else "refused"))


class RemoteFile(io.RawIOBase):
    """An object as a file: each read is a request for just those bytes.

    So a slow reader holds no line to the store, and one that is cut costs a piece, not the file.
    """

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        super().__init__()
        self._store, self._key, self._size, self._at = store, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, offset + {io.SEEK_CUR: self._at, io.SEEK_END: self._size}.get(whence, 0))
        return self._at

    def readall(self) -> bytes:
        """In large bites: Python's own takes 8 KB at a time, each a request."""
        return b"".join(iter(lambda: self.read(PIECE) or b"", b""))

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` as far as the object goes."""
        view = memoryview(buffer).cast("B")
        size = min(len(view), self._size - self._at)
        if size <= 0:
            return 0
        data = self._store.read(self._key, self._at, size)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
