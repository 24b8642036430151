"""Writes the whole site into a new folder: the database at one moment, then every file it names.

The folder is there when it is whole, or not at all. The site may go on running meanwhile.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from core.history.key import read_key
from esa_standards.backup.manifest import BackupRefused, Manifest
from esa_standards.backup.taking import KEY, back_up

SHOWN = 10  # names of damaged files


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path, help="a folder that is not there yet")
        parser.add_argument(
            "--without-key", action="store_true", help=f"leave {KEY} out; carry it by hand"
        )

    def handle(self, *, target, without_key, **options):
        try:
            made = back_up(target, with_key=not without_key)
        except (BackupRefused, OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        size = sum(entry.size for entry in (*made.database, *made.files))
        self.stdout.write(f"{target}: {len(made.files)} files, {size / 1e6:.1f} MB")
        for line in keys_of(made):
            self.stdout.write(line)
        if made.damaged:
            names = ", ".join(made.damaged[:SHOWN])
            self.stderr.write(
                f"{len(made.damaged)} files were missing or damaged on the site already and are "
                f"not in the backup: {names}"
            )


def keys_of(made: Manifest) -> list[str]:
    """Which secrets lie in the backup, and which somebody has to carry."""
    inside = any(entry.path == KEY for entry in made.files)
    if inside:
        history = f"In the backup: {KEY}, the history's key. Keep others from reading the folder."
    elif read_key():
        history = "Not in the backup: the history's key (HISTORY_KEY or history.key)."
    else:
        history = "Not in the backup: the history's key; this site has none yet."
    return [
        history,
        "Not in the backup: SECRET_KEY, passwords of database and mail server, and the "
        "certificates of signatures. Keep them elsewhere; docs/operator.md says what each is for.",
    ]
