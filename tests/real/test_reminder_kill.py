"""``kill -9`` at any moment of chasing: no reminder is lost, none is doubled.

Real PostgreSQL, Redis, Celery and a real mail server; two planners and two schedules at once.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import time as hour
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from people import clock
from people.models import Delivery, Notification, Office, User
from people.states import DIGEST, DeliveryState
from tests.factories.cycles import make_year
from tests.factories.indicators import make_edition
from tests.servers import free_port
from workflow.models import (
    AgendaItem,
    Meeting,
    Reminder,
    ReminderSchedule,
    ResolutionTask,
)

pytestmark = pytest.mark.real

OFFICES, PEOPLE = 10, 100  # of each office; together the thousand
WANTED = OFFICES * PEOPLE
KILLED = 30  # workers; a planner dies with each
TAKES = 0.02  # seconds for one mail, so that a kill falls on one that is on its way


class Mailbox:
    """A mail server that counts what it took, by Message-ID."""

    def __init__(self):
        self.taken = Counter()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(TAKES)
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 taken"


@pytest.fixture
def mailbox(real_site):
    mailbox = Mailbox()
    mailbox.controller.start()
    real_site.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{mailbox.controller.port}"
    yield mailbox
    mailbox.controller.stop()


@pytest.fixture
def owed(real_site):
    """A thousand people, each with one thing that is due today; the hours are open."""
    edition = make_edition(1, 1, 1)
    for number in range(OFFICES):
        year = make_year(f"o{number}", edition=edition, staff=0)
        ReminderSchedule.objects.create(office=year.office, on_rest_days=True)
        _give_tasks(year, number)
    Office.objects.update(digest_at=hour(0), quiet_from=hour(0), quiet_until=hour(0))
    User.objects.exclude(email__contains="@").update(is_active=False)  # who set the years up
    Notification.objects.all().delete()


def _give_tasks(year, number):
    long_ago = clock.now() - timedelta(days=60)
    people = User.objects.bulk_create(
        User(
            username=f"p{number}-{n}",
            given_name=f"คนที่ {n}",
            email=f"p{number}-{n}@example.go.th",
            office=year.office,
            password="!",
        )
        for n in range(PEOPLE)
    )
    meeting = Meeting.objects.create(
        cycle=year.cycle,
        kind="committee",
        number=1,
        state="held",
        title="ประชุมคณะกรรมการ",
        starts_at=long_ago,
        held_at=long_ago,
        place="ห้องประชุม",
        created_at=long_ago,
        created_by=year.coordinator,
    )
    item = AgendaItem.objects.create(meeting=meeting, order=1, title="เรื่องอื่น ๆ")
    ResolutionTask.objects.bulk_create(
        ResolutionTask(
            meeting=meeting,
            agenda_item=item,
            text="ส่งข้อมูล",
            owner=person,
            due=clock.today(),
            created_at=long_ago,
            created_by=year.coordinator,
        )
        for person in people
    )


class Nursery:
    """Where workers come from; see nursery.py."""

    def __init__(self, site):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.real.nursery"],
            cwd=settings.BASE_DIR,
            env=site.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def bring(self, what) -> int:
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def nursery(real_site):
    nursery = Nursery(real_site)
    yield nursery
    nursery.close()


def _kill(process):
    with suppress(ProcessLookupError):  # a planner may be done already
        os.kill(process, signal.SIGKILL)


def _kill_at_random(nursery, dice):
    """Kill planners and workers, each after a while of its own, a planner later and later.

    What a worker had claimed is free again at once. Returns how many kills fell while messages
    were still to be made, and how many on a mail on its way.
    """
    untold = on_the_way = 0
    for n in range(KILLED):
        worker, planner = nursery.bring("worker"), nursery.bring("plan")
        nursery.bring("ring")
        time.sleep(dice.uniform(0.05, 0.3 + n / 8))
        _kill(planner)
        untold += Notification.objects.filter(kind=DIGEST).count() < WANTED
        time.sleep(dice.uniform(0.2, 1))
        _kill(worker)
        time.sleep(0.1)
        claimed = Delivery.objects.filter(state=DeliveryState.CLAIMED)
        on_the_way += claimed.update(lease_until=clock.now()) > 0
    return untold, on_the_way


def test_a_thousand_reminders_survive_planners_and_workers_that_die(
    real_site, owed, mailbox, nursery, wait_until
):
    beats = [real_site.start_beat(), real_site.start_beat()]
    untold, on_the_way = _kill_at_random(nursery, random.Random(2560))
    assert untold >= 3, "planners died in the middle of it"
    assert on_the_way >= 10, "workers died in the middle of it"
    nursery.bring("worker")
    waiting = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.CLAIMED])

    def all_sent():
        for what in ("plan", "plan", "ring"):
            nursery.bring(what)
        made = Notification.objects.filter(kind=DIGEST).count() >= WANTED
        return made and not waiting.exists()

    wait_until(all_sent, 180, step=2)
    assert all(beat.is_running() for beat in beats)
    told = Counter(Notification.objects.filter(kind=DIGEST).values_list("recipient", flat=True))
    assert len(told) == sum(told.values()) == WANTED, "in the application: none lost, none twice"
    assert Reminder.objects.filter(stage="today").count() == WANTED
    assert not Reminder.objects.waiting().exists()
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == WANTED
    assert len(mailbox.taken) == WANTED, "by mail: none lost"
    assert sum(mailbox.taken.values()) - WANTED <= KILLED
