"""Server time and queries of pages, through the whole stack of middleware.

An office's pages are compared with the bare frame: the same signed-in request for a page with
nothing in it. The pages of a whole country and of a full inbox are notified in milliseconds.
"""

import statistics
import sys
import time
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from indicators.models import Consideration, Indicator
from tests.bench import worlds

WARM_UP = 3
BARE = "bare"


@dataclass(frozen=True)
class Size:
    """How often each page is asked, and how much there is to show."""

    rounds: int
    country_rounds: int
    offices: int
    notifications: int


WHOLE = Size(rounds=31, country_rounds=11, offices=252, notifications=2000)
TINY = Size(rounds=2, country_rounds=2, offices=2, notifications=20)


@dataclass(frozen=True)
class Page:
    """An address and the signed-in browser that asks for it."""

    client: Client
    address: str

    def get(self):
        """Ask once; what is no page ends the run."""
        answer = self.client.get(self.address)
        if answer.status_code != 200:
            sys.exit(f"{self.address} answers {answer.status_code}")


def measure(*, small):
    """Rows of name, median milliseconds, queries, and ratio to the bare frame by the clock."""
    size = TINY if small else WHOLE
    with override_settings(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="tests.bench.urls"):
        world = worlds.tiny_world() if small else worlds.demo_world()
        worlds.settle()
        rows = rows_of(office_pages(world), size.rounds)
        worlds.submit_country(world, size.offices)
        worlds.fill_inbox(world, size.notifications)
        worlds.settle()
        return [*rows, *rows_of(country_pages(world), size.country_rounds)[1:]]


def office_pages(world):
    """What the coordinator of one office looks at, the bare frame first."""
    client, year = signed_in(world.coordinator), world.address
    of_edition = {"standard__edition": world.cycle.assessment.edition}
    indicator = Indicator.objects.filter(**of_edition).order_by("pk").first()
    consideration = Consideration.objects.filter(indicator=indicator).order_by("pk").first()
    addresses = {
        BARE: reverse("bare"),
        "home": reverse("workflow:home"),
        "cycle": reverse("workflow:cycle", args=year),
        "assignments": reverse("indicators:assignment_table", args=year),
        "reminders": reverse("workflow:reminder_list", args=year),
        "lateness": reverse("workflow:lateness", args=year),
        "item": reverse("indicators:item", args=[*year, consideration.code]),
        "indicator": reverse("indicators:indicator", args=[*year, indicator.code]),
        "scoring": reverse("indicators:scoring", args=year),
        "documents": reverse("reports:document_list", args=year),
    }
    return {name: Page(client, address) for name, address in addresses.items()}


def country_pages(world):
    """What OBEC looks at when everybody has submitted, and the search of a full inbox."""
    obec = signed_in(world.obec)
    search = f"{reverse('notifications:notification_list')}?q={worlds.SEARCHED}"
    return {
        BARE: Page(obec, reverse("bare")),
        "OBEC home": Page(obec, reverse("workflow:home")),
        "OBEC todos": Page(obec, reverse("workflow:todo_list")),
        "OBEC submissions": Page(obec, reverse("workflow:submission_list")),
        "notification search": Page(signed_in(world.reader), search),
    }


def signed_in(user):
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="people.sign_in.backend.SessionBackend")
    return client


def rows_of(pages, rounds):
    """One row per page; the bare frame is among them and the measure of the others."""
    queries = {name: count(page) for name, page in pages.items()}
    medians = {
        name: [statistics.median(measured) for measured in zip(*times, strict=True)]
        for name, times in time_all(pages, rounds).items()
    }
    return [
        {
            "name": name,
            "ms": wall,
            "cpu ms": processor,
            "queries": queries[name],
            "ratio": wall / medians[BARE][0],
        }
        for name, (wall, processor) in medians.items()
    ]


def count(page):
    """Queries of one request, once everything that is kept in memory is there."""
    for _ in range(WARM_UP):
        page.get()
    with CaptureQueriesContext(connection) as queries:
        page.get()
    return len(queries)


def time_all(pages, rounds):
    """Of each request what ``time_one`` says.

    Every round asks each page once and the bare frame before each, so that whatever else the
    machine does meanwhile slows the bare frame and the pages alike.
    """
    times = {name: [] for name in pages}
    for _ in range(rounds):
        for name, page in pages.items():
            if name != BARE:
                times[BARE].append(time_one(pages[BARE]))
                times[name].append(time_one(page))
    return times


def time_one(page):
    """Milliseconds by the clock, and of our own processor's time, which a busy machine spares."""
    wall, processor = time.perf_counter(), time.process_time()
    page.get()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)
