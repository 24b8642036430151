"""Checks the history of one office, or of all: each row must follow from the one before it.

A table that was emptied or cut follows from itself. With --head it is asked whether the history
still holds the row of a head that left this machine: the line in a digest of an administrator or
director, or at the foot of an approved paper. Where the key changed, each change is named.
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.history import first_broken, guards
from core.history.generations import KEY_RESTARTED
from core.history.heads import contains, head_of, read_head
from core.history.rekeying import changes_of_key
from people.models import Office


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("office", nargs="?", help="code of an office; all when left out")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            help="office:number:code, as a digest or paper shows it; may be given several times",
        )

    def handle(self, *, office=None, head=(), **options):
        heads = [self.read(typed) for typed in head]
        offices = Office.objects.order_by("code")
        wanted = {one.office for one in heads} | ({office} if office else set())
        if wanted:
            offices = offices.filter(code__in=wanted)
            if absent := wanted - {one.code for one in offices}:
                raise CommandError(f"There is no office with the code {', '.join(absent)}.")
        broken = [line for one in offices if (line := self.verify(one))]
        broken += [line for one in heads if (line := self.find(one))]
        broken += [
            f"{table}: the triggers that refuse changes are missing or say something else; "
            "`manage.py migrate` makes them"
            for table in guards.missing(connection)
        ]
        if broken:
            raise CommandError("\n".join(broken))

    def read(self, typed):
        head = read_head(typed)
        if head is None:
            raise CommandError(
                f"“{typed}” is no head of a history. It reads office:number:code, "
                "with sixteen signs 0-9 and a-f in the code."
            )
        return head

    def verify(self, office):
        """Print what is whole; return the sentence about what is not."""
        number = first_broken(office)
        if number is None:
            head = head_of(office)
            shown = f", head {head}" if head else ""
            self.stdout.write(f"{office.code}: {office.events.count()} rows, whole{shown}")
            for line in sentences(changes_of_key(office.pk)):
                self.stdout.write(f"{office.code}: {line}")
            return ""
        return f"{office.code}: the history is broken at row {number}"

    def find(self, head):
        """Print that the history holds the head; return the sentence about one that it lost."""
        office = Office.objects.filter(code=head.office).first()
        if office is None:
            return f"{head}: there is no office with the code {head.office}"
        if contains(office, head):
            self.stdout.write(f"{head}: the history holds it{doubt_of(office, head)}")
            return ""
        length = office.events.count()
        if length < head.number:
            return f"{head}: rows are gone: the history ends after {length} rows"
        return f"{head}: the history was written anew: row {head.number} is another one"


def doubt_of(office, head):
    """What is to be said of a row whose hash is there and was never verified."""
    for event in changes_of_key(office.pk):
        if event.verb == KEY_RESTARTED and event.number > head.number:
            return f"; its words could not be verified when the key changed at row {event.number}"
    return ""


def sentences(changes):
    """One about each change of the key; what was said before a restart is no proof any more."""
    restarts = [event.number for event in changes if event.verb == KEY_RESTARTED]
    for event in changes:
        begin = f"new key from row {event.number} on, {event.at:%Y-%m-%d}"
        known = "the rows before it were verified then and are unchanged since"
        if event.verb == KEY_RESTARTED:
            broken_at = event.after.get("broken_at")
            known = f"rows from {broken_at} on could not be verified then; all are unchanged since"
        if restarts and event.number < restarts[-1]:
            known = f"this row itself could not be verified, see row {restarts[-1]}"
        yield f"{begin}: {known}. Reason: {event.why}"
