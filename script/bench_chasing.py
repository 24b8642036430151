"""How long one round of chasing takes for the whole country: 245 offices × 60 people × 40 todos.

    .venv/bin/python script/bench_chasing.py [OFFICES]

run by script/bench in an environment with a database of its own. Quarter by quarter, so that the
growth is seen; all of it is owed on the same morning, which no real day is. Then a day on which
nothing begins while all of it is overdue, the day on which all turned out to be done, and a day
with nothing to do. Prints one line each: what, seconds, reminders, messages, megabytes at most so
far.
"""

import os
import resource
import sys
import time
from datetime import date, timedelta

OFFICES, PEOPLE, TODOS = 245, 60, 40
QUARTERS = 4
DUE = date(2017, 6, 30)  # a Friday; Monday after it nothing begins
ROWS = 5000


def main():
    import django  # noqa: PLC0415 - settings come from the environment of the parent

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esa_standards.settings")
    django.setup()
    offices = int("".join(sys.argv[1:]) or OFFICES)
    edition = one_small_edition()
    made = 0
    for quarter in range(1, QUARTERS + 1):
        upto = offices * quarter // QUARTERS
        for number in range(made, upto):
            make_office_with_todos(number, edition)
        tell(f"plan {upto - made} offices", *round_of(at(DUE)))
        made = upto
    tell("the same again", *round_of(at(DUE) + timedelta(minutes=1)))
    tell("all overdue", *round_of(at(DUE + timedelta(3))))
    finish_all()
    tell("all done", *round_of(at(DUE + timedelta(4))))
    tell("nothing to do", *round_of(at(DUE + timedelta(5))))


def at(day):
    """Nine o'clock in Bangkok."""
    from datetime import datetime  # noqa: PLC0415 - with the zone below

    from esa_standards import thai  # noqa: PLC0415 - after setup

    return datetime(day.year, day.month, day.day, 9, tzinfo=thai.BANGKOK)


def round_of(moment):
    """(seconds, reminders, messages) of one round."""
    from people import clock  # noqa: PLC0415 - after setup
    from workflow.domain.chasing.sweep import chase  # noqa: PLC0415 - likewise

    with clock.pretend(moment):
        begun = time.perf_counter()
        done = chase(clock.now())
        return time.perf_counter() - begun, done.reminders, done.messages


def tell(what, seconds, reminders, messages):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{what}\t{seconds:.1f}\t{reminders}\t{messages}\t{peak:.0f}\n")
    sys.stdout.flush()


def one_small_edition():
    from tests.factories.indicators import make_edition  # noqa: PLC0415 - after setup

    return make_edition(1, 1, 1)


def make_office_with_todos(number, edition):
    from people import clock  # noqa: PLC0415 - after setup
    from people.models import User  # noqa: PLC0415 - likewise
    from tests.factories.cycles import jump_to, make_year  # noqa: PLC0415 - likewise
    from workflow.models import AgendaItem, Meeting, ResolutionTask  # noqa: PLC0415 - likewise
    from workflow.states import StepKind  # noqa: PLC0415 - likewise

    with clock.pretend(at(date(2017, 1, 10))):
        year = make_year(f"b{number}", edition=edition, staff=0)
        jump_to(year.cycle, StepKind.AGENDA, due=date(2018, 9, 30))
        now = clock.now()
    people = User.objects.bulk_create(
        User(username=f"b{number}-{n}", given_name=f"คน {n}", office=year.office, password="!")  # noqa: S106 - opens nothing
        for n in range(PEOPLE)
    )
    meeting = Meeting.objects.create(
        cycle=year.cycle,
        kind="committee",
        number=1,
        state="held",
        title="ประชุมคณะกรรมการ",
        starts_at=now,
        held_at=now,
        place="ห้องประชุม",
        created_at=now,
        created_by=year.coordinator,
    )
    item = AgendaItem.objects.create(meeting=meeting, order=1, title="เรื่องอื่น ๆ")
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
            for k in range(TODOS)
        ),
        batch_size=ROWS,
    )


def finish_all():
    """Everybody did everything."""
    from workflow.models import ResolutionTask  # noqa: PLC0415 - after setup

    ResolutionTask.objects.update(done_at=at(DUE + timedelta(3)))


if __name__ == "__main__":
    main()
