"""Lets messages go out again that are held since a restore: one office's, or everybody's.

With --drop what waits now is never sent; new messages go out. Administrators do the same for their
own office in the browser.
"""

from django.core.management.base import BaseCommand, CommandError

from core.refusals import MoveRefused
from notifications.hold import end_hold, hold_of, waiting_count
from notifications.models import Delivery
from people import undelivered
from people.models import Office


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", nargs="?", help="code of an office; all when left out")
        parser.add_argument("--drop", action="store_true", help="never send what waits now")

    def handle(self, *, office=None, drop=False, **options):
        offices = Office.objects.order_by("code")
        if office:
            offices = offices.filter(code=office)
            if not offices:
                raise CommandError(f"There is no office with the code {office}.")
        last = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        waited, ended = waiting_count(), 0
        for one in offices:
            if hold_of(one) is None:
                continue
            try:
                if drop:
                    undelivered.drop(one, by=None, until=last)
                else:
                    undelivered.release(one, by=None)
            except MoveRefused:  # an administrator was faster
                continue
            ended += 1
        if not office and hold_of(None) is not None:
            end_hold(None, by=None, drop_until=last if drop else 0)
            ended += 1
        if not ended:
            raise CommandError("Nothing is held.")
        number = waited - waiting_count()
        self.stdout.write(f"{number} messages {'dropped' if drop else 'released'}")
