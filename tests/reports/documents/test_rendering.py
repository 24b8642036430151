"""Who renders a document: claims, leases, failures, many at once."""

import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.files import time_there
from core.files.stores import StoreAway
from core.leases import LeaseLost
from core.refusals import MoveRefused, NotAllowed
from indicators.models import IndicatorReview
from reports.documents import rendering
from reports.documents.documents import (
    render_due,
    request_document,
    retry_document,
)
from reports.documents.files import path_of
from reports.documents.rendering import ATTEMPTS
from reports.models import Document
from reports.states import (
    DocumentKind,
    DocumentState,
)
from tests.factories.crowd import all_at_once
from tests.factories.loading import load_again
from tests.factories.people import make_office
from tests.factories.reports import AT, get_item, make_document, write
from tests.factories.workflow import (
    make_cycle,
)
from tests.reports.documents.history import verbs

pytestmark = pytest.mark.django_db
FLOWCHART, SAR = DocumentKind.FLOWCHART, DocumentKind.SAR


# -- claims and leases ----------------------------------------------------------
def claim(document):
    return rendering._claim(rendering._free().filter(pk=document.pk), "")


def test_two_claim_one_wins(cycle):
    document = make_document(cycle)
    assert claim(document).attempts == 1
    assert claim(document) is None


def test_a_lease_that_ran_out_is_taken_over(cycle):
    first = claim(make_document(cycle))
    Document.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(first)
    assert (second.attempts, second.claimed_by != first.claimed_by) == (2, True)
    with pytest.raises(LeaseLost):
        rendering._beat(first, 50)
    rendering._beat(second, 50)
    assert load_again(second).progress == 50


def test_who_lost_the_claim_registers_nothing(cycle, fonts):
    first = claim(make_document(cycle))
    Document.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(first)
    assert rendering._render(first) is None
    assert rendering._render(second) is not None
    assert Document.objects.filter(state=DocumentState.READY).count() == 1
    assert verbs() == ["document.ready"]


def test_snapshot_of_the_dead_worker_is_used_again(cycle, fonts):
    document = make_document(cycle)
    rendering._frozen(claim(document))
    kept = load_again(document).snapshot
    Document.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert render_due() == 1
    assert load_again(document).snapshot == kept


def test_lease_is_as_long_as_the_settings_say(cycle, settings):
    settings.RENDER_LEASE_SECONDS = 7
    claimed = claim(make_document(cycle))
    left = (claimed.lease_until - timezone.now()).total_seconds()
    assert 5 < left <= 7


def test_a_paper_that_kills_its_workers_fails_with_a_reference(cycle, caplog):
    document = make_document(
        cycle,
        state=DocumentState.RENDERING,
        attempts=ATTEMPTS,
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    assert render_due() == 0
    document = load_again(document)
    assert document.state == DocumentState.FAILED
    assert document.error_reference
    assert document.error_reference in caplog.text


def test_a_paper_whose_photographs_are_out_of_reach_waits(cycle, cast, fonts, monkeypatch):
    document = request_document(cycle, kind=FLOWCHART, by=cast.staff)

    def away(*args):
        raise StoreAway("no line")

    with monkeypatch.context() as patched:
        patched.setattr(rendering, "with_readable_photographs", away)
        assert render_due() == 0
    document = load_again(document)
    assert (document.state, document.attempts) == (DocumentState.RENDERING, 0)
    Document.objects.update(lease_until=timezone.now())
    assert render_due() == 1


# -- failure --------------------------------------------------------------------
def test_failure_has_a_reference_and_can_be_tried_again(
    cycle, cast, settings, tmp_path, fonts, caplog
):
    settings.DOCUMENT_ROOT = tmp_path  # elsewhere lies what processes left that other tests killed
    document = request_document(cycle, kind=FLOWCHART, by=cast.staff)
    good, settings.FONT_ROOT = settings.FONT_ROOT, tmp_path  # no fonts there
    assert render_due() == 0
    document = load_again(document)
    assert document.state == DocumentState.FAILED
    assert document.error_reference in caplog.text
    assert not list(path_of(document).parent.glob(".new-*"))
    settings.FONT_ROOT = good
    retry_document(document, by=cast.staff)
    assert (load_again(document).state, load_again(document).error_reference) == ("queued", "")
    assert render_due() == 1
    assert verbs() == ["document.request", "document.fail", "document.retry", "document.ready"]


@pytest.mark.parametrize("state", ["queued", "rendering", "ready"])
def test_only_failed_documents_are_tried_again(cycle, cast, state):
    with pytest.raises(MoveRefused):
        retry_document(make_document(cycle, state=state), by=cast.coordinator)


def test_who_may_not_request_may_not_retry(cycle, cast):
    with pytest.raises(NotAllowed):
        retry_document(make_document(cycle, SAR, state="failed"), by=cast.staff)


def test_old_leftovers_are_swept_young_ones_stay(cycle):
    folder = settings.DOCUMENT_ROOT / cycle.office.code
    folder.mkdir(parents=True, exist_ok=True)
    old, young = folder / ".new-old.pdf", folder / ".new-young.pdf"
    for path, age in ((old, 7200), (young, 3000)):
        path.touch()
        os.utime(path, (time_there(folder) - age,) * 2)
    render_due()
    assert (old.exists(), young.exists()) == (False, True)
    young.unlink()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once_one_claims():
    document = make_document(make_cycle(make_office()))
    claims = all_at_once(lambda _n: claim(document), range(20))
    assert [c.attempts for c in claims if c] == [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_year_is_read_as_it_was_at_one_moment():
    """One writes a text and a review together, over and over; no paper shows half of it."""
    cycle = make_cycle(make_office())
    item = get_item(cycle, "1.1.1")
    reviews = IndicatorReview.objects.filter(indicator__code="1.1")

    def work(reads):
        if not reads:
            for number in range(150):
                with transaction.atomic():
                    write(item, narrative=str(number))
                    reviews.update(strengths=str(number))
            return []
        papers = [rendering.take_snapshot(cycle, SAR, at=AT) for _n in range(15)]
        return [paper.standards[0].indicators[0] for paper in papers]

    write(item, narrative="-")
    reviews.update(strengths="-")
    for indicators in all_at_once(work, [False, True, True]):
        assert all(i.considerations[0].narrative == i.strengths for i in indicators)
