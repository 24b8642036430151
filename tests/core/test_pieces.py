"""A piece that is not what was stored is never handed out."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files import pieces
from core.files.pieces import CheckedFile, Digests, digests_of


class Damaged(Exception):
    """What the tests' files raise."""


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Pieces of ten bytes: the same arithmetic, a million times faster."""
    monkeypatch.setattr(pieces, "PIECE", 10)


def opened(data, stored=None):
    """A checked file of bytes that were ``data`` when they came, and are ``stored`` now."""
    digests = digests_of(io.BytesIO(data))
    file = io.BytesIO(data if stored is None else stored)
    return CheckedFile(file, size=len(data), pieces=digests.pieces, damaged=Damaged)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 35])
def test_digests_are_the_same_however_the_bytes_come(size):
    data = bytes(range(size))
    whole, parts = digests_of(io.BytesIO(data)), Digests()
    for at in range(0, size, 3):
        parts.update(data[at : at + 3])
    assert (whole.sha256, whole.pieces, whole.size) == (parts.sha256, parts.pieces, size)
    assert len(whole.pieces) == 64 * -(-size // 10)


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(-1, 40))))
def test_it_reads_like_any_other_file(data, reads):
    ours, plain = opened(data), io.BytesIO(data)
    for at, length in reads:
        ours.seek(at)
        plain.seek(at)
        wanted = plain.read(length)
        got = ours.read(length)
        while 0 < len(got) < len(wanted):  # a raw file may give less than it was asked for
            got += ours.read(len(wanted) - len(got))
        assert got == wanted


def read_into(got, file):
    while part := file.read(4):
        got += part


@pytest.mark.parametrize("at", range(25))
def test_every_byte_before_the_damaged_piece_and_none_of_it(at):
    data = bytes(range(25))
    stored = bytearray(data)
    stored[at] ^= 1
    got = bytearray()
    with pytest.raises(Damaged):
        read_into(got, opened(data, bytes(stored)))
    assert got == data[: at // 10 * 10]


@pytest.mark.parametrize("stored", [b"", b"012345678", b"01234567890123456789012", b"x" * 24])
def test_a_file_that_is_shorter_or_another_is_damaged(stored):
    with pytest.raises(Damaged):
        opened(b"0123456789abcdefghijklmn", stored).readall()


def test_no_server_may_send_the_bytes_past_it():
    with pytest.raises(io.UnsupportedOperation):
        opened(b"x").fileno()


def test_it_closes_what_it_reads():
    inner = io.BytesIO(b"x")
    CheckedFile(inner, size=1, pieces="", damaged=Damaged).close()
    assert inner.closed
