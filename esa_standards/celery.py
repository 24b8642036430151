"""The Celery application. Tasks are found in each app's tasks.py."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esa_standards.settings")
app = Celery("esa_standards")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect  # Celery's own word, not ours: a worker that has just started is well
def first_pulse(**kwargs):
    """Say so at once: its first task may be a minute away."""
    from people.domain.pulse import Part, note  # noqa: PLC0415 - models are loaded by now

    for part in (Part.WORKER, Part.RENDERER):
        note(part)
