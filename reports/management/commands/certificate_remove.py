"""Forgets an office's key and certificate: papers are issued unsigned from now on."""

from django.core.management.base import BaseCommand

from reports.documents.signing import remove_certificate
from reports.management.certificates import office_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", help="the code of the office, e.g. skn2")

    def handle(self, **options):
        gone = remove_certificate(office_of(options["office"]))
        self.stdout.write("removed; signed papers stay signed" if gone else "there was none")
