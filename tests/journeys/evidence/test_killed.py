"""The server dies while a file is on its way: nothing of it is lost, nothing half is shown."""

import hashlib
import io
import os
import random
import signal
import zipfile

import pytest

from tests.demo.founded import DAYS, founded
from tests.journeys.evidence.clients import MEGABYTE, Sender
from tests.journeys.product import Product, copy_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("killed")]
PIECES = 10


@pytest.fixture
def product(tmp_path):
    product = Product(copy_of(founded("half"), tmp_path / "half"), today=DAYS["half"])
    product.start()
    yield product
    product.stop()


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        data = random.Random(4).randbytes(PIECES * MEGABYTE - 4096)
        file.writestr("ก.bin", data)
    return out.getvalue()


def kill(product):
    """As the machine would: all its processes at once, without a word."""
    os.killpg(product.process.pid, signal.SIGKILL)
    product.process.wait(30)


def test_killed_at_a_tenth_the_half_and_just_before_the_end(product):
    data = archive()
    sender = Sender(product.url, "staff2", "สำรอง.zip", data)
    for percent in (10, 50, 99):
        until = min(len(data) * percent // 100, len(data) - 1)
        sender.send(until)
        assert sender.found()["state"] == "receiving"
        kill(product)
        product.start()
        assert sender.standing() >= until - MEGABYTE
    sender.send(len(data))
    outcome = sender.found()
    assert (outcome["state"], outcome["name"]) == ("done", "สำรอง.zip")
    stored = sorted((product.folder / "blobs").rglob(hashlib.sha256(data).hexdigest()))
    assert [path.read_bytes() == data for path in stored] == [True]
    assert not list((product.folder / "uploads").rglob(sender.url.split("/")[-2]))
