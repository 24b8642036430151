"""Fifty orders of one office signed at the same moment: numbers 1 to 50, once each."""

import pytest
from django.db import connection

from core.history import first_broken
from people.models import Office
from tests.factories.crowd import all_at_once
from tests.factories.indicators import make_edition
from tests.factories.loading import load_again
from tests.factories.people import make_office
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_cast,
    make_cycle,
    make_proposed,
)
from workflow.models import Committee, IssuedNumber, Proposal
from workflow.papers import decisions
from workflow.states import ProposalKind, ProposalState, Register

CROWD = 50
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_locks():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


def _orders(office, cast):
    """One proposed order in each of fifty fiscal years."""
    edition = make_edition()
    for year in range(2551, 2551 + CROWD):
        cycle = make_cycle(office, year, by=cast.coordinator, edition=edition)
        assign_all(cycle, cast.staff)
        yield make_proposed(cycle, ProposalKind.ORDER, by=cast.coordinator).pk


def test_fifty_approvals_at_once_number_one_to_fifty():
    office = make_office()
    Office.objects.update(deputy_reviews=False)
    cast = make_cast(office)
    orders = [load_proposal(pk) for pk in _orders(office, cast)]
    directors = [load_again(cast.director) for _order in orders]

    def sign(pair):
        order, director = pair
        return decisions.approve(order, by=director)

    all_at_once(sign, list(zip(orders, directors, strict=True)))
    expected = list(range(1, CROWD + 1))
    for register in Register:
        rows = IssuedNumber.objects.filter(office=office, register=register, typed=False)
        assert sorted(int(row.number) for row in rows) == expected
    for name in ("number", "memo_number"):
        given = Proposal.objects.values_list(name, flat=True)
        assert sorted(map(int, given)) == expected
    assert Proposal.objects.filter(state=ProposalState.APPROVED).count() == CROWD
    assert Committee.objects.filter(until__isnull=True).count() == CROWD
    assert first_broken(office) is None
