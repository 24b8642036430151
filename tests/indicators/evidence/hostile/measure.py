"""Inspect files one after the other and say what each cost. Run as a small process of its own.

The system counts the memory of the process that starts another one as that one's, too.
"""

import json
import os
import subprocess
import sys
import time

inspector, *paths = sys.argv[1:]
found = {}
for path in paths:
    begin = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-I", inspector, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    said = child.stdout.read().decode()
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    found[os.path.basename(path)] = {
        "answer": json.loads(said) if said else {"refused": "unreadable"},
        "seconds": time.monotonic() - begin,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss // 1024,
    }
sys.stdout.write(json.dumps(found))
