"""Confirms the roles that a person was given, where nobody of the office is left to do it."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import clock
from core.refusals import Refused
from people.roles.deciding import confirm
from people.roles.queries import awaiting_in
from people.states import ROLES_TO_CONFIRM


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", help="the office's code, e.g. skn2")
        parser.add_argument("username", help="the user name of the person whose role waits")
        parser.add_argument(
            "--role",
            choices=[str(role) for role in ROLES_TO_CONFIRM],
            help="only this role, also acting for it; else everything that waits",
        )

    def handle(self, **options):
        rows = awaiting_in(options["office"], options["username"], options["role"], clock.today())
        if not rows:
            raise CommandError("Nothing of this person waits for confirmation in this office.")
        try:
            with transaction.atomic():
                for row in rows:
                    confirm(row, by=None)
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        for row in rows:
            self.stdout.write(f"confirmed: {row}")
        self.stdout.write("Everybody of the office who has a role is notified.")
