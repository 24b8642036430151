"""The review of an indicator is saved whole, by version, by its own people."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, StaleEdit
from indicators.narratives.reviews import FIELDS, save_review
from tests.factories.loading import load_again

EMPTY = dict.fromkeys(FIELDS, "")


@pytest.fixture
def review(year):
    return year.assessment.reviews.select_related("assessment__office", "indicator").first()


def save(review, by, version=0, **texts):
    return save_review(load_again(review), **{**EMPTY, **texts}, version=version, by=by)


def test_saving_counts_and_tells_before_and_after(year, review):
    save(review, year.coordinator, strengths="ทีมงานเข้มแข็ง")
    saved = save(review, year.collector, 1, strengths="ทีมงาน", problems="งบประมาณจำกัด")
    assert (saved.version, saved.saved_by) == (2, year.collector)
    event = Event.objects.filter(verb="review.save").latest("number")
    assert event.before["strengths"] == "ทีมงานเข้มแข็ง"
    assert event.after["problems"] == "งบประมาณจำกัด"


def test_a_stale_review_is_refused_with_what_stands(year, review):
    save(review, year.coordinator, strengths="ของเขา")
    with pytest.raises(StaleEdit) as refused:
        save(review, year.collector, strengths="ของฉัน")
    assert refused.value.theirs["strengths"] == "ของเขา"
    assert load_again(review).strengths == "ของเขา"


def test_the_same_text_twice_is_one_event(year, review):
    for _press in range(2):
        save(review, year.coordinator, measures="จัดทำแผน")
    assert Event.objects.filter(verb="review.save").count() == 1


@pytest.mark.parametrize("who", ["staff", "member", "director"])
def test_others_are_refused(year, review, who):
    with pytest.raises(NotAllowed):
        save(review, getattr(year, who), strengths="x")


def test_a_locked_year_is_refused(year, review):
    year.lock()
    with pytest.raises(MoveRefused):
        save(review, year.coordinator, strengths="x")


def test_a_version_that_never_was_is_refused_in_words(year, review):
    """Nobody saved yet: there is no name to give, and no error either."""
    with pytest.raises(StaleEdit, match="ผู้อื่น"):
        save(review, year.coordinator, version=7, strengths="x")
    assert load_again(review).version == 0
