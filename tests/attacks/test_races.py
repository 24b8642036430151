"""Two at the same moment, where a rule counts rows of other years."""

import pytest
from django.db import connection

from core import clock
from core.refusals import RuleBroken
from tests.factories.crowd import together
from tests.factories.loading import load_again
from tests.factories.people import make_office
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_cast,
    make_cycle,
    make_proposed,
)
from workflow.models import Proposal
from workflow.papers import decisions
from workflow.states import ProposalKind, ProposalState

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
YEARS = range(2560, 2568)


def test_orders_of_several_years_signed_at_once_never_share_a_number():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")
    office = make_office()
    cast = make_cast(office)
    waiting = []
    for year in YEARS:
        cycle = make_cycle(office, year, by=cast.coordinator)
        assign_all(cycle, cast.staff)
        order = make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator)
        decisions.endorse(order, by=cast.deputy, opinion="เห็นควร")
        waiting.append(order.pk)
    directors = [load_again(cast.director) for _year in YEARS]
    loaded = [load_proposal(pk) for pk in waiting]
    outcomes = together(
        len(waiting),
        lambda n: decisions.approve(
            loaded[n], by=directors[n], number="๗" if n % 2 else "7", dated=clock.today()
        ),
    )
    assert sum(isinstance(one, RuleBroken) for one in outcomes) == len(waiting) - 1
    assert Proposal.objects.filter(state=ProposalState.APPROVED).count() == 1
