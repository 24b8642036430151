"""Brings the demonstration office to a point of its year."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from core.catalogues import compile_messages
from demo import reminders
from demo.people import make_offices
from demo.story import YEAR, Story
from indicators.catalogue.editions import import_edition
from reports.render.font import build_fonts
from workflow.models import Cycle

CATALOGUE = Path(settings.BASE_DIR) / "indicators" / "data" / "esa-2560.yaml"
# The day the demonstration stands on after step N: soon after the last thing that happened.
DAYS = (
    date(2016, 10, 3),
    date(2016, 10, 13),
    date(2016, 11, 25),
    date(2016, 12, 22),
    date(2017, 7, 17),
    date(2017, 8, 17),
    date(2017, 9, 26),
)
# And in the middle of step 4: three days after the items were due.
LIVING_DAY = date(2017, 7, 18)


class Command(BaseCommand):
    """Each step through the same domain functions as the pages use; refuses a second time.

    Whole or not at all: what was cut off or failed has left nothing and can be repeated.
    """

    help = (
        "Make the demonstration office skn2 and bring it to the end of step N (0: people only), "
        "its clock to the day after."
    )

    def add_arguments(self, parser):
        parser.add_argument("--until", type=int, default=5, choices=range(7), metavar="0…6")
        parser.add_argument(
            "--living",
            action="store_true",
            help="stop in the middle of step N = 4: half done, some late",
        )

    def handle(self, *args, until, living, **options):
        living = living and until == 4
        compile_messages(settings.LOCALE_PATHS)  # the papers' wording is taken from them
        build_fonts(settings.FONT_ROOT)
        before = settings.CLOCK_OFFSET_DAYS
        day = LIVING_DAY if living else DAYS[until]
        settings.CLOCK_OFFSET_DAYS = (day - timezone.localdate()).days
        try:
            with translation.override("th"), transaction.atomic():
                self._live_through(until, living=living)
        except BaseException:
            settings.CLOCK_OFFSET_DAYS = before
            raise
        keep_clock()

    def _live_through(self, until, *, living):
        import_edition(CATALOGUE.read_text(encoding="utf-8"), by=None)
        office = make_offices()
        if Cycle.objects.filter(assessment__office=office, assessment__fiscal_year=YEAR).exists():
            raise CommandError(f"The demonstration of {YEAR} is there already.")
        story = Story(office)
        if until:
            story.open_year()
        for number, step in enumerate((story.agenda, story.briefing, story.appointment), start=1):
            if number <= until:
                step()
                self.stdout.write(f"step {number} done")
        if until >= 4:
            story.committee_work(half=living)
            self.stdout.write("step 4 half done, some late" if living else "step 4 done")
        if until >= 5:
            story.self_assessment()
            self.stdout.write("step 5 done")
        if until >= 6:
            story.summary()
            self.stdout.write("step 6 done")
        reminders.settle()


def keep_clock():
    """From here on the demonstration's present is in พ.ศ. 2560, and time runs on.

    Only when the story is safe in the database; renamed, so that no start reads half a number.
    """
    aside = settings.DEMO_CLOCK.with_suffix(".new")
    aside.write_text(str(settings.CLOCK_OFFSET_DAYS))
    aside.replace(settings.DEMO_CLOCK)
