"""The line to ClamAV: the library ``clamd``, with limits that hold from the first moment on.

The library waits for ever for a host that does not answer, leaves a line open that failed, and may
lose a part of a piece that the line did not take at once.
"""

import socket
import struct
from contextlib import suppress
from typing import Any, BinaryIO

import clamd
from django.conf import settings

SECONDS, PING_SECONDS = 600, 2
PIECE = 64 * 1024
TROUBLE = (clamd.ClamdError, OSError, ValueError)


class _Line:
    """How a file is sent over a line that was opened within the limit."""

    clamd_socket: socket.socket

    def _init_socket(self) -> None:
        self.clamd_socket = self._opened()

    def _opened(self) -> socket.socket:
        raise NotImplementedError

    def instream(self: Any, buff: BinaryIO) -> tuple[str, str]:
        """Send the file; what the scanner says, and what it found."""
        self._init_socket()
        try:
            self._send_command("INSTREAM")
            while piece := buff.read(PIECE):
                self.clamd_socket.sendall(struct.pack(">I", len(piece)) + piece)
            self.clamd_socket.sendall(struct.pack(">I", 0))
            _name, found, said = self._parse_response(self._recv_response())
            return said, found
        finally:
            self._close_socket()


class _Network(_Line, clamd.ClamdNetworkSocket):
    def _opened(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), self.timeout)


class _Unix(_Line, clamd.ClamdUnixSocket):
    def _opened(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(self.timeout)
        try:
            line.connect(self.unix_socket)
        except OSError:
            line.close()
            raise
        return line


def scanner(seconds: float = SECONDS) -> Any:
    """The scanner that the settings name: the path of a socket, or host and port."""
    place = settings.CLAMAV_HOST
    if place.startswith("/"):
        return _Unix(path=place, timeout=seconds)
    host, _colon, port = place.rpartition(":")
    return _Network(host=host.strip("[]"), port=int(port), timeout=seconds)


def scanner_answers() -> bool:
    """Whether there is a scanner now."""
    with suppress(*TROUBLE):
        return bool(scanner(PING_SECONDS).ping() == "PONG")
    return False


def virus_in(file: BinaryIO) -> str:
    """The name of the virus that the scanner finds; "" for none."""
    said, found = scanner().instream(file)
    if said == "FOUND":
        return str(found or "?")
    if said != "OK":
        raise ValueError(f"the scanner said {said} {found}")
    return ""
