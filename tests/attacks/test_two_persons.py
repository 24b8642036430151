"""Nobody decides on what they brought, nor reviews for themselves to decide."""

from datetime import timedelta

import pytest

from core import clock
from core.refusals import NotAllowed
from people.states import Role
from tests.factories.loading import load_again
from tests.factories.people import act_for, make_office, make_person
from tests.factories.workflow import load_proposal, make_cast, make_cycle, make_proposed
from workflow.papers import decisions

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def cast(office):
    return make_cast(office)


def acting(person, *, since=0, until=0):
    """``person`` acts for the director from so many days ago to so many days ahead."""
    today = clock.today()
    act_for(
        person,
        Role.DIRECTOR,
        since=today - timedelta(days=since),
        until=today + timedelta(days=until),
    )
    return load_again(person)


def test_a_deputy_who_acts_for_the_director_does_not_review_for_themselves(office, cast):
    """Another deputy is there to be asked; one's own opinion would only pass them by."""
    make_person(office, Role.DEPUTY, given_name="รองอีกคน")
    proposal = make_proposed(make_cycle(office), by=cast.coordinator)
    both = acting(cast.deputy)
    with pytest.raises(NotAllowed):
        decisions.endorse(proposal, by=both, opinion="เห็นควรอนุมัติ")


def test_a_coordinator_who_acts_for_the_director_does_not_approve_their_own(office, cast):
    proposal = make_proposed(make_cycle(office), by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    for act in (decisions.approve, decisions.return_):
        with pytest.raises(NotAllowed):
            act(load_proposal(proposal.pk), by=acting(cast.coordinator), opinion="ขอแก้ไข")
        cast.coordinator.acting_periods.all().delete()


@pytest.mark.parametrize(("since", "until"), [(30, -1), (-1, 30)])
def test_an_acting_period_that_is_over_or_not_begun_signs_nothing(office, cast, since, until):
    proposal = make_proposed(make_cycle(office), by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    stranger = acting(make_person(office), since=since, until=until)
    with pytest.raises(NotAllowed):
        decisions.approve(load_proposal(proposal.pk), by=stranger)
