"""Checks the history of one office, or of all: each row must follow from the one before it."""

from django.core.management.base import BaseCommand, CommandError

from core.history import first_broken
from people.models import Office


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", nargs="?", help="code of an office; all when left out")

    def handle(self, *, office=None, **options):
        offices = Office.objects.order_by("code")
        if office:
            offices = offices.filter(code=office)
            if not offices:
                raise CommandError(f"There is no office with the code {office}.")
        broken = [line for one in offices if (line := self.verify(one))]
        if broken:
            raise CommandError("\n".join(broken))

    def verify(self, office):
        """Print what is whole; return the sentence about what is not."""
        number = first_broken(office)
        if number is None:
            self.stdout.write(f"{office.code}: {office.events.count()} rows, whole")
            return ""
        return f"{office.code}: the history is broken at row {number}"
