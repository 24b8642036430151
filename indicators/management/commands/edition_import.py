"""Imports an edition of the standards from a YAML file."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from indicators.catalogue.edition_yaml import EditionInvalid
from indicators.catalogue.editions import import_edition


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            source = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            edition, created = import_edition(source)
        except EditionInvalid as invalid:
            for line, reason in invalid.errors:
                self.stderr.write(f"{file}:{line}: {reason}")
            sys.exit(1)
        if options["verbosity"]:
            done = "imported" if created else "unchanged"
            self.stdout.write(f"{edition.code} version {edition.version}: {done}")
