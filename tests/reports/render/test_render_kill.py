"""A renderer dies in the middle, a broker never answers: nothing is lost, nobody waits."""

import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from core.models import Event
from reports.documents.files import path_of
from reports.models import Document
from reports.states import DocumentState
from tests.factories.people import make_office, make_person
from tests.factories.reports import get_item, make_document, write
from tests.factories.workflow import make_cycle

PATIENCE = 300  # seconds; a busy machine renders a long SAR for minutes
RENDER = "import django; django.setup(); from reports.documents.documents import render_due; "
WAKE = (
    "import django; django.setup(); from reports.documents.documents import wake_renderer; "
    "from tests.notifications.waiting import time_taken; "
    "began = time_taken(); wake_renderer(); print(time_taken() - began)"
)


def python(code, **environment):
    """Another process of the product."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "HTTPS": "off",
            "DATA_DIR": str(settings.DATA_DIR),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(true, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tests/real does it on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_killed_renderer_leaves_a_paper_that_gets_ready(fonts):
    where_the_product_looks = settings.DATA_DIR / "fonts"
    if not where_the_product_looks.exists():
        where_the_product_looks.symlink_to(fonts)
    office = make_office()
    cycle = make_cycle(office)
    # Long enough to be caught in the middle.
    for code in ("1.1.1", "1.1.2", "1.2.1", "1.2.2"):
        write(get_item(cycle, code), narrative="\n".join(["การดำเนินงานตามแผน " * 60] * 60))
    document = make_document(cycle, "sar", requested_by=make_person(office))
    database = {
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "RENDER_LEASE_SECONDS": "2",
    }

    def now():
        return Document.objects.get(pk=document.pk)

    victim = python(RENDER + "render_due()", **database)
    until(lambda: now().progress > 1 or victim.poll() is not None)
    with transaction.atomic():  # nobody else writes: one caught in the middle stays there
        victim.kill()
        _out, trouble = victim.communicate()
        died = now()
    assert died.state == DocumentState.RENDERING, trouble
    assert died.snapshot
    # Its lease still holds: nobody takes the paper from a worker that may be alive.
    until(lambda: now().lease_until.timestamp() < time.time())
    second = python(RENDER + "print(render_due())", **database)
    out, trouble = second.communicate(timeout=PATIENCE)
    assert out.strip() == "1", trouble
    ready = now()
    assert (ready.state, ready.attempts) == (DocumentState.READY, 2)
    assert ready.snapshot == died.snapshot
    assert path_of(ready).stat().st_size == ready.size
    assert Event.objects.filter(verb="document.ready").count() == 1


def test_a_black_holed_broker_costs_two_seconds():
    with socket.create_server(("127.0.0.1", 0), backlog=1) as hole:
        port = hole.getsockname()[1]
        process = python(WAKE, CELERY_BROKER_URL=f"redis://127.0.0.1:{port}/0")
        out, trouble = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, trouble
    assert float(out) < 2.5


def test_no_broker_at_all_costs_nothing():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    process = python(WAKE, CELERY_BROKER_URL=f"redis://127.0.0.1:{port}/0")
    out, trouble = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, trouble
    assert float(out) < 2
