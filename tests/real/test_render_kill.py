"""``kill -9`` of the worker in the middle of a SAR: after a restart the SAR gets ready."""

import time

import pytest
from django.conf import settings

from people.models import Event
from reports.models import Document
from reports.paper.font import build_fonts
from reports.states import DocumentState
from tests.factories.people import make_office
from tests.factories.reports import item_of, make_document, write
from tests.factories.workflow import make_cycle

pytestmark = pytest.mark.real


@pytest.fixture
def long_sar(real_site):
    """A SAR in the queue that takes long enough to be caught in the middle."""
    real_site.environment["RENDER_LEASE_SECONDS"] = "3"
    build_fonts(real_site.folder / "data" / "fonts")
    cycle = make_cycle(make_office())
    for code in ("1.1.1", "1.1.2", "1.2.1", "1.2.2"):
        write(item_of(cycle, code), narrative="\n".join(["การดำเนินงานตามแผน " * 60] * 60))
    return make_document(cycle, "sar")


def ring(site):
    site.manage("shell", "--no-imports", "-c", "from reports.tasks import ring; ring()")


def test_killed_worker_leaves_a_sar_that_gets_ready(real_site, long_sar, wait_until):
    def now():
        return Document.objects.get(pk=long_sar.pk)

    victim = real_site.start_worker()
    ring(real_site)
    wait_until(lambda: now().progress > 1, 60)
    real_site.kill(victim)
    died = now()
    assert died.state == DocumentState.RENDERING
    wait_until(lambda: now().lease_until.timestamp() < time.time())
    real_site.start_worker()
    ring(real_site)  # as the sweep of every minute does
    wait_until(lambda: now().state == DocumentState.READY, 90)
    ready = now()
    assert ready.attempts == 2
    assert ready.snapshot == died.snapshot
    folder = real_site.folder / "data" / settings.DOCUMENT_ROOT.name / "skn2"
    assert (folder / f"{ready.sha256}.pdf").stat().st_size == ready.size
    assert Event.objects.filter(verb="document.ready").count() == 1
    assert Document.objects.count() == 1
