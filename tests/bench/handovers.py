"""The evidence of a year as one ZIP of five gigabytes: how fast, and in how much memory.

The files are sparse, so that the disk is not what is measured; every piece is read and compared
with its digest all the same.
"""

import resource
import time
from functools import partial

from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.files.pieces import PIECE, digests_of
from indicators.evidence.blobs import path_of
from indicators.handovers import handovers
from indicators.handovers.contents import parts_of
from indicators.models import Blob
from tests.factories.content import make_content_year
from tests.factories.loading import load_again
from tests.factories.reports import AT, cite, make_revision

MEGABYTE = 1024 * 1024
LARGE = (4200, *(100,) * 8)  # MB of each file: one needs ZIP64
SMALL = (5, 1, 1)


def measure(*, small):
    """Seconds to make it, MB a second, MB of memory more, and seconds until a part's first byte."""
    year = make_content_year()
    for number, megabytes in enumerate(SMALL if small else LARGE):
        blob = make_sparse(year.office, megabytes * MEGABYTE, number)
        title = f"วีดิทัศน์ {number}"
        revision = make_revision(year.office, title=title, by=year.collector, blobs=[blob])
        cite(load_again(year.items[number % 4]), revision, by=year.collector)
    row, made = timed(partial(make, year))
    client = Client(headers={"host": "localhost"})
    client.force_login(year.staff, backend="people.sign_in.backend.SessionBackend")
    address = reverse("indicators:handover_download", args=[*year.args, row.pk])
    before = peak()
    sent, seconds = timed(partial(read_all, client, address))
    assert sent == row.size
    start = row.size - PIECE
    _first, wait = timed(partial(first_byte, client, address, start))
    return {
        "MB": row.size / MEGABYTE,
        "make": made,
        "rate": row.size / MEGABYTE / seconds,
        "memory": peak() - before,
        "part": wait,
    }


def make_sparse(office, size, number):
    """A stored file of zeros but for its last byte."""
    path = settings.BLOB_ROOT / str(office.pk) / f"new-{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.seek(size - 1)
        file.write(bytes([number + 1]))
    with path.open("rb") as file:
        found = digests_of(file)
    blob = Blob.objects.create(
        office=office,
        sha256=found.sha256,
        size=size,
        pieces=found.pieces,
        crc32=found.crc32,
        media_type="video/mp4",
        created_at=AT,
    )
    path.rename(path_of(blob))
    return blob


def make(year):
    """The index of the whole year."""
    row = handovers.ask_for(year.assessment, parts_of(year.assessment)[""], by=year.staff)
    handovers.prepare_now(row)
    return load_again(row)


def read_all(client, address):
    """How many bytes come."""
    return sum(len(part) for part in client.get(address).streaming_content)


def first_byte(client, address, start):
    """The first bytes of what a cut download asks for."""
    response = client.get(address, headers={"Range": f"bytes={start}-"})
    return next(iter(response.streaming_content))


def timed(act):
    """What it gave, and the seconds it took."""
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


def peak():
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
