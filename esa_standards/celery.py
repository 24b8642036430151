"""The Celery application. Tasks are found in each app's tasks.py."""

import os

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esa_standards.settings")
# Whatever names a folder as its broker gets ours, which never reads half a message.
TRANSPORT_ALIASES["filesystem"] = "notifications.folder_transport:Transport"
app = Celery("esa_standards")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect  # Celery's own word, not ours: a worker that has just started is well
def first_heartbeat(**kwargs):
    """Say so at once: its first task may be a minute away."""
    from core.heartbeat import Component, beat  # noqa: PLC0415 - models are loaded by now

    for part in (Component.WORKER, Component.RENDERER):
        beat(part)
