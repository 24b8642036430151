"""What gunicorn reads before it forks: all of the program, and nothing that may not be shared."""

import os
import subprocess
import sys

from django.conf import settings

BEFORE_THE_FORK = """
import sys, threading
import psutil
from esa_standards import wsgi
from django.db import connections
own = psutil.Process()
print("people.views" in sys.modules and "workflow.urls" in sys.modules)
print([one.connection for one in connections.all(initialized_only=True) if one.connection])
print([one.name for one in threading.enumerate()])
print(own.children(), own.net_connections(), [f.path for f in own.open_files() if "sql" in f.path])
"""


def test_before_the_fork_everything_is_read_and_nothing_is_open(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BEFORE_THE_FORK],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "test",
            "HTTPS": "off",
            "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    read, connections, threads, rest = done.stdout.splitlines()
    assert read == "True"
    assert (connections, threads, rest) == ("[]", "['MainThread']", "[] [] []")
