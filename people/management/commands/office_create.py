"""Founds an office with its first administrator and director; they bring in everybody else.

A director or deputy whom the administrator names later is confirmed by a second person of the
office: without a first director only the national office or ``manage.py role_confirm`` could.
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.refusals import Refused
from people.members import add_person
from people.offices import found_office
from people.roles import grant_role
from people.sign_in.passwords import one_time_password
from people.states import OfficeKind, Role

NO_DIRECTOR = (
    "No director was named (--director). The first one whom the administrator names waits for the "
    "national office or for: manage.py role_confirm"
)


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
        parser.add_argument("--director", default="", help="the user name of the first director")
        parser.add_argument("--director-name", default="ผู้อำนวยการ", help="the director's name")
        parser.add_argument("--director-email", default="", help="the director's e-mail")

    def handle(self, **options):
        passwords = {Role.DIRECTOR: one_time_password(), Role.ADMIN: one_time_password()}
        if options["director"] and options["kind"] == OfficeKind.NATIONAL:
            raise CommandError("The national office has administrators and reviewers, no director.")
        if options["director"].lower() == options["admin"].lower():
            raise CommandError("Administrator and director are two people, with two user names.")
        try:
            found(options, passwords)
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        if options["director"]:
            self._send("director", options["director"], passwords[Role.DIRECTOR])
        elif options["kind"] != OfficeKind.NATIONAL:
            self.stderr.write(NO_DIRECTOR)
        self._send("administrator", options["admin"], passwords[Role.ADMIN])

    def _send(self, who, username, password):
        self.stdout.write(f"{who}: {username}\none-time password: {password}")


@transaction.atomic
def found(options, passwords):
    """Make office, administrator and director, all or none."""
    office = found_office(
        code=options["code"],
        name=options["name"],
        short_name=options["short_name"] or options["name"],
        kind=options["kind"],
    )
    _add(office, Role.ADMIN, passwords, options["admin"], options["admin_name"], options["email"])
    if username := options["director"]:
        name, email = options["director_name"], options["director_email"]
        _add(office, Role.DIRECTOR, passwords, username, name, email)


def _add(office, role, passwords, username, name, email):
    who = add_person(
        office,
        username=username,
        given_name=name,
        email=email,
        password=passwords[role],
        by=None,
    )
    grant_role(who, role=role, office=office, by=None)
