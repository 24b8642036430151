"""Starts the programs that draw and convert: limited, alone, and thrown away afterwards."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from indicators.renditions import drawing

PROGRAM = Path(drawing.__file__).with_name("__main__.py")
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 60
WALL_SECONDS = 120


class NotDrawn(Exception):
    """Pictures of this file are not possible; the words are for the log."""


def drawn(pdf: Path, folder: Path, *, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Draw pages into ``folder`` and yield what the child says, line by line.

    A page at which it dies is called ``unreadable``; without any page it is ``NotDrawn``.
    """
    job = {
        "pdf": str(pdf),
        "folder": str(folder),
        "first": first,
        "last": last,
        "thumbnail": first == 1,
        "memory": MEMORY,
        "seconds": CPU_SECONDS,
    }
    with running([sys.executable, "-I", str(PROGRAM)], seconds=WALL_SECONDS) as child:
        begun = None
        for message in _lines(child, job):
            if "done" in message:
                return
            begun = message.get("begins", begun)
            yield message
    if begun is None:
        raise NotDrawn("it cannot be opened, or took too much time or memory")
    yield {"unreadable": begun, "why": "too much time or memory"}


def _lines(child: "subprocess.Popen[bytes]", job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if child.stdin is None or child.stdout is None:
        raise NotDrawn("started without pipes")
    with suppress(BrokenPipeError), child.stdin as channel:
        channel.write(json.dumps(job).encode())
    for line in child.stdout:
        with suppress(ValueError):  # cut off where it was killed
            yield json.loads(line)


@contextmanager
def running(
    command: list[str], *, seconds: float, **options: Any
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program in a process group of its own, of which nothing is left after the block."""
    child = subprocess.Popen(  # noqa: S603 - our own programs, and paths we made ourselves
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=options.pop("env", {}),
        start_new_session=True,
        **options,
    )
    clock = threading.Timer(seconds, _end, [child])
    clock.start()
    try:
        yield child
    finally:
        clock.cancel()
        _end(child)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _end(child: "subprocess.Popen[bytes]") -> None:
    """The whole group: what it started goes with it. It is not waited for yet, so it is ours."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
