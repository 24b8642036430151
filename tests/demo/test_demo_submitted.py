"""The demonstration at the end of step 6, as ``demo --until 6`` leaves it."""

import pytest

from reports.documents.files import path_of
from reports.models import Document
from tests.demo.founded import borrowed, founded
from workflow.models import Cycle, ResolutionTask, Step
from workflow.states import ProposalKind, StepState

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), borrowed("done", "demo.sqlite3"):
        yield


def test_step_6_ends_with_a_submitted_year_and_a_sar_in_hand():
    steps = Step.objects.order_by("kind")
    assert list(steps.values_list("state", flat=True)) == [StepState.DONE] * 6
    cycle = Cycle.objects.select_related("assessment").get()
    assert cycle.assessment.submitted_at is not None
    assert (founded("done") / "demo-clock").exists()
    sar = cycle.proposals.get(kind=ProposalKind.SAR)
    paper = Document.objects.get(sha256=sar.rendered_sha256)
    assert path_of(paper).read_bytes().startswith(b"%PDF-")
    assert not cycle.recommendations.filter(answer="").exists()
    assert not ResolutionTask.objects.filter(done_at=None).exists()
    briefing, first, second = cycle.meetings.all()
    assert (briefing.confirmed_in, first.confirmed_in, second.confirmed_in) == (None, second, None)
