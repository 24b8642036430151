"""How long one round of reminders takes for the whole country: 245 offices × 60 people × 40 todos.

On a database of its own. Quarter by quarter, so that the growth is seen; all of it is owed on the
same morning, which no real day is. Then a day on which nothing begins while all of it is overdue,
the day on which all turned out to be done, and a day with nothing to do.
"""

import resource
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import thai
from core import clock
from people.models import User
from tests.factories.cycles import jump_to, make_year
from tests.factories.indicators import make_edition
from tests.factories.meetings import make_meeting
from workflow.models import ResolutionTask
from workflow.reminders.sweep import run_reminders
from workflow.states import StepKind

QUARTERS = 4
DUE = date(2017, 6, 30)  # a Friday; Monday after it nothing begins
ROWS = 5000


@dataclass(frozen=True)
class Size:
    """How much is owed: todos are those of one person."""

    offices: int
    people: int
    todos: int


WHOLE = Size(offices=245, people=60, todos=40)
TINY = Size(offices=QUARTERS, people=2, todos=2)


def measure(*, small):
    """One row per round: what, seconds, reminders, messages, megabytes at most so far."""
    return list(measure_rounds(TINY if small else WHOLE))


def measure_rounds(size):
    """The same, round after round."""
    edition = make_edition(1, 1, 1)
    made = 0
    for quarter in range(1, QUARTERS + 1):
        upto = size.offices * quarter // QUARTERS
        for number in range(made, upto):
            make_office_with_todos(number, edition, size)
        yield time_round(f"plan {upto - made} offices", at(DUE))
        made = upto
    yield time_round("the same again", at(DUE) + timedelta(minutes=1))
    yield time_round("all overdue", at(DUE + timedelta(3)))
    finish_all()
    yield time_round("all done", at(DUE + timedelta(4)))
    yield time_round("nothing to do", at(DUE + timedelta(5)))


def at(day):
    """Nine o'clock in Bangkok."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=thai.BANGKOK)


def time_round(what, moment):
    """One round of the sweep at this moment."""
    with clock.pretend(moment):
        begun = time.perf_counter()
        done = run_reminders(clock.now())
        seconds = time.perf_counter() - begun
    return {
        "name": what,
        "s": seconds,
        "reminders": done.reminders,
        "messages": done.messages,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def make_office_with_todos(number, edition, size):
    """An office whose people each owe this many resolution tasks."""
    with clock.pretend(at(date(2017, 1, 10))):
        year = make_year(f"b{number}", edition=edition, staff=0)
        jump_to(year.cycle, StepKind.AGENDA, due=date(2018, 9, 30))
        now = clock.now()
    people = User.objects.bulk_create(
        User(username=f"b{number}-{n}", given_name=f"คน {n}", office=year.office, password="!")
        for n in range(size.people)
    )
    meeting = make_meeting(year.cycle, state="held", starts_at=now, held_at=now, created_at=now)
    item = meeting.agenda.last()
    ResolutionTask.objects.bulk_create(
        (
            ResolutionTask(
                meeting=meeting,
                agenda_item=item,
                text=f"จัดส่งข้อมูลลำดับที่ {k}",
                owner=person,
                due=DUE,
                created_at=now,
                created_by=year.coordinator,
            )
            for person in people
            for k in range(size.todos)
        ),
        batch_size=ROWS,
    )


def finish_all():
    """Everybody did everything."""
    ResolutionTask.objects.update(done_at=at(DUE + timedelta(3)))
