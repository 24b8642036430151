"""``manage.py reminders_plan``: write the reminders that are owed by now."""

from django.core.management.base import BaseCommand

from people import clock
from workflow.domain.chasing.sweep import chase


class Command(BaseCommand):
    help = "Write the reminders that are owed by now. Running it again changes nothing."

    def handle(self, *args, **options):
        done = chase(clock.now())
        self.stdout.write(f"{done.reminders} reminders written, {done.messages} messages made")
