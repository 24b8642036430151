"""How long a click waits for a broker that never answers.

    python -m tests.notifications.black_hole

prints the seconds that two calls took, with the settings of the environment.
"""

import os
import subprocess
import sys

import django
from django.conf import settings

from tests.notifications.waiting import time_taken


def wake_in_a_new_process(broker: str) -> list[float]:
    """Seconds of the first call and of the second."""
    environment = {**os.environ, "CELERY_BROKER_URL": broker, "HTTPS": "off"}
    environment["DJANGO_SETTINGS_MODULE"] = "esa_standards.settings"
    run = subprocess.run(
        [sys.executable, "-m", "tests.notifications.black_hole"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in run.stdout.split()]


def main():
    django.setup()
    import esa_standards.celery  # noqa: F401, PLC0415 - the application must be there to wake
    from notifications.outbox import wake_delivery  # noqa: PLC0415 - after setup

    for _again in range(2):
        begun = time_taken()
        wake_delivery()
        sys.stdout.write(f"{time_taken() - begun:.3f}\n")


if __name__ == "__main__":
    main()
