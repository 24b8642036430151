"""``kill -9`` of the worker in the middle of a SAR: after a restart the SAR gets ready."""

import time
from contextlib import contextmanager, suppress
from shutil import copytree

import psutil
import pytest
from django.conf import settings
from django.db import transaction

from core.models import Event, EventChain
from reports.models import Document
from reports.states import DocumentState
from tests.demo.founded import fonts
from tests.factories.people import make_office
from tests.factories.reports import get_item, make_document, write
from tests.factories.workflow import make_cycle

pytestmark = pytest.mark.real
PATIENCE = 300  # seconds; a busy machine renders a long SAR for minutes


@pytest.fixture
def long_sar(real_site):
    """A SAR in the queue that takes long enough to be caught in the middle."""
    real_site.environment["RENDER_LEASE_SECONDS"] = "3"
    copytree(fonts(), real_site.folder / "data" / "fonts", dirs_exist_ok=True)
    cycle = make_cycle(make_office())
    for code in ("1.1.1", "1.1.2", "1.2.1", "1.2.2"):
        write(get_item(cycle, code), narrative="\n".join(["การดำเนินงานตามแผน " * 60] * 60))
    return make_document(cycle, "sar")


def wake(site):
    site.manage(
        "shell",
        "--no-imports",
        "-c",
        "from reports.documents.documents import wake_renderer; wake_renderer()",
    )


@contextmanager
def unfinished(office):
    """Keep every paper of the office from getting ready: its history is ours until the end."""
    with transaction.atomic():
        yield EventChain.objects.select_for_update().get(office=office)


def test_killed_worker_leaves_a_sar_that_gets_ready(real_site, long_sar, wait_until):
    def now():
        return Document.objects.get(pk=long_sar.pk)

    victim = real_site.start_worker()
    with unfinished(long_sar.cycle.office):
        wake(real_site)
        wait_until(lambda: now().progress > 1, PATIENCE)
        real_site.kill(victim)
        died = now()
    assert died.state == DocumentState.RENDERING
    wait_until(lambda: now().lease_until.timestamp() < time.time())
    real_site.start_worker()
    wake(real_site)  # as the sweep of every minute does
    wait_until(lambda: now().state == DocumentState.READY, PATIENCE)
    ready = now()
    assert ready.attempts == 2
    assert ready.snapshot == died.snapshot
    folder = real_site.folder / "data" / settings.DOCUMENT_ROOT.name / "skn2"
    assert (folder / f"{ready.sha256}.pdf").stat().st_size == ready.size
    assert Event.objects.filter(verb="document.ready").count() == 1
    assert Document.objects.count() == 1


def test_killed_process_of_a_worker_takes_its_renderer_along(real_site, long_sar, wait_until):
    worker = real_site.start_worker()
    with unfinished(long_sar.cycle.office):
        wake(real_site)
        # Not before: while the server imports, it starts short-lived processes of its own.
        wait_until(lambda: Document.objects.get(pk=long_sar.pk).progress > 1, PATIENCE)
        renderers = renderers_of(worker)
        assert len(renderers) == 2  # the server, and what it forked for this SAR
        (forked,) = [each for each in renderers if each.parent() in renderers]
        forked.suspend()  # so that it ends with its owner, and not because its paper is done
    owners = {each.parent() for each in renderers} - set(renderers)
    assert len(owners) == 1
    owners.pop().kill()
    wait_until(lambda: not any(alive(each) for each in renderers))


def renderers_of(worker):
    """The processes below the worker that render."""
    found = []
    for each in worker.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "reports.render.fork_server" in each.cmdline():
                found.append(each)
    return found


def alive(process) -> bool:
    """Running; who has died and is not buried yet is not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
