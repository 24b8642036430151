"""Founds the data of one world in the folder that DATA_DIR names.

    python -m tests.journeys.found base|empty|named|half|done

A process of its own: the tests' process never opens the product's database. ``half`` and ``done``
leave beside it ``demo.sqlite3``, the office as the demonstration leaves it, the rows that the
addresses of ``tests.access.table`` name as ``rows.json``, and the whole world as ``world.pickle``.
"""

import io
import json
import pickle
import sqlite3
import sys
from contextlib import closing
from datetime import time

import django
from django.utils import translation

YEARS = {"half": {"until": 4, "living": True}, "done": {"until": 6}}


def main(world):
    django.setup()
    with translation.override("th"):
        if world == "base":
            prepare()
        elif world == "empty":
            make_people()
        elif world == "named":
            name_everybody()
        else:
            make_year(**YEARS[world])


def prepare():
    """As a first start does, without content: no edition, no office."""
    from esa_standards.management.commands.prepare import Command  # noqa: PLC0415 - after setup

    command = Command()
    command.load_catalogue = command.load_demo = lambda: None
    command.handle()


def make_people():
    from demo.people import make_offices  # noqa: PLC0415 - after setup

    make_offices()


def name_everybody():
    """The office at the end of step 2: everything has its person, no order appoints them yet."""
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    from demo.people import make_offices  # noqa: PLC0415 - after setup
    from demo.story import Story  # noqa: PLC0415 - after setup

    catalogue = settings.BASE_DIR / "indicators/data/esa-2560.yaml"
    call_command("edition_import", catalogue, verbosity=0)
    story = Story(make_offices())
    story.open_year()
    story.agenda()
    story.briefing()


def make_year(**options):
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    from people.models import Office  # noqa: PLC0415 - after setup
    from tests.access.world import furnish  # noqa: PLC0415 - after setup

    call_command("demo", **options, stdout=io.StringIO())
    with closing(sqlite3.connect(settings.DATA_DIR / "demo.sqlite3")) as demo:
        connection.connection.backup(demo)
    world = furnish()
    # Whatever the hour of the day at which the tests run: digests go out, nothing waits.
    Office.objects.update(digest_at=time(0), quiet_from=time(0), quiet_until=time(0))
    rows = {name: world.values(name) for name in world.rows}
    (settings.DATA_DIR / "rows.json").write_text(json.dumps(rows))
    (settings.DATA_DIR / "world.pickle").write_bytes(pickle.dumps(world))


if __name__ == "__main__":
    main(sys.argv[1])
