"""Days and rounds for the tests of reminders: a due date, and what happens around it."""

from datetime import date, datetime, time, timedelta

import thai
from core import clock
from notifications.models import Notification
from notifications.states import DIGEST
from tests.factories import cycles as make
from workflow.models import Reminder
from workflow.reminders.sweep import run_reminders
from workflow.states import StepKind

DUE = date(2017, 6, 30)  # a Friday; Asalha Bucha and its day in lieu follow on 8 and 10 July


def at(day, hour=9, minute=0):
    """That time of a day in Bangkok."""
    return datetime.combine(day, time(hour, minute), thai.BANGKOK)


def after(days, due=DUE):
    """Nine o'clock, so many days after the due date."""
    return at(due + timedelta(days))


def round_at(moment):
    """One round of reminders with the clock at ``moment``."""
    with clock.pretend(moment):
        return run_reminders(clock.now())


def rounds(days, due=DUE):
    """One round each morning of ``days``; how many messages each made."""
    return [round_at(after(n, due)).messages for n in days]


def make_due(due=DUE, *, since=-100, **options):
    """A year whose first step is due on ``due`` and open since so many days after it."""
    with clock.pretend(after(since, due)):
        year = make.make_year(**options)
    Notification.objects.all().delete()
    make.jump_to(year.cycle, StepKind.AGENDA, due=due)
    make.open_since(year.cycle, StepKind.AGENDA, after(since, due))
    return year


def stages(**of):
    """The stages that were written, in the order of their writing."""
    return list(Reminder.objects.filter(**of).order_by("pk").values_list("stage", flat=True))


def digests(**of):
    """The digests that were made, oldest first."""
    return list(Notification.objects.filter(kind=DIGEST, **of).order_by("pk"))
