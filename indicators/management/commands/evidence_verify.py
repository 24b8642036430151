"""Hashes every stored file anew and says which are damaged, whose they are and what cites them.

Ends with the code 1 when any is. Damaged files are marked and shown to nobody, as by the weekly
check; one that was put back from the backup is served again.
"""

from django.core.management.base import BaseCommand, CommandError

from core.files.stores import StoreAway
from indicators.evidence.stored.verifying import verify_all, verify_files
from indicators.models import Blob
from people.models import Office


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", nargs="?", help="code of an office; all when left out")

    def handle(self, *, office=None, **options):
        if office and not Office.objects.filter(code=office).exists():
            raise CommandError(f"There is no office with the code {office}.")
        try:
            report = (
                verify_files(Blob.objects.filter(office__code=office)) if office else verify_all()
            )
        except StoreAway as away:
            raise CommandError(f"The store of files does not answer: {away}") from away
        if report.damaged:
            raise CommandError(str(report))
        self.stdout.write(str(report))
