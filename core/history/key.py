"""The key of the history's hashes: never in the database, never the site's ``SECRET_KEY``.

``HISTORY_KEY`` gives it, else the file ``history.key`` in the data folder, which ``prepare`` makes
once. Whoever can write to the database cannot make rows that fit without it.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.files import BEGUN, flush

SHORTEST = 32  # letters
_read: dict[Path, str] = {}


class HistoryKeyMissing(ImproperlyConfigured):
    """Nothing can be written to the history, or checked, without its key."""


def read_key() -> str:
    """The key, or "" where there is none."""
    if settings.HISTORY_KEY:
        return str(settings.HISTORY_KEY)
    return _read_file(Path(settings.HISTORY_KEY_PATH))


def _read_file(path: Path) -> str:
    """The key's file, read once a process; looked for again as long as it is not there."""
    if path not in _read:
        try:
            _read[path] = path.read_text().strip()
        except FileNotFoundError:
            return ""
    return _read[path]


def forget_key() -> None:
    """Read the key's file again: another one took its place."""
    _read.clear()


def make_key() -> bool:
    """Make the key's file unless it is there; of two who try, one does. Whether it was made."""
    path = Path(settings.HISTORY_KEY_PATH)
    scratch = path.with_name(f"{BEGUN}{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            flush(file)
        with suppress(FileExistsError):
            os.link(scratch, path)
            return True
    finally:
        scratch.unlink(missing_ok=True)
    return False


def mac(purpose: str, text: str) -> str:
    """The keyed hash of a text; ``purpose`` keeps kinds of texts apart."""
    key = read_key()
    if not key:
        raise HistoryKeyMissing(
            "The history has no key: set HISTORY_KEY or HISTORY_KEY_FILE, or run "
            "`manage.py prepare` (docs/operator.md)."
        )
    return hmac.new(key.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
