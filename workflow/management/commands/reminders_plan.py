"""``manage.py reminders_plan``: write the reminders that are owed by now."""

from django.core.management.base import BaseCommand

from core import clock
from workflow.reminders.sweep import run_reminders


class Command(BaseCommand):
    help = "Write the reminders that are owed by now. Running it again changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        done = run_reminders(clock.now())
        self.stdout.write(f"{done.reminders} reminders written, {done.messages} messages made")
