"""A real S3 server (moto) in a process of its own, and a line to it that can be broken."""

import atexit
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import lru_cache

from core.files.stores.s3 import S3Place, S3Store

BUCKET, KEYS = "evidence", ("tester", "a-secret-of-tests")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@lru_cache(maxsize=1)
def s3_port():
    """Where the server of this process listens; it is started once and ends with the run."""
    port = free_port()
    program = ["-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(
        [sys.executable, *program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(server.kill)
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return port
        time.sleep(0.1)
    raise RuntimeError("moto did not start")


def s3_at(port, before, *, bucket=BUCKET, seconds=5):
    place = S3Place(bucket, f"http://127.0.0.1:{port}", "us-east-1", *KEYS)
    return S3Store(place, before, seconds=seconds)


def use_s3(settings, bucket, port=None):
    """Name the store in the settings of a test."""
    settings.EVIDENCE_S3_BUCKET, settings.EVIDENCE_S3_REGION = bucket, "us-east-1"
    settings.EVIDENCE_S3_ENDPOINT = f"http://127.0.0.1:{port or s3_port()}"
    settings.EVIDENCE_S3_ACCESS_KEY, settings.EVIDENCE_S3_SECRET_KEY = KEYS


class Line:
    """Hands bytes on in both directions; ``up`` and ``down`` are how many pass before it breaks."""

    def __init__(self, server, port):
        self.server, self.port = server, port
        self.up = self.down = None
        self.breaks = None  # how many lines break; None for all

    def run(self):
        while True:
            try:
                client, _from = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.join, args=[client], daemon=True).start()

    def join(self, client):
        limits = {"up": self.up, "down": self.down}
        if self.breaks is not None:
            limits = limits if self.breaks > 0 else {"up": None, "down": None}
            self.breaks -= 1
        with client, socket.create_connection(("127.0.0.1", self.port)) as far:
            back = threading.Thread(target=self.pump, args=[far, client, limits["down"]])
            back.start()
            self.pump(client, far, limits["up"])
            back.join()

    @staticmethod
    def pump(source, target, most):
        passed = 0
        with suppress(OSError):
            while data := source.recv(16 * 1024):
                if most is not None and passed + len(data) > most:
                    target.sendall(data[: most - passed])
                    break
                target.sendall(data)
                passed += len(data)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def breaking_line():
    """A port of this machine that leads to the server."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = Line(server, s3_port())
        line.here = server.getsockname()[1]
        thread = threading.Thread(target=line.run, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
