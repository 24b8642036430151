"""Switches the two-step sign-in of one person off: for an office whose only administrator lost
the telephone."""

from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refused
from people.sign_in import second_factor
from people.sign_in.names import account_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("name", help="user name or e-mail of the person")
        parser.add_argument("--why", default="", help="the reason, kept in the history")

    def handle(self, *, name, why, **options):
        user = account_of(name)
        if user is None:
            raise CommandError(f"There is no account {name}.")
        try:
            second_factor.reset(user, by=None, why=why)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.username}: switched off; the password alone signs in")
