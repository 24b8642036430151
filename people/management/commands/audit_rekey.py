"""Lets a new key take the place of the history's key: by rule, because it leaked, or was lost.

Stop the services before. Every row is verified first; none is written anew, so heads in mailboxes
and on papers stay true. Without HISTORY_KEY the new key is made and put into history.key, in front
of the former ones; with HISTORY_KEY set it to a new key, and HISTORY_FORMER_KEYS to the former one.
"""

from django.core.management.base import BaseCommand, CommandError

import thai
from core.history.generations import KEY_RESTARTED
from core.history.heads import head_at
from core.history.rekeying import RekeyRefused, rekey


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # a key that was lost is one of them

    def add_arguments(self, parser):
        parser.add_argument("--why", required=True, help="the reason, kept in the history")
        parser.add_argument(
            "--unverified",
            action="store_true",
            help="also where the key was lost or rows are broken; the history says so for ever",
        )

    def handle(self, *, why, unverified, **options):
        if not thai.trimmed(why):
            raise CommandError("The reason is empty.")
        try:
            events = rekey(why=thai.trimmed(why), unverified=unverified)
        except RekeyRefused as refused:
            raise CommandError(
                f"{refused}\nNothing was changed; see docs/operator.md."
            ) from refused
        for event in events:
            before = "not verified" if event.verb == KEY_RESTARTED else "verified"
            self.stdout.write(
                f"{event.office.code}: the rows before row {event.number} were {before}, "
                f"head {head_at(event, event.office)}"
            )
        self.stdout.write("Start the services anew and make a backup: older ones hold another key.")
