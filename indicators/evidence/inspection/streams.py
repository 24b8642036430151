"""Looking through files piece by piece: whatever their size, a piece of them is in memory."""

import io
import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

CHUNK = 256 * 1024  # fits into the processor's own memory, where it is looked through several times


def size_of(file: BinaryIO) -> int:
    """How many bytes an open file has."""
    return file.seek(0, os.SEEK_END)


def pieces(file: BinaryIO, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes between two places; another reader may move the file meanwhile."""
    at = begin
    while end is None or at < end:
        file.seek(at)
        piece = file.read(CHUNK if end is None else min(CHUNK, end - at))
        if not piece:
            return
        yield piece
        at += len(piece)


def holds(file: BinaryIO, signs: Sequence[bytes], begin: int = 0, end: int | None = None) -> bool:
    """Whether one of these signs stands between two places, also across two pieces."""
    overlap = max(map(len, signs)) - 1
    found = (sign in data for data in overlapped(file, overlap, begin, end) for sign in signs)
    return any(found)


def overlapped(
    file: BinaryIO, overlap: int, begin: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Pieces that begin with the last bytes of the piece before: what is so long is found whole."""
    before = b""
    for piece in pieces(file, begin, end):
        data = before + piece
        yield data
        before = data[-overlap:]


class Window(io.RawIOBase):
    """Bytes that lie as they are inside another open file, as a file of their own."""

    def __init__(self, file: BinaryIO, begin: int, size: int) -> None:
        super().__init__()
        self._file, self._begin, self._size, self._at = file, begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_CUR: self._at, io.SEEK_END: self._size}.get(whence, 0)
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._begin + self._at)
        data = self._file.read(max(0, min(len(view), self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
