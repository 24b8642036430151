"""Brings the stored files into the bucket that the settings name, or back onto this disk.

People go on working meanwhile. Cut off, it is given again and goes on where it stopped.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.files.stores import StoreAway
from indicators.evidence.stored.moving import move_to_disk, move_to_s3


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("to", choices=("s3", "disk"), help="where the files are to lie")

    def handle(self, *, to, **options):
        if not settings.EVIDENCE_S3_BUCKET:
            raise CommandError("EVIDENCE_S3_BUCKET is not set: name the bucket, see the handbook.")
        try:
            moved = (move_to_s3 if to == "s3" else move_to_disk)(self.stderr.write)
        except StoreAway as away:
            raise CommandError(f"The store of files does not answer: {away}") from away
        except OSError as error:  # a full disk
            raise CommandError(
                f"{error}. Give the command again when that is put right."
            ) from error
        if moved.damaged:
            raise CommandError(str(moved))
        self.stdout.write(str(moved))
