"""OBEC's findings and the office's answers."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from notifications.models import Notification
from tests.factories import cycles as make
from tests.factories.people import make_office, make_person, make_reviewer
from workflow.followup import recommendations
from workflow.models import Recommendation
from workflow.states import StepKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    year = make.make_year()
    year.reviewer = make_reviewer()
    make.submit(year)
    return year


def add(year, text="ควรทำเพิ่ม", by=None):
    return recommendations.add(
        year.cycle, indicator=None, problem="", recommendation=text, by=by or year.reviewer
    )


def answer(year, row, text="จะดำเนินการ", *, owner=None, by=None, **seen):
    owner, by = owner or year.staff[0], by or year.coordinator
    return recommendations.answer(row, text=text, owner=owner, by=by, **seen)


def reword(year, row, text, **seen):
    return recommendations.edit(
        row, indicator=None, problem="", recommendation=text, by=year.reviewer, **seen
    )


def test_office_is_notified_of_a_finding(year):
    add(year)
    notified = set(
        Notification.objects.filter(kind="recommendation_added").values_list("recipient", flat=True)
    )
    assert notified == {year.coordinator.pk, year.director.pk}


def test_only_reviewers_write(year):
    for person in (year.coordinator, year.director, year.staff[0]):
        with pytest.raises(NotAllowed):
            add(year, by=person)


def test_reviewer_writes_nothing_before_submission():
    year = make.make_year()
    year.reviewer = make_reviewer()
    with pytest.raises(NotAllowed):
        add(year)


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_finding_is_refused(year, text):
    with pytest.raises(RuleBroken):
        add(year, text)


def test_finding_is_reworded_and_removed_until_answered(year):
    row = add(year)
    assert reword(year, row, "ควรทำอีก").recommendation == "ควรทำอีก"
    recommendations.remove(row, by=year.reviewer)
    assert not Recommendation.objects.exists()
    assert Event.objects.get(verb="recommendation.remove").before["recommendation"] == "ควรทำอีก"


def test_answered_finding_stays(year):
    row = add(year)
    answer(year, row)
    with pytest.raises(MoveRefused):
        reword(year, row, "แก้")
    with pytest.raises(MoveRefused):
        recommendations.remove(row, by=year.reviewer)


def test_stale_rewording_is_refused_with_the_present_text(year):
    row = add(year, "เดิม")
    seen = recommendations.digest(row)
    reword(year, Recommendation.objects.get(pk=row.pk), "ของเขา")
    with pytest.raises(StaleEdit) as refused:
        reword(year, Recommendation.objects.get(pk=row.pk), "ของฉัน", seen=seen)
    assert "ของเขา" in refused.value.theirs.values()


def test_answer_names_an_owner_and_tells_them(year):
    row = answer(year, add(year))
    assert (row.answer, row.owner, row.answered_by) == (
        "จะดำเนินการ",
        year.staff[0],
        year.coordinator,
    )
    assert Notification.objects.filter(
        recipient=year.staff[0], kind="recommendation_owned"
    ).exists()


def test_owner_is_of_the_office(year):
    stranger = make_person(make_office("skn1"))
    with pytest.raises(RuleBroken):
        answer(year, add(year), owner=stranger)


def test_staff_do_not_answer(year):
    with pytest.raises(NotAllowed):
        answer(year, add(year), by=year.staff[0])


def test_second_answer_over_an_unseen_one_is_refused(year):
    row = add(year)
    answer(year, row, "ของเขา")
    with pytest.raises(StaleEdit) as refused:
        answer(year, row, "ของฉัน", seen="")
    assert list(refused.value.theirs.values()) == ["ของเขา"]
    assert answer(year, row, "ใหม่", seen="ของเขา").answer == "ใหม่"


def test_closed_year_takes_no_more(year):
    row = add(year)
    year.cycle.steps.filter(kind=StepKind.SUMMARY).update(state="done")
    with pytest.raises(MoveRefused):
        answer(year, row)
    with pytest.raises(MoveRefused):
        add(year)
