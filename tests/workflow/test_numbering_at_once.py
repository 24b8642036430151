"""Fifty orders of one office signed at the same moment: numbers 1 to 50, once each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from people.domain.events import first_broken
from people.models import Office
from tests.factories.indicators import make_edition
from tests.factories.people import fresh, make_office
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_cast,
    make_cycle,
    make_proposed,
)
from workflow.domain import proposals
from workflow.models import Committee, IssuedNumber, Proposal
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
    barrier = Barrier(CROWD)

    def sign(pk):
        try:
            order, director = load_proposal(pk), fresh(cast.director)
            barrier.wait(timeout=60)
            return proposals.approve(order, by=director)
        finally:
            connections.close_all()

    orders = list(_orders(office, cast))
    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(sign, orders))
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
