"""Choosing, handing in, agreeing, verifying: nobody's level is invented or seen too early."""

from decimal import Decimal

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import rules
from indicators.models import Assessment, Score
from indicators.scores.scores import (
    agree,
    hand_in_scores,
    save_score,
    score_tree,
    take_back_scores,
    verify_score,
)
from tests.factories.content import make_content_year
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer

WHY = "ดำเนินงานครบทุกขั้นตอน มีหลักฐานชัดเจน"


def score(item, by, level=4, reason=WHY, version=0):
    return save_score(load_again(item), level=level, reason=reason, version=version, by=by)


def score_all(year, by, level=4):
    for item in year.items:
        score(item, by, level)


def test_a_choice_is_saved_and_changed_by_version(year):
    assert score(year.item, year.member, 4, "").version == 1
    changed = score(year.item, year.member, 5, WHY, version=1)
    assert (changed.level, changed.reason, changed.version) == (5, WHY, 2)
    assert Score.objects.count() == 1


def test_a_stale_choice_is_refused(year):
    score(year.item, year.member, 4)
    with pytest.raises(StaleEdit):
        score(year.item, year.member, 3)
    with pytest.raises(StaleEdit):
        score(year.item, year.member, 3, version=7)
    assert Score.objects.get().level == 4


@pytest.mark.parametrize("level", [0, 6, -1, None, 3.5])
def test_a_level_is_one_to_five(year, level):
    with pytest.raises(RuleBroken):
        score(year.item, year.member, level)
    assert not Score.objects.exists()


@pytest.mark.parametrize("who", ["staff", "collector", "coordinator", "director"])
def test_only_members_score(year, who):
    with pytest.raises(NotAllowed):
        score(year.item, getattr(year, who))


def test_a_private_score_leaves_no_event(year):
    before = Event.objects.count()
    score(year.item, year.member)
    assert Event.objects.count() == before


def test_handing_in_needs_every_level_and_every_reason(year):
    score(year.item, year.member, 3, "")
    with pytest.raises(RuleBroken):
        hand_in_scores(year.assessment, by=year.member)
    for item in year.items[1:]:
        score(item, year.member)
    with pytest.raises(RuleBroken) as refused:
        hand_in_scores(year.assessment, by=year.member)
    assert year.item.consideration.code in refused.value.message
    score(year.item, year.member, 3, WHY, version=1)
    assert hand_in_scores(year.assessment, by=year.member) == 4
    levels = Event.objects.get(verb="scores.hand_in").after["levels"]
    assert levels[year.item.consideration.code] == 3


def test_after_handing_in_nothing_changes_until_taken_back(year):
    score_all(year, year.member)
    hand_in_scores(year.assessment, by=year.member)
    with pytest.raises(MoveRefused):
        score(year.item, year.member, 1, version=1)
    with pytest.raises(MoveRefused):
        hand_in_scores(year.assessment, by=year.member)
    assert take_back_scores(year.assessment, by=year.member) == 4
    assert score(year.item, year.member, 1, version=1).level == 1
    with pytest.raises(MoveRefused):
        take_back_scores(year.assessment, by=year.member)


def test_taking_back_ends_when_the_committee_agrees(year):
    score_all(year, year.member)
    hand_in_scores(year.assessment, by=year.member)
    agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)
    with pytest.raises(MoveRefused):
        take_back_scores(year.assessment, by=year.member)


def test_one_member_s_handing_in_leaves_the_others_private(year):
    score_all(year, year.member)
    score(year.item, year.second, 2)
    hand_in_scores(year.assessment, by=year.member)
    assert Score.objects.filter(assessor=year.second, handed_in_at__isnull=False).count() == 0


def test_agreeing_is_guarded_by_version_and_kept_with_before_and_after(year):
    first = agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)
    assert first.version == 1
    with pytest.raises(StaleEdit) as refused:
        agree(load_again(year.item), level=2, reason=WHY, version=0, by=year.coordinator)
    assert 4 in refused.value.theirs.values()
    second = agree(load_again(year.item), level=3, reason=WHY, version=1, by=year.coordinator)
    assert (second.level, second.version) == (3, 2)
    event = Event.objects.filter(verb="score.agree").latest("number")
    assert (event.before["level"], event.after["level"]) == (4, 3)


def test_the_same_agreement_twice_is_one(year):
    for _press in range(2):
        agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)
    assert Event.objects.filter(verb="score.agree").count() == 1


def test_agreeing_needs_a_reason_and_the_coordinator(year):
    with pytest.raises(RuleBroken):
        agree(load_again(year.item), level=4, reason="  ", version=0, by=year.coordinator)
    for person in (year.member, year.director, year.staff):
        with pytest.raises(NotAllowed):
            agree(load_again(year.item), level=4, reason=WHY, version=0, by=person)


def test_a_locked_year_takes_no_score(year):
    year.lock()
    for act in (
        lambda: score(year.item, year.member),
        lambda: agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator),
        lambda: hand_in_scores(year.assessment, by=year.member),
        lambda: take_back_scores(year.assessment, by=year.member),
    ):
        with pytest.raises(MoveRefused):
            act()


def test_obec_verifies_only_what_was_submitted(year):
    obec = make_reviewer()
    with pytest.raises(NotAllowed):
        verify_score(load_again(year.item), level=3, reason=WHY, by=obec)
    Assessment.objects.filter(pk=year.assessment.pk).update(
        state="locked", submitted_at=clock.now()
    )
    with pytest.raises(NotAllowed):
        verify_score(load_again(year.item), level=3, reason=WHY, by=obec)
    Assessment.objects.filter(pk=year.assessment.pk).update(taken_up_at=clock.now())
    with pytest.raises(NotAllowed):
        verify_score(load_again(year.item), level=3, reason=WHY, by=year.coordinator)
    verify_score(load_again(year.item), level=3, reason=WHY, by=obec)
    assert verify_score(load_again(year.item), level=2, reason=WHY, by=obec).version == 2
    assert Event.objects.filter(verb="score.verify").count() == 2


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("coordinator", True),
        ("director", True),
        ("member", True),
        ("collector", False),
        ("staff", False),
    ],
)
def test_who_sees_members_scores(year, who, sees):
    assert rules.may_see_scores(getattr(year, who), year.assessment, clock.today()) is sees


def test_the_tree_counts_choices_and_rolls_up_exactly(year, django_assert_num_queries):
    # 1.1 = (1×4 + 2×5)/3 = 14/3, 1.2 = (1×3 + 2×2)/3 = 7/3; 1 = (1×14/3 + 2×7/3)/3 = 28/9
    for item, level in zip(year.items, (4, 5, 3, 2), strict=True):
        assert score_tree(year.assessment).score is None
        agree(load_again(item), level=level, reason=WHY, version=0, by=year.coordinator)
    with django_assert_num_queries(2):
        office = score_tree(Assessment.objects.select_related("edition").get())
    assert [i.score for i in office.indicators] == [Decimal("4.67"), Decimal("2.33")]
    assert office.score == Decimal("3.11")
    assert office.level_name == "ดี"
    assert office.passed is True
    assert score_tree(year.assessment, "verified").unscored == 4


def test_the_tree_costs_the_same_for_a_large_edition(db, blob_root, django_assert_num_queries):
    large = make_content_year("skn3", size=(3, 4, 4))
    with django_assert_num_queries(6):
        score_tree(Assessment.objects.select_related("edition").get(pk=large.assessment.pk))
