"""Files whose every piece is compared with its digest before a byte of it leaves. Free of Django.

A file is judged once, when it comes in. What is sent years later must be those very bytes: so each
piece of 4 MB has a SHA-256 of its own, and a piece that does not match is never handed out.
"""

import hashlib
import io
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

PIECE = 4 * 1024 * 1024
DIGITS = 64  # of a SHA-256 as text


class Digests:
    """The SHA-256 of a whole and of its pieces, and its CRC-32, while it streams by."""

    def __init__(self) -> None:
        self._whole, self._piece = hashlib.sha256(), hashlib.sha256()
        self._pieces: list[str] = []
        self.size = 0
        self.crc32 = 0  # as a ZIP wants it; it protects from nothing

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._whole.update(data)
        self.crc32 = zlib.crc32(data, self.crc32)
        while data:
            left = PIECE - self.size % PIECE
            part, data = data[:left], data[left:]
            self._piece.update(part)
            self.size += len(part)
            if not self.size % PIECE:
                self._pieces.append(self._piece.hexdigest())
                self._piece = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of the whole."""
        return self._whole.hexdigest()

    @property
    def pieces(self) -> str:
        """Of the pieces, one behind the other as text."""
        last = [self._piece.hexdigest()] if self.size % PIECE else []
        return "".join([*self._pieces, *last])


def digests_of(file: BinaryIO) -> Digests:
    """Those of an open file from where it stands to its end."""
    found = Digests()
    while data := file.read(PIECE):
        found.update(data)
    return found


class CheckedFile(io.RawIOBase):
    """An open file that is read piece by piece, each compared before any of it is given.

    ``damaged`` is called when a piece does not match; what it returns is raised. It has no file
    number, so that no server sends the bytes past this class.
    """

    def __init__(
        self, file: BinaryIO, *, size: int, pieces: str, damaged: Callable[[], Exception]
    ) -> None:
        super().__init__()
        self._file, self._size, self._damaged = file, size, damaged
        self._digests = [pieces[at : at + DIGITS] for at in range(0, len(pieces), DIGITS)]
        self._at, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, offset + {io.SEEK_CUR: self._at, io.SEEK_END: self._size}.get(whence, 0))
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with bytes of the piece that it begins in, and of no other."""
        if self._at >= self._size:
            return 0
        number, begin = divmod(self._at, PIECE)
        if number != self._number:
            self._load(number)
        view = memoryview(buffer).cast("B")
        part = self._piece[begin : begin + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _load(self, number: int) -> None:
        self._file.seek(number * PIECE)
        piece = self._file.read(min(PIECE, self._size - number * PIECE))
        known = self._digests[number] if number < len(self._digests) else ""
        if hashlib.sha256(piece).hexdigest() != known:
            raise self._damaged()
        self._number, self._piece = number, piece

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._piece = b""
        super().close()
