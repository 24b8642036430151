"""Keeps an office's key and certificate (PKCS#12): its final papers are signed with them."""

import sys
from getpass import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports.documents.signing import set_certificate
from reports.management.certificates import lines_of, office_of
from reports.render.certificate import UnusableCertificate


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", help="the code of the office, e.g. skn2")
        parser.add_argument("file", type=Path, help="the .p12 or .pfx file with the key")

    def handle(self, **options):
        office = office_of(options["office"])
        try:
            found = set_certificate(office, options["file"].read_bytes(), passphrase())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except UnusableCertificate as error:
            raise CommandError(str(error)) from error
        self.stdout.write(lines_of(found))


def passphrase():
    """Typed, or the first line of input: everybody on the machine sees arguments."""
    if sys.stdin.isatty():
        return getpass("Passphrase of the file: ")
    return sys.stdin.readline().rstrip("\n")
