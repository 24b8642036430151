"""Founds an office with its first administrator, who then adds everybody else in the browser."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.refusals import Refused
from people.members import add_person
from people.offices import found_office
from people.passwords import one_time_password
from people.roles import grant_role
from people.states import OfficeKind, Role


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("code", help="stands in every address, e.g. skn2: a–z, 0–9 and hyphens")
        parser.add_argument("name", help="the full name, as on papers")
        parser.add_argument("--short-name", help="the name in the page's head; else the full one")
        parser.add_argument("--kind", choices=OfficeKind.values, default=OfficeKind.PRIMARY)
        parser.add_argument("--admin", default="admin", help="the user name of the administrator")
        parser.add_argument("--admin-name", default="ผู้ดูแลระบบ", help="the administrator's name")
        parser.add_argument("--email", default="", help="the administrator's e-mail")

    def handle(self, **options):
        password = one_time_password()
        try:
            found(options, password)
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        self.stdout.write(f"user name: {options['admin']}\none-time password: {password}")


@transaction.atomic
def found(options, password):
    """Make office and administrator, both or neither."""
    office = found_office(
        code=options["code"],
        name=options["name"],
        short_name=options["short_name"] or options["name"],
        kind=options["kind"],
    )
    admin = add_person(
        office,
        username=options["admin"],
        given_name=options["admin_name"],
        email=options["email"],
        password=password,
        by=None,
    )
    grant_role(admin, role=Role.ADMIN, office=office, by=None)
