"""How long a click waits for a bell that never rings.

    python -m tests.people.black_hole

prints the seconds of two rings, with the settings of the environment.
"""

import os
import subprocess
import sys
import time

import django
from django.conf import settings


def ring_in_a_new_process(broker: str) -> list[float]:
    """Seconds of the first ring and of the second."""
    environment = {**os.environ, "CELERY_BROKER_URL": broker, "HTTPS": "off"}
    environment["DJANGO_SETTINGS_MODULE"] = "esa_standards.settings"
    run = subprocess.run(
        [sys.executable, "-m", "tests.people.black_hole"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in run.stdout.split()]


def main():
    django.setup()
    import esa_standards.celery  # noqa: F401, PLC0415 - the application must be there to ring
    from people.tasks import ring  # noqa: PLC0415 - after setup

    for _again in range(2):
        begun = time.perf_counter()
        ring()
        sys.stdout.write(f"{time.perf_counter() - begun:.3f}\n")


if __name__ == "__main__":
    main()
