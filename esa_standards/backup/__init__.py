"""One folder that holds a whole site, and the way back: ``manage.py backup`` and ``restore``."""

from pathlib import Path

from django.conf import settings

UNFINISHED = "restore.unfinished"  # in the data folder while the files of a backup get their names


def is_unfinished() -> bool:
    """Whether a restore was cut off here while files took their names."""
    return Path(settings.DATA_DIR, UNFINISHED).exists()
