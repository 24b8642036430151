"""Opening, locking, reopening and submitting a year."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, RuleBroken
from indicators.assessments import (
    lock,
    mark_submitted,
    open_assessment,
    require_open,
    take_back,
    take_up,
    unlock,
)
from indicators.models import Assessment
from indicators.states import AssessmentState
from people.states import OfficeKind
from tests.factories.indicators import make_assessment, make_edition
from tests.factories.people import make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    return make_assessment(make_office())


@pytest.fixture
def by(assessment):
    return make_person(assessment.office)


def test_opening_pins_the_edition_and_makes_every_item():
    edition = make_edition(2, 3, 4)
    assessment = make_assessment(make_office(), edition=edition)
    assert assessment.edition == edition
    assert assessment.items.count() == 2 * 3 * 4
    assert assessment.reviews.count() == 2 * 3
    event = Event.objects.get(verb="assessment.open")
    assert event.after == {"edition": "test", "version": 1}
    assert event.fiscal_year == 2560


def test_a_year_is_opened_once(assessment, by):
    with pytest.raises(MoveRefused, match="เปิดอยู่แล้ว"):
        open_assessment(assessment.office, fiscal_year=2560, edition=assessment.edition, by=by)
    assert Assessment.objects.count() == 1


def test_the_national_office_has_no_year():
    office = make_office("obec", kind=OfficeKind.NATIONAL)
    with pytest.raises(RuleBroken):
        make_assessment(office)


@pytest.mark.parametrize("year", [2017, 2499, 2701, 0])
def test_a_year_that_cannot_be_meant_is_refused(year):
    with pytest.raises(RuleBroken, match="ปีงบประมาณ"):
        make_assessment(make_office(), year)


def test_lock_unlock_submit_from_every_state(assessment, by):
    with pytest.raises(MoveRefused):
        unlock(assessment, by=by, why="ยังไม่ได้ปิด")
    with pytest.raises(MoveRefused):
        mark_submitted(assessment, by=by)
    lock(assessment, by=by)
    assert assessment.state == AssessmentState.LOCKED
    with pytest.raises(MoveRefused):
        lock(assessment, by=by)
    mark_submitted(assessment, by=by)
    with pytest.raises(MoveRefused, match="ส่งไปแล้ว"):
        mark_submitted(assessment, by=by)
    assert list(Event.objects.order_by("number").values_list("verb", flat=True)) == [
        "assessment.open",
        "assessment.lock",
        "assessment.submit",
    ]


def test_reopening_needs_a_reason_and_withdraws_the_submission(assessment, by):
    lock(assessment, by=by)
    mark_submitted(assessment, by=by)
    assert take_up(assessment, by=by)
    handed_over = assessment.submitted_at
    with pytest.raises(RuleBroken):
        unlock(assessment, by=by, why="  ")
    unlock(assessment, by=by, why="แก้คะแนน 1.1.1")
    assessment.refresh_from_db()
    assert assessment.is_open
    assert assessment.submitted_at is None
    assert not Assessment.objects.submitted().exists()
    assert assessment.handed_over_at == handed_over
    assert assessment.withdrawn_at > handed_over
    event = Event.objects.get(verb="assessment.unlock")
    assert (event.before, event.after) == ({"state": "locked"}, {"state": "open"})
    assert event.why == "แก้คะแนน 1.1.1"


def test_of_two_stale_copies_one_locks(assessment, by):
    stale = Assessment.objects.get(pk=assessment.pk)
    lock(assessment, by=by)
    with pytest.raises(MoveRefused, match="ปิดการแก้ไขไปแล้ว"):
        lock(stale, by=by)
    assert Event.objects.filter(verb="assessment.lock").count() == 1


def test_require_open_reads_the_row_and_not_the_copy(assessment, by):
    stale = Assessment.objects.get(pk=assessment.pk)
    require_open(stale)
    lock(assessment, by=by)
    with pytest.raises(MoveRefused):
        require_open(stale)
    assert not stale.is_open


# -- with OBEC, and back --------------------------------------------------------------------
@pytest.fixture
def submitted(assessment, by):
    lock(assessment, by=by)
    mark_submitted(assessment, by=by)
    return assessment


def again(assessment):
    return Assessment.objects.get(pk=assessment.pk)


def test_what_nobody_opened_is_taken_back_and_was_never_with_obec(submitted, by):
    take_back(submitted, by=by)
    row = again(submitted)
    assert (row.submitted_at, row.handed_over_at, row.withdrawn_at) == (None, None, None)
    assert not row.is_open, "the approved SAR stays approved"
    with pytest.raises(MoveRefused):
        take_back(again(submitted), by=by)
    mark_submitted(again(submitted), by=by)
    assert again(submitted).submitted_at is not None


def test_what_was_opened_is_not_taken_back(submitted, by):
    stale = again(submitted)
    assert take_up(submitted, by=by)
    assert not take_up(again(submitted), by=by), "the second changes nothing"
    with pytest.raises(MoveRefused):
        take_back(stale, by=by)
    row = again(submitted)
    assert row.submitted_at is not None
    assert row.taken_up_by == by


def test_what_was_taken_back_is_not_opened(submitted, by):
    stale = again(submitted)
    take_back(submitted, by=by)
    with pytest.raises(MoveRefused):
        take_up(stale, by=by)
    assert again(submitted).taken_up_at is None


def test_reopening_what_nobody_opened_leaves_nothing_with_obec(submitted, by):
    unlock(submitted, by=by, why="แก้ไข")
    assert again(submitted).handed_over_at is None


def test_obec_keeps_the_papers_it_opened_until_it_opens_the_next(submitted, by):
    take_up(submitted, by=by)
    first = again(submitted).submitted_at
    unlock(submitted, by=by, why="แก้ไข")
    lock(submitted, by=by)
    mark_submitted(submitted, by=by)
    assert again(submitted).withdrawn_submission_at == first
    take_back(submitted, by=by)
    assert again(submitted).handed_over_at == first
    mark_submitted(submitted, by=by)
    take_up(submitted, by=by)
    row = again(submitted)
    assert (row.withdrawn_submission_at, row.withdrawn_at) == (None, None)


def test_unlocking_with_an_old_row_in_hand_keeps_what_was_opened_meanwhile(submitted, by):
    stale = again(submitted)
    take_up(submitted, by=by)
    unlock(stale, by=by, why="แก้ไข")
    assert stale.withdrawn_submission_at == again(submitted).withdrawn_submission_at is not None
