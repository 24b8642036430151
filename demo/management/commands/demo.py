"""Brings the demonstration office to a point of its year."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from demo import reminding
from demo.people import make_offices
from demo.story import YEAR, Story
from indicators.domain.editions import import_edition
from workflow.models import Cycle

CATALOGUE = Path(settings.BASE_DIR) / "indicators" / "data" / "esa-2560.yaml"
# The day the demonstration starts on: three days after the items were due.
LIVING_DAY = date(2017, 7, 18)


class Command(BaseCommand):
    """Each step through the same domain functions as the pages use; refuses a second time."""

    help = "Make the demonstration office skn2 and bring it to the end of step N (0: people only)."

    def add_arguments(self, parser):
        parser.add_argument("--until", type=int, default=5, choices=range(7), metavar="0…6")
        parser.add_argument(
            "--living",
            action="store_true",
            help="stop in the middle of step N = 4: half done, some late; the clock stands there",
        )

    def handle(self, *args, until, living, **options):
        with translation.override("th"):
            self._tell(until, living=living and until == 4)

    def _tell(self, until, *, living):
        import_edition(CATALOGUE.read_text(encoding="utf-8"), by=None)
        office = make_offices()
        if Cycle.objects.filter(assessment__office=office, assessment__fiscal_year=YEAR).exists():
            raise CommandError(f"The demonstration of {YEAR} is there already.")
        if living:
            self._move_clock()
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
        reminding.settle()

    def _move_clock(self):
        """From here on the demonstration's present is July พ.ศ. 2560, and time runs on."""
        today = timezone.localdate()
        settings.CLOCK_OFFSET_DAYS = (LIVING_DAY - today).days
        settings.DEMO_CLOCK.write_text(str(settings.CLOCK_OFFSET_DAYS))
