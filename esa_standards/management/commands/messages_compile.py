"""Compiles what changed in the message catalogues."""

from django.conf import settings
from django.core.management.base import BaseCommand

from core.catalogues import compile_messages


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **options):
        for path in compile_messages(settings.LOCALE_PATHS):
            if options["verbosity"]:
                self.stdout.write(f"compiled {path.relative_to(settings.BASE_DIR)}")
