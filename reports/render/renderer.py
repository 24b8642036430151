"""Where rendering processes come from: a fork server of this process, which is warm, or nowhere.

Importing WeasyPrint takes several times as long as a page. So the first paper starts a
`fork_server`, which imports it once and forks a child for each paper. It belongs to the process
that started it: it ends with it, and a process forked from that one starts its own. When there is
no fork server to be had, the same child (`jobs`) is started afresh: slower, and otherwise alike.

Plain processes, because a prefork worker may not start multiprocessing children.
"""

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
PAPERS = 200  # after which a fork server makes way for a new one
START_SECONDS = 30  # in which a fork server has imported everything, on a slow machine too
COLD_SECONDS = 300  # without a new try, after one did not start


def start(errors: IO[bytes]) -> "Child":
    """A process that waits for one job; what it complains of goes to `errors`."""
    return _renderer.start(errors)


class ForkedPaper:
    """A child of the fork server, with the part of `subprocess.Popen` that rendering asks for."""

    def __init__(self, stdin: int, stdout: int, life: socket.socket):
        self.stdin, self.stdout = os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")
        self._life = life
        self.pid: int | None = None
        self._code: int | None = None

    def begins(self) -> bool:
        """Whether the server has forked it."""
        self._life.settimeout(START_SECONDS)
        self.pid = self._heard()
        self._life.settimeout(None)
        return self.pid is not None

    def kill(self) -> None:
        """Have the server kill it. No signal from here: its number may be another's by now."""
        with suppress(OSError):
            self._life.shutdown(socket.SHUT_WR)

    def wait(self) -> int:
        """Its exit code, minus the signal that killed it; it dies with the server, by SIGKILL."""
        if self._code is None:
            heard = self._heard()
            self._code = -signal.SIGKILL if heard is None else heard
        return self._code

    def close(self) -> None:
        """Let go of it and see it off; one that nobody killed may still do its job."""
        for file in (self.stdin, self.stdout):
            with suppress(BrokenPipeError):  # what was to be written has no reader any more
                file.close()
        self.wait()
        self._life.close()

    def _heard(self) -> int | None:
        """What the server says next; None when it is no more, or silent for too long."""
        with suppress(OSError):
            if said := self._life.recv(16):
                return int(said)
        return None

    def __enter__(self) -> "ForkedPaper":
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Child = ForkedPaper | subprocess.Popen[bytes]


def fresh(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """A child that has to import everything first."""
    return _python(
        "reports.render.jobs", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
    )


def _python(module: str, *arguments: str, **files: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), **files)  # noqa: S603 - our own


def environment() -> dict[str, str]:
    """No secrets, and nothing that could make two runs differ."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TMPDIR": tempfile.gettempdir(),
    }


class Server:
    """A fork server of this process."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.proved = False  # that it can fork
        with theirs:
            self.process = _python(
                "reports.render.fork_server", str(PAPERS), stdin=theirs, stdout=subprocess.DEVNULL
            )

    def fork(self, errors: IO[bytes]) -> ForkedPaper | None:
        """A child that waits for its job; None when the server takes no more."""
        job, stdin = os.pipe()
        stdout, answers = os.pipe()
        life, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        forked = ForkedPaper(stdin, stdout, life)
        with theirs, suppress(OSError):  # a dead server is noticed below, by its silence
            files = [job, answers, errors.fileno(), theirs.fileno()]
            socket.send_fds(self._control, [b"fork"], files)
        os.close(job)
        os.close(answers)
        if not forked.begins():
            forked.close()
            return None
        self.proved = True
        return forked

    def leave(self) -> None:
        """Take leave: it ends as soon as it hears of it."""
        self._control.close()

    def disown(self) -> None:
        """Forget it in a process that was forked from its owner."""
        self._control.close()
        self.process.returncode = 0  # it is not ours to wait for


class Renderer:
    """The fork server of this process: started when it is needed, replaced when it has gone."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._left: list[Server] = []  # their ends are still to be noticed
        self._cold_until = 0.0

    def start(self, errors: IO[bytes]) -> Child:
        """A forked child, from a new server if need be; a fresh one without any."""
        for _attempt in range(2):
            server = self._running()
            if server is None:
                break
            if forked := server.fork(errors):
                return forked
            self._replace(server)
        return fresh(errors)

    def _running(self) -> Server | None:
        with self._lock:
            if self._server is None and time.monotonic() >= self._cold_until:
                self._left = [left for left in self._left if left.process.poll() is None]
                self._server = Server()
            return self._server

    def _replace(self, server: Server) -> None:
        """Unless another thread has done so: one server for all threads."""
        with self._lock:
            if self._server is not server:
                return
            server.leave()
            self._left.append(server)
            self._server = None
            if not server.proved:
                self._cold_until = time.monotonic() + COLD_SECONDS
                log.warning("the fork server does not start: papers take longer")

    def end(self) -> None:
        """Leave no server behind when this process exits."""
        with self._lock:
            servers, self._server = [*self._left, self._server], None
            self._left = []
        for server in filter(None, servers):
            server.leave()
            server.process.kill()  # though it be stuck
            server.process.wait()

    def disown(self) -> None:
        """Forget all in a process that was forked from this one, whoever held the lock."""
        for server in filter(None, [*self._left, self._server]):
            server.disown()
        self._begin()


_renderer = Renderer()
atexit.register(_renderer.end)
os.register_at_fork(after_in_child=_renderer.disown)
