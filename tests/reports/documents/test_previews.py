"""Preview requests: one per person and paper, the newest counts, drawn once, gone in a day."""

import os
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from core.files import time_there
from core.leases import LeaseLost
from reports.documents import previews
from reports.documents.previews import pages_of, preview_due, request_preview, sweep
from reports.models import Preview
from reports.states import DocumentState
from tests.factories import papers
from tests.factories.crowd import all_at_once
from tests.factories.meetings import make_meeting
from tests.factories.people import make_office, make_person
from tests.factories.register import make_preview
from tests.factories.workflow import make_cycle

pytestmark = pytest.mark.django_db
ANNOUNCEMENT, ORDER = "announcement", "order"
QUEUED, RENDERING = DocumentState.QUEUED, DocumentState.RENDERING
READY, FAILED = DocumentState.READY, DocumentState.FAILED


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PREVIEW_ROOT = tmp_path / "pages"


@pytest.fixture
def writer(cycle):
    return cycle.opened_by


def again(preview):
    return Preview.objects.get(pk=preview.pk)


def asked(cycle, writer, **changes):
    return request_preview(cycle, papers.make_announcement(**changes), kind=ANNOUNCEMENT, by=writer)


# -- asking ---------------------------------------------------------------------------
def test_a_newer_request_takes_the_place_of_the_older(cycle, writer):
    first = asked(cycle, writer, subject="ก")
    second = asked(cycle, writer, subject="ข")
    assert Preview.objects.get() == second
    assert (again(second).token, again(second).state) == (second.token, QUEUED)
    assert first.token != second.token
    assert again(second).snapshot["subject"] == "ข"


@pytest.mark.parametrize("state", [QUEUED, RENDERING])
def test_the_same_snapshot_is_requested_once(cycle, writer, state):
    first = asked(cycle, writer)
    Preview.objects.update(state=state)
    assert asked(cycle, writer).token == first.token
    assert again(first).state == state


def test_what_failed_is_requested_anew(cycle, writer):
    first = asked(cycle, writer)
    Preview.objects.update(state=FAILED)
    assert asked(cycle, writer).token != first.token
    assert again(first).state == QUEUED


def test_what_nobody_began_for_long_is_requested_anew(cycle, writer):
    first = asked(cycle, writer)
    Preview.objects.update(requested_at=timezone.now() - previews.WORTH)
    assert asked(cycle, writer).token != first.token


def test_each_person_and_each_paper_has_its_own(cycle, writer):
    meeting = make_meeting(cycle)
    asked(cycle, writer)
    asked(cycle, make_person(cycle.office))
    request_preview(cycle, papers.make_order(), kind=ORDER, by=writer)
    request_preview(cycle, papers.make_order(), kind=ORDER, by=writer, meeting=meeting)
    assert Preview.objects.count() == 4


def test_a_new_request_forgets_what_the_old_one_became(cycle, writer):
    make_preview(cycle, writer, state=READY, pages=7, lease_until=timezone.now())
    found = asked(cycle, writer, subject="ใหม่")
    assert (again(found).state, again(found).pages, again(found).lease_until) == (QUEUED, 0, None)


# -- drawing ----------------------------------------------------------------------------
def test_preview_from_request_to_pictures(cycle, writer, fonts):
    found = request_preview(cycle, papers.make_order(), kind=ORDER, by=writer)
    assert pages_of(found) is None
    assert preview_due() == 1
    found = again(found)
    drawn = pages_of(found)
    assert (found.state, found.lease_until) == (READY, None)
    assert found.pages == drawn.total == len(drawn.pages) > 1
    with Image.open(previews.folder_of(found) / "1.png") as picture:
        assert picture.size == (drawn.pages[0].width, drawn.pages[0].height) == (910, 1287)
        assert len(picture.convert("L").getcolors()) > 4, "the page is not blank"
    assert (previews.folder_of(found) / "1.png").stat().st_size < 80_000
    assert preview_due() == 0


def test_ready_pictures_are_not_drawn_twice_unless_they_are_gone(cycle, writer, fonts):
    found = asked(cycle, writer)
    assert preview_due() == 1
    assert asked(cycle, writer).token == found.token
    assert preview_due() == 0
    (previews.folder_of(found) / "pages.json").unlink()
    assert asked(cycle, writer).token != found.token
    assert preview_due() == 1


def test_a_long_paper_is_drawn_in_part(cycle, writer, fonts):
    body = "\n".join(["ดำเนินการประเมินมาตรฐานสำนักงานเขตพื้นที่การศึกษา " * 12] * 90)
    found = asked(cycle, writer, body=body)
    assert preview_due() == 1
    drawn = pages_of(found)
    assert again(found).pages == drawn.total > previews.LIMIT == len(drawn.pages)
    assert not (previews.folder_of(found) / f"{previews.LIMIT + 1}.png").exists()


