"""Handing in, verifying, the package."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed
from indicators.models import Indicator, Item, VerifiedScore
from notifications.models import Notification
from people.states import Role
from tests.factories import cycles as make
from tests.factories.people import make_person, make_reviewer
from workflow.followup import queries, submissions
from workflow.states import StepKind

pytestmark = pytest.mark.django_db


def test_submitting_needs_an_approved_sar():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SUMMARY)
    with pytest.raises(MoveRefused):
        submissions.submit_summary(year.cycle, by=year.coordinator)


def test_submitting_needs_step_six():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SELF_ASSESSMENT)
    make.lock_with_sar(year)
    with pytest.raises(MoveRefused):
        submissions.submit_summary(year.cycle, by=year.coordinator)


def test_only_the_coordinator_submits():
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SUMMARY)
    make.lock_with_sar(year)
    with pytest.raises(NotAllowed):
        submissions.submit_summary(year.cycle, by=year.director)


def test_reviewers_are_notified_once():
    year, reviewer = make.make_year(), make_reviewer()
    make.submit(year)
    news = Notification.objects.get(recipient=reviewer)
    assert news.url == "/submissions/skn2/2560/"
    with pytest.raises(MoveRefused):
        submissions.submit_summary(year.cycle, by=year.coordinator)


def test_accepting_takes_the_offices_scores_and_keeps_own_ones():
    year, reviewer = make.make_year(), make_reviewer()
    make.agree_all(year, level=4)
    make.submit(year)
    indicator = Indicator.objects.get(code="1.1")
    first = Item.objects.get(consideration__code="1.1.1")
    submissions.verify(year.cycle, first, level=2, reason="หลักฐานไม่พอ", by=reviewer)
    assert submissions.accept(year.cycle, indicator, by=reviewer) == 1
    levels = dict(VerifiedScore.objects.values_list("item__consideration__code", "level"))
    assert levels == {"1.1.1": 2, "1.1.2": 4}


def test_undoing_takes_back_exactly_what_was_taken_over():
    year, reviewer = make.make_year(), make_reviewer()
    other = make_person(reviewer.office, Role.OBEC)
    make.agree_all(year, level=4)
    make.submit(year)
    one, two = Indicator.objects.order_by("pk")
    typed, changed = Item.objects.filter(consideration__indicator=one).order_by("pk")
    submissions.verify(year.cycle, typed, level=2, reason="หลักฐานไม่พอ", by=reviewer)
    for indicator in (one, two):
        submissions.accept(year.cycle, indicator, by=reviewer)
    submissions.verify(year.cycle, changed, level=3, reason="ดูแล้ว", by=reviewer)
    with pytest.raises(MoveRefused):
        submissions.undo_accept(year.cycle, one, by=reviewer)
    levels = dict(VerifiedScore.objects.values_list("item", "level"))
    assert (levels[typed.pk], levels[changed.pk], len(levels)) == (2, 3, 4)
    with pytest.raises(MoveRefused):
        submissions.undo_accept(year.cycle, two, by=other)
    assert submissions.undo_accept(year.cycle, two, by=reviewer) == 2
    assert set(VerifiedScore.objects.values_list("item", flat=True)) == {typed.pk, changed.pk}
    assert Event.objects.filter(verb="score.unverify").count() == 2
    with pytest.raises(MoveRefused):
        submissions.undo_accept(year.cycle, two, by=reviewer)


def test_taking_over_is_undone_for_a_while_and_not_in_a_closed_year():
    year, reviewer = make.make_year(), make_reviewer()
    make.agree_all(year)
    make.submit(year)
    indicator = Indicator.objects.get(code="1.1")
    submissions.accept(year.cycle, indicator, by=reviewer)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)), pytest.raises(MoveRefused):
        submissions.undo_accept(year.cycle, indicator, by=reviewer)
    year.cycle.steps.filter(kind=StepKind.SUMMARY).update(state="done")
    with pytest.raises(MoveRefused):
        submissions.undo_accept(year.cycle, indicator, by=reviewer)
    assert VerifiedScore.objects.count() == 2


def test_closed_year_is_not_verified_any_more():
    year, reviewer = make.make_year(), make_reviewer()
    make.agree_all(year)
    make.submit(year)
    year.cycle.steps.filter(kind=StepKind.SUMMARY).update(state="done")
    item = Item.objects.first()
    with pytest.raises(MoveRefused):
        submissions.verify(year.cycle, item, level=3, reason="เหตุผล", by=reviewer)
    with pytest.raises(MoveRefused):
        submissions.accept(year.cycle, item.consideration.indicator, by=reviewer)


def test_nobody_verifies_what_was_not_submitted():
    year, reviewer = make.make_year(), make_reviewer()
    make.agree_all(year)
    with pytest.raises(NotAllowed):
        submissions.accept(year.cycle, Indicator.objects.first(), by=reviewer)


def test_package_shows_both_scores_and_missing_ones_as_missing():
    year, reviewer = make.make_year(), make_reviewer()
    make.agree_all(year, level=4)
    make.submit(year)
    submissions.accept(year.cycle, Indicator.objects.get(code="1.1"), by=reviewer)
    package = queries.package_of(year.cycle)
    assert package.agreed.score == Decimal("4.00")
    assert package.verified.score is None
    ((_own, _theirs, lines),) = package.standards
    assert [line.verified.score for line in lines] == [Decimal("4.00"), None]
    assert all(line.review is not None for line in lines)
