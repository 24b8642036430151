"""``kill -9`` at any moment of reminding: no reminder is lost, none is doubled.

Real PostgreSQL, Redis, Celery and a real mail server; two planners and two schedules at once.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, nullcontext, suppress
from datetime import time as hour
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import transaction

from core import clock
from notifications.models import Delivery, Notification
from notifications.states import DIGEST, DeliveryState
from people.models import Office, User
from tests.factories.cycles import make_year
from tests.factories.indicators import make_edition
from tests.factories.meetings import make_meeting
from tests.servers import free_port
from workflow.models import (
    Reminder,
    ReminderPlan,
    ReminderSchedule,
    ResolutionTask,
)

pytestmark = pytest.mark.real

OFFICES, PEOPLE = 10, 100  # of each office; together the thousand
WANTED = OFFICES * PEOPLE
KILLED = 30  # workers; a planner dies with each
TAKES = 0.02  # seconds for one mail
UNTOLD = 5  # of them die before the last office is notified of anything
PATIENCE = 180  # seconds until a mail must have come


class Mailbox:
    """A mail server that counts what it took, by Message-ID.

    Asked to ``hold`` one, it leaves the sender of that mail without an answer, and ``held`` is
    set: whoever is killed then dies with a mail on its way.
    """

    def __init__(self):
        self.taken, self.held = Counter(), threading.Event()
        self.before, self.lost = None, False
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def hold(self, *, before, lost):
        """After ``before`` mails; ``lost`` says whether it is lost, or only the answer to it."""
        self.held.clear()
        self.before, self.lost = before, lost

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(TAKES)
        holds = self.before == 0
        if not (holds and self.lost):
            self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        if self.before is not None:
            self.before = None if holds else self.before - 1
        if holds:
            self.held.set()
            await asyncio.sleep(PATIENCE)  # the end of the sender's process ends this
            return "451 nobody was killed"
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
        ReminderPlan.objects.create(cycle=year.cycle)  # so that a test may hold it
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
    meeting = make_meeting(
        year.cycle, state="held", starts_at=long_ago, held_at=long_ago, created_at=long_ago
    )
    item = meeting.agenda.last()
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


@contextmanager
def _last_office_left():
    """Planners pass over what another looks at, so they make no message to this office."""
    with transaction.atomic():
        ReminderPlan.objects.select_for_update().order_by("-pk")[0]
        yield


def _kill_at_random(nursery, mailbox, dice):
    """Kill planners and workers, each after a while of its own, planners later and later.

    The first five die before the messages are all made, and after the first ten, two of three
    with a mail on its way, however fast or busy the machine is. What a worker had claimed is free
    again at once. Returns how many kills fell while messages were still to be made, and how many
    on a mail on its way.
    """
    untold = on_the_way = 0
    for n in range(KILLED):
        held = n >= KILLED // 3 and n % 3
        if held:
            # After some others, so that not one mail has all the deaths and is given up.
            mailbox.hold(before=dice.randint(1, 5), lost=n % 3 == 1)
        with _last_office_left() if n < UNTOLD else nullcontext():
            worker, planner = nursery.bring("worker"), nursery.bring("plan")
            nursery.bring("wake")
            time.sleep(dice.uniform(0.05, 0.3 + n / 8))
            if held:
                assert mailbox.held.wait(PATIENCE), "no mail came"
            _kill(planner)
            untold += Notification.objects.filter(kind=DIGEST).count() < WANTED
        if not held:
            time.sleep(dice.uniform(0.2, 1))
        _kill(worker)
        time.sleep(0.1)
        at = clock.now()
        claimed = Delivery.objects.filter(state=DeliveryState.CLAIMED, lease_until__gt=at)
        on_the_way += claimed.update(lease_until=at)
    return untold, on_the_way


def test_a_thousand_reminders_survive_planners_and_workers_that_die(
    real_site, owed, mailbox, nursery, wait_until
):
    beats = [real_site.start_beat(), real_site.start_beat()]
    untold, on_the_way = _kill_at_random(nursery, mailbox, random.Random(2560))
    assert untold >= UNTOLD, "planners died in the middle of it"
    assert on_the_way >= 10, "workers died in the middle of it"
    for what in ("worker", "worker", "plan", "plan"):
        nursery.bring(what)
    waiting = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.CLAIMED])

    def all_sent():
        made = Notification.objects.filter(kind=DIGEST).count() >= WANTED
        nursery.bring("wake" if made else "plan")
        return made and not waiting.exists()

    wait_until(all_sent, 300, step=2)
    assert all(beat.is_running() for beat in beats)
    recipients = Notification.objects.filter(kind=DIGEST).values_list("recipient", flat=True)
    each = Counter(recipients)
    assert len(each) == each.total() == WANTED, "in the application: none lost, none twice"
    assert Reminder.objects.filter(stage="today").count() == WANTED
    assert not Reminder.objects.waiting().exists()
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == WANTED
    assert len(mailbox.taken) == WANTED, "by mail: none lost"
    assert sum(mailbox.taken.values()) - WANTED <= KILLED
