"""Compiles the message catalogues without gettext installed."""

from collections.abc import Iterable
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed

from core.files import write_whole


def compile_messages(locale_paths: Iterable[str | Path]) -> list[Path]:
    """Write each .mo that is older than its .po; return those written.

    Two processes may do this at once; a reader sees a whole file.
    This process forgets what it has read, whoever of the two wrote: it may have asked before there
    was anything to read.
    """
    written = []
    for root in locale_paths:
        for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not (target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns):
                write_whole(target, polib.pofile(str(source)).to_binary())
                written.append(target)
            translation_file_changed(None, target)  # it asks of no sender
    return written