def test_unchanged_pages_keep_their_hash(cycle, writer, fonts):
    hashes = []
    for effective in ("ตั้งแต่บัดนี้เป็นต้นไป", "ตั้งแต่วันที่ 1 มกราคม 2560 เป็นต้นไป"):
        found = request_preview(
            cycle, papers.make_order(effective=effective), kind=ORDER, by=writer
        )
        preview_due()
        hashes.append([page.sha256 for page in pages_of(found).pages])
    same = [one == other for one, other in zip(*hashes, strict=True)]
    assert same[0]
    assert same.count(False) == 1


def test_failure_is_shown_and_leaves_nothing(cycle, writer, settings, tmp_path, caplog):
    found = asked(cycle, writer)
    settings.FONT_ROOT = tmp_path  # no fonts there
    assert preview_due() == 0
    assert again(found).state == FAILED
    assert "failed" in caplog.text
    assert not list(settings.PREVIEW_ROOT.iterdir())
    assert preview_due() == 0


# -- claims and leases ------------------------------------------------------------------
def test_two_claim_one_wins(cycle, writer):
    make_preview(cycle, writer)
    first, second = previews._claim(), previews._claim()
    assert first.state == RENDERING
    assert second is None


def test_the_request_of_a_dead_worker_is_drawn_by_another(cycle, writer, fonts):
    found = make_preview(cycle, writer)
    dead = previews._claim()
    assert preview_due() == 0
    Preview.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert preview_due() == 1
    assert again(found).state == READY
    with pytest.raises(LeaseLost):
        previews._beat(dead, 50)


def test_who_lost_the_claim_shows_nothing(cycle, writer, fonts):
    make_preview(cycle, writer)
    first = previews._claim()
    Preview.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = previews._claim()
    assert not previews._draw(first)
    assert previews._draw(second)
    assert Preview.objects.get().state == READY


def test_a_newer_request_stops_the_older_ones_renderer(cycle, writer, fonts):
    asked(cycle, writer, subject="ก")
    claimed = previews._claim()
    newer = asked(cycle, writer, subject="ข")
    assert not previews._draw(claimed)
    assert not (settings.PREVIEW_ROOT / claimed.token).exists()
    assert preview_due() == 1
    assert pages_of(again(newer))


def test_lease_is_as_long_as_the_settings_say_and_a_beat_renews_it(cycle, writer, settings):
    settings.RENDER_LEASE_SECONDS = 7
    make_preview(cycle, writer)
    claimed = previews._claim()
    first = claimed.lease_until
    assert 5 < (first - timezone.now()).total_seconds() <= 7
    time.sleep(0.01)
    previews._beat(claimed, 5)
    assert again(claimed).lease_until == claimed.lease_until > first


def test_a_request_nobody_waits_for_any_more_is_not_begun(cycle, writer):
    make_preview(cycle, writer, requested_at=timezone.now() - previews.WORTH)
    assert previews._claim() is None


# -- sweeping ---------------------------------------------------------------------------
def folder(name, age=timedelta(0)):
    path = settings.PREVIEW_ROOT / name
    path.mkdir(parents=True)
    (path / "1.png").write_bytes(b"x")
    at = time_there(path) - age.total_seconds()
    os.utime(path, (at, at))
    return path


def test_previews_of_yesterday_go_with_their_pictures(cycle, writer):
    old = make_preview(cycle, writer, requested_at=timezone.now() - timedelta(hours=25))
    new = make_preview(cycle, make_person(cycle.office))
    gone, kept = folder(old.token), folder(new.token)
    sweep()
    assert Preview.objects.get() == new
    assert (gone.exists(), kept.exists()) == (False, True)


def test_pictures_of_dead_tokens_and_leftovers_go(cycle, writer):
    orphan, begun = folder("a" * 32), folder(".new-now")
    forgotten = folder(".new-old", timedelta(hours=1))
    paper, old = folder("sha256-" + "1" * 64), folder("sha256-" + "2" * 64, timedelta(8))
    sweep()
    assert [path.exists() for path in (orphan, begun, forgotten, paper, old)] == [
        False,
        True,
        False,
        True,
        False,
    ]


# -- many at once -----------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_leave_one():
    office = make_office()
    cycle = make_cycle(office)
    writer = make_person(office)
    all_at_once(lambda n: asked(cycle, writer, subject=str(n)).token, range(20))
    assert Preview.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once_one_claims():
    office = make_office()
    make_preview(make_cycle(office), make_person(office))
    assert (
        len([claim for claim in all_at_once(lambda _n: previews._claim(), range(20)) if claim]) == 1
    )
