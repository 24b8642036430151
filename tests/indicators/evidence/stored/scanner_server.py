"""A tiny server that speaks the protocol of ``clamd``: PING and INSTREAM."""

import socket
import struct
import threading
from contextlib import contextmanager

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Scanner:
    """Answers one request a connection, as clamd does; counts what it was sent."""

    def __init__(self, server, *, most=None):
        self.server, self.most, self.sizes = server, most, []

    def run(self):
        while True:
            try:
                line, _from = self.server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                line.sendall(self.answer(sent))

    def answer(self, sent):
        command = sent.read(1) and self.command(sent)
        if command == b"PING":
            return b"PONG\n"
        data = b""
        while size := struct.unpack(">I", sent.read(4))[0]:
            data += sent.read(size)
            if self.most is not None and len(data) > self.most:
                return b"INSTREAM size limit exceeded. ERROR\n"
        self.sizes.append(len(data))
        return b"stream: Eicar-Test FOUND\n" if VIRUS in data else b"stream: OK\n"

    def command(self, sent):
        """Behind the letter that says how it ends."""
        found = b""
        while (sign := sent.read(1)) not in (b"\n", b"\0", b""):
            found += sign
        return found


@contextmanager
def scanner_server(settings, path=None, **options):
    """A scanner at a path or at a port of this machine, named in the settings."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(str(path) if path else ("127.0.0.1", 0))
    server.listen()
    settings.CLAMAV_HOST = str(path) if path else f"127.0.0.1:{server.getsockname()[1]}"
    scanner = Scanner(server, **options)
    thread = threading.Thread(target=scanner.run)
    thread.start()
    try:
        yield scanner
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
