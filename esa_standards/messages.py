"""Compiles the message catalogues without gettext installed."""

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed


def compile_messages(locale_paths) -> list[Path]:
    """Write each .mo that is older than its .po; return those written.

    Written aside and renamed: two processes may do this at once, and a reader sees a whole file.
    This process forgets what it has read: it may have asked before there was anything to read.
    """
    written = []
    for root in locale_paths:
        for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
                continue
            aside = target.with_suffix(f".{os.getpid()}.new")
            polib.pofile(str(source)).save_as_mofile(str(aside))
            aside.replace(target)
            translation_file_changed(compile_messages, target)
            written.append(target)
    return written
