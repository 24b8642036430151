"""Shows the certificate that an office signs its papers with."""

from django.core.management.base import BaseCommand

from reports.documents.signing import certificate_of
from reports.management.certificates import lines_of, office_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", help="the code of the office, e.g. skn2")

    def handle(self, **options):
        found = certificate_of(office_of(options["office"]))
        self.stdout.write(lines_of(found) if found else "none: papers are issued unsigned")
