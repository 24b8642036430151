"""The program as the supervisor runs it: read once, then forked into its parts.

Nothing here may open a connection or start a thread before the fork.
"""

import os
import sys

import celery.bin.beat
import celery.bin.worker
import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.urls import get_resolver
from gunicorn.app.wsgiapp import run as run_gunicorn

from esa_standards.celery import app


def read():
    """Load settings, models, addresses and tasks; takes most of a start's time."""
    django.setup()
    get_resolver().resolve("/")
    app.loader.import_default_modules()


def facts() -> list:
    """What ``prepare`` may make that this process has read already: texts and the demo's clock."""
    texts = settings.BASE_DIR.glob("locale/*/*/LC_MESSAGES/*.mo")
    made = (*sorted(texts), settings.DEMO_CLOCK)
    return [(str(path), path.stat().st_mtime_ns) for path in made if path.exists()]


def prepare(out: int):
    """``manage.py prepare``, whose words go to the file descriptor ``out``."""
    os.dup2(out, sys.stdout.fileno())
    execute_from_command_line(["manage.py", "prepare"])


def web(*arguments: str):
    """gunicorn, as from its command line."""
    sys.argv = ["gunicorn", "esa_standards.wsgi", *arguments]
    run_gunicorn()


def tasks(*arguments: str):
    """celery, as from its command line: worker or beat."""
    return app.start(["--quiet", *arguments])


__all__ = ["celery", "facts", "prepare", "read", "tasks", "web"]
