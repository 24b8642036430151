"""The key of the history's hashes: never in the database, never the site's ``SECRET_KEY``.

``HISTORY_KEY`` gives it, else the file ``history.key`` in the data folder, which ``prepare`` makes
once. Whoever can write to the database cannot make rows that fit without it. Keys that it took the
place of stand behind it (``HISTORY_FORMER_KEYS``, further lines of the file): with them rows of
their time are checked, and nothing is written any more.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.files import BEGUN, flush, write_whole

SHORTEST = 32  # letters
_read: dict[Path, tuple[tuple[int, int], list[str]]] = {}
_instead: list[Path] = []


class HistoryKeyMissing(ImproperlyConfigured):
    """Nothing can be written to the history, or checked, without its key."""


class HistoryKeyChanged(ImproperlyConfigured):
    """This process still has a key that another one took the place of."""


def read_key() -> str:
    """The key, or "" where there is none."""
    return next(iter(read_keys()), "")


def read_keys() -> list[str]:
    """The key, then the former ones, the last of them first; [] where there is none."""
    if settings.HISTORY_KEY:
        return [str(settings.HISTORY_KEY), *settings.HISTORY_FORMER_KEYS]
    return _read_file(key_file())


def key_file() -> Path:
    """Where the key lies when the settings do not give it."""
    return _instead[-1] if _instead else Path(settings.HISTORY_KEY_PATH)


@contextmanager
def key_file_at(path: Path) -> Iterator[None]:
    """Look for the key's file there until the end of the block: a restore that is not done yet."""
    _instead.append(path)
    try:
        yield
    finally:
        _instead.pop()


def _read_file(path: Path) -> list[str]:
    """The lines of the key's file, read again only when another one took its place."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return []
    seen = (facts.st_ino, facts.st_mtime_ns)
    if path not in _read or _read[path][0] != seen:
        lines = map(str.strip, path.read_text().splitlines())
        _read[path] = seen, [line for line in lines if line]
    return _read[path][1]


def new_key() -> str:
    """Random characters for a key."""
    return secrets.token_hex(32)


def make_key() -> bool:
    """Make the key's file unless it is there; of two who try, one does. Whether it was made."""
    path = key_file()
    scratch = path.with_name(f"{BEGUN}{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key() + "\n")
            flush(file)
        with suppress(FileExistsError):
            os.link(scratch, path)
            return True
    finally:
        scratch.unlink(missing_ok=True)
    return False


def write_keys(keys: list[str]) -> None:
    """Write the key's file anew, the present key first."""
    write_whole(key_file(), "".join(f"{key}\n" for key in keys).encode(), mode=0o600)


def name_of(key: str) -> str:
    """What a key is called where it must not be seen: it says nothing of the key itself."""
    return mac("name", "", key=key)[:16]


def known_keys() -> dict[str, str]:
    """``name → key`` of the present key and the former ones."""
    return {name_of(key): key for key in read_keys()}


def mac(purpose: str, text: str, *, key: str = "") -> str:
    """The keyed hash of a text, by the present key or another; ``purpose`` keeps kinds apart."""
    key = key or read_key()
    if not key:
        raise HistoryKeyMissing(
            "The history has no key: set HISTORY_KEY or HISTORY_KEY_FILE, or run "
            "`manage.py prepare` (docs/operator.md)."
        )
    return hmac.new(key.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
