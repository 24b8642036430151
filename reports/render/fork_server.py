"""Imports what papers need once, and forks a child for each of them: started by `renderer`.

On standard input, a socket, it gets the open files of a child: its standard input, output and
error, and a socket of its life. On that one the server answers the child's number and, in the end,
its exit code; whoever closes it, or dies, has the child killed. The server itself never reads a
job, so that nothing of one paper can reach the next.

It ends with its owner and takes its children with it. It forks no more, and so has a new server
started in its place, when it has seen enough papers, has grown, or when a file that it was
imported from has changed.
"""

import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from reports.render import jobs

IDLE_SECONDS = 600  # then the memory is better given back
GROWTH = 1.5
LAST_SIGNAL_OF_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """What the server knows of a child."""

    def __init__(self, pid: int, life: socket.socket):
        self.pid, self.life = pid, life
        self.handle = os.pidfd_open(pid)

    def say(self, number: int) -> None:
        """To whom it renders for, who may be gone."""
        with suppress(OSError):
            self.life.send(str(number).encode())


class ForkServer:
    """Forks for whoever holds the other end of `control`, at most `papers` times."""

    def __init__(self, control: socket.socket, papers: int):
        self._control, self._left = control, papers
        self._children: set[Child] = set()
        self._sources, self._memory = sources(), resident()
        self._events = selectors.PollSelector()
        self._events.register(control, selectors.EVENT_READ, self._take)
        # A process forked from the owner may hold the socket too; this hears of the owner alone.
        owner = os.pidfd_open(os.getppid())
        self._events.register(owner, selectors.EVENT_READ, end)

    def serve(self) -> None:
        """Until there is nothing to do for long, or nothing more will be taken and all is done."""
        while self._left or self._children:
            events = self._events.select(None if self._children else IDLE_SECONDS)
            if not events:
                return
            for key, _mask in events:
                key.data()

    def _take(self) -> None:
        message, files, *_rest = socket.recv_fds(self._control, 16, 4)
        if not message:  # the owner wants no more of us
            end()
        if self._used_up():
            self._events.unregister(self._control)
            self._control.close()
            self._left = 0
        else:
            self._left -= 1
            self._fork(files)
        for file in files:
            os.close(file)

    def _used_up(self) -> bool:
        return (
            not self._left
            or resident() > GROWTH * self._memory
            or any(changed_at(path) != at for path, at in self._sources.items())
        )

    def _fork(self, files: list[int]) -> None:
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no room for one more process: who asked hears nothing, and knows
            return
        if pid == 0:
            become_child(server, files[:3])
        child = Child(pid, socket.socket(fileno=os.dup(files[3])))
        child.say(pid)
        self._children.add(child)
        self._events.register(child.life, selectors.EVENT_READ, partial(self._kill, child))
        self._events.register(child.handle, selectors.EVENT_READ, partial(self._bury, child))

    def _kill(self, child: Child) -> None:
        if child in self._children:
            self._events.unregister(child.life)
            signal.pidfd_send_signal(child.handle, signal.SIGKILL)

    def _bury(self, child: Child) -> None:
        """It has ended."""
        self._events.unregister(child.handle)
        if child.life in self._events.get_map():
            self._events.unregister(child.life)
        _pid, status = os.waitpid(child.pid, 0)
        child.say(os.waitstatus_to_exitcode(status))
        child.life.close()
        os.close(child.handle)
        self._children.remove(child)


def become_child(server: int, files: list[int]) -> NoReturn:
    """Go on as a process that was started afresh would: these files, no others, and the job."""
    try:
        LIBC.prctl(LAST_SIGNAL_OF_PARENT, signal.SIGKILL)
        if os.getppid() != server:  # it died in between
            end()
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.closerange(3, 1 + max(map(int, os.listdir("/proc/self/fd"))))
        # Anew, because the old ones remember where they stood in the server's files.
        sys.stdin, sys.stdout, sys.stderr = (open(0), open(1, "w"), open(2, "w"))
        do_job()
    finally:  # whatever happened: the child never runs on in the server's code
        os._exit(1)


def do_job() -> None:
    """Do it, or say what went wrong as a fresh process would."""
    try:
        jobs.main()
    except MemoryError:  # there may not be enough left to say where
        os.write(2, b"MemoryError\n")
    except Exception:  # noqa: BLE001 - whatever it is, who asked for the paper gets to know
        traceback.print_exc()
        sys.stderr.flush()


def sources() -> dict[str, int | None]:
    """When each file that a module was read from was last changed."""
    paths = {getattr(module, "__file__", None) for module in sys.modules.values()}
    return {path: changed_at(path) for path in paths if path}


def changed_at(path: str) -> int | None:
    """In nanoseconds; None when it is gone."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


def resident() -> int:
    """Pages of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1])


def end() -> NoReturn:
    """At once; the kernel kills the children then."""
    os._exit(0)


def main() -> None:
    """Serve the process that started this one."""
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the owner, who may finish a paper
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # an owner who ignores it would pass that on
    gc.collect()
    gc.freeze()  # else a collection would copy what children share with the server
    ForkServer(socket.socket(fileno=os.dup(0)), int(sys.argv[1])).serve()


if __name__ == "__main__":
    main()
