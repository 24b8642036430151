"""Runs a program with little memory and time and without any network. Free of Django.

``python -I shut_in.py MEMORY SECONDS PROGRAM ARGUMENTS…``. The network is taken away where the
system lets a program do so; where not, the program's own settings keep it from asking.
"""

import ctypes
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

NEW_USER, NEW_NET = 0x10000000, 0x40000000  # of unshare(2)
LARGEST = 512 * 1024 * 1024  # bytes of a file that it writes


def main() -> None:
    """Shut oneself in and become the program."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    without_network()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - the very purpose


def without_network() -> bool:
    """A network of one's own in which there is nothing; False where that is not allowed."""
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None).unshare(NEW_USER | NEW_NET) != 0:
        return False
    own = Path("/proc/self")
    with suppress(OSError):  # without it the program is nobody, which does as well
        (own / "setgroups").write_text("deny")
        (own / "uid_map").write_text(f"{user} {user} 1")
        (own / "gid_map").write_text(f"{group} {group} 1")
    return True


if __name__ == "__main__":
    main()
