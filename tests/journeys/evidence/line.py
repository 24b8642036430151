"""A line that breaks: what lies between a browser far out in the country and the server."""

import select
import socket
import struct
import time
from contextlib import suppress
from threading import Thread

CHUNK = 64 * 1024
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the connection is reset, not closed


class Line:
    """Hands bytes on to ``port``, and breaks each time so many came from the browser.

    ``breaks`` are counts of bytes sent, growing; ``rate`` is bytes in a second, None for a fast
    line. ``sent`` is what came from the browser in all.
    """

    def __init__(self, port, *, breaks=(), rate=None):
        self.port, self.breaks, self.rate = port, sorted(breaks), rate
        self.sent, self.ends = 0, set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.over = False

    def __enter__(self):
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_trouble):
        self.over = True
        self.listener.close()
        self.break_now()

    def break_now(self):
        """Everything that is under way ends without a word."""
        for end in list(self.ends):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                end.close()
        self.ends.clear()

    def _listen(self):
        while not self.over:
            try:
                near, _address = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                continue
            self.ends |= {near, far}
            Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near, far):
        with suppress(OSError, ValueError):  # the other end is gone, or we broke it
            while True:
                for end in select.select([near, far], [], [])[0]:
                    data = end.recv(CHUNK)
                    if not data:
                        raise OSError
                    (far if end is near else near).sendall(data)
                    if end is near:
                        self._count(len(data))
        for end in (near, far):
            self.ends.discard(end)
            end.close()

    def _count(self, length):
        self.sent += length
        if self.rate:
            time.sleep(length / self.rate)
        if self.breaks and self.sent >= self.breaks[0]:
            self.breaks.pop(0)
            self.break_now()
