"""What keeps a draft from being proposed is named with the field and page it stands at."""

from datetime import timedelta

import pytest

from core import clock
from people.models import User
from tests.factories.people import make_office
from tests.factories.workflow import assign_all, make_cycle, make_draft
from workflow.papers.checks import problems_of
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    cycle = make_cycle(make_office(), by=cast.coordinator)
    assign_all(cycle, cast.staff)
    return make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)


def places(draft):
    return [(problem.page, problem.anchor) for problem in problems_of(draft)]


def test_prefilled_order_has_no_problem(draft):
    assert problems_of(draft) == []


@pytest.mark.parametrize(("days", "found"), [(-1, [("draft", "id_effective")]), (0, []), (1, [])])
def test_in_force_before_the_proposal(draft, days, found):
    draft.body["effective"] = (clock.today() + timedelta(days=days)).isoformat()
    assert places(draft) == found


def test_order_without_anyone_is_one_problem(draft):
    draft.body["members"] = []
    assert places(draft) == [("draft", "members-title")]


def test_person_twice_and_missing_chair(draft):
    members = draft.body["members"]
    chair = next(row for row in members if row["part"] == "steering" and row["seat"] == "chair")
    chair["seat"] = "member"
    members.append(dict(chair))
    assert places(draft) == [("draft", "members-title")] * 2


def test_deactivated_member_is_named(draft, cast):
    User.objects.filter(pk=cast.group_director.pk).update(is_active=False)
    (problem,) = problems_of(draft)
    assert problem.anchor == "members-title"
    assert cast.group_director.full_name in problem.message


def test_empty_memo_text_stands_on_the_memo_s_page(draft):
    draft.body["memo"]["facts"] = " "
    assert places(draft) == [("memo", "id_facts")]
