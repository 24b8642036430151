"""``kill -9`` at any moment of chasing: no reminder is lost, none is doubled.

Real PostgreSQL, Redis, Celery and a real mail server; two planners and two schedules at once.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
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
PLANNERS_KILLED, WORKERS_KILLED = 4, 30


class Mailbox:
    """A mail server that counts what it took, by Message-ID."""

    def __init__(self):
        self.taken = Counter()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server, session, envelope):
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


def _planner(site):
    return subprocess.Popen(
        [sys.executable, "manage.py", "reminders_plan"],
        cwd=settings.BASE_DIR,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kill_planners(site, dice):
    for _n in range(PLANNERS_KILLED // 2):
        both = [_planner(site), _planner(site)]
        time.sleep(dice.uniform(1.5, 4))
        for planner in both:
            planner.kill()
            planner.wait()
    both = [_planner(site), _planner(site)]
    assert [planner.wait(120) for planner in both] == [0, 0]


def _kill_workers(nursery, dice):
    """Kill each after a while of its own; what it had claimed is free again at once."""
    for _n in range(WORKERS_KILLED):
        worker = nursery.bring("worker")
        nursery.bring("ring")
        time.sleep(dice.uniform(0.3, 1.6))
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.1)
        Delivery.objects.filter(state=DeliveryState.CLAIMED).update(lease_until=clock.now())


def test_a_thousand_reminders_survive_planners_and_workers_that_die(
    real_site, owed, mailbox, nursery, wait_until
):
    dice = random.Random(2560)
    beats = [real_site.start_beat(), real_site.start_beat()]
    _kill_planners(real_site, dice)
    wanted = OFFICES * PEOPLE
    told = Counter(Notification.objects.filter(kind=DIGEST).values_list("recipient", flat=True))
    assert len(told) == sum(told.values()) == wanted, "in the application: none lost, none twice"
    assert Reminder.objects.filter(stage="today").count() == wanted
    assert not Reminder.objects.waiting().exists()
    _kill_workers(nursery, dice)
    nursery.bring("worker")
    nursery.bring("ring")
    waiting = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.CLAIMED])

    def all_sent():
        nursery.bring("ring")
        return not waiting.exists()

    wait_until(all_sent, 120, step=1)
    assert all(beat.is_running() for beat in beats)
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == wanted
    assert len(mailbox.taken) == wanted, "by mail: none lost"
    assert sum(mailbox.taken.values()) - wanted <= WORKERS_KILLED
    assert Notification.objects.filter(kind=DIGEST).count() == wanted
