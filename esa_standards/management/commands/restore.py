"""Brings a backup back into an empty database and data folder, with the outbox held.

Every file is compared with its hash first; nothing is touched when one differs. Stop the services
before, run ``prepare`` after. When it was cut off, give it again; the site starts no sooner.
Nothing is sent until an administrator of each office released or dropped what waits, in the browser
or by ``outbox_release``.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from esa_standards.backup.manifest import BackupRefused
from esa_standards.backup.restoring import bring_back


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the key of the history may come with the backup

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, help="the folder of a backup")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="put what is here aside first; PostgreSQL's tables are dropped",
        )

    def handle(self, *, source, replace, **options):
        try:
            done = bring_back(source, replace=replace)
        except (BackupRefused, OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        manifest = done.manifest
        self.stdout.write(
            f"Restored from {manifest.taken_at}: {len(manifest.files)} files, every hash right"
        )
        for name in done.aside:
            self.stdout.write(f"Put aside: {name}")
        self.stdout.write(
            f"{done.waiting} messages are held: release or drop them under People, Health of the "
            "site, or by `manage.py outbox_release`"
        )
        for path in manifest.damaged:
            self.stderr.write(f"missing in the backup: {path}")
        if done.broken:  # everything is in its place; who runs this by a script must know
            raise CommandError("\n".join(done.broken))
