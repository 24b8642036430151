"""Leases of rows, tried on the register of documents."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.leases import LONGEST_NAME, Lease, LeaseLost, holder, pause_after
from reports.models import Document
from tests.factories.people import make_office
from tests.factories.reports import make_document
from tests.factories.workflow import make_cycle

pytestmark = pytest.mark.django_db
AT = timezone.now()
LENGTH = timedelta(minutes=2)
CLAIM = Lease(waiting="queued", working="rendering", length=lambda: LENGTH)


@pytest.fixture
def row():
    return make_document(make_cycle(make_office()))


def claimed(at=AT, worker="one"):
    free = Document.objects.filter(CLAIM.free(at)).order_by("pk")
    return CLAIM.claim(free, Document.objects.all(), at=at, claimed_by=worker)


def test_a_row_is_claimed_once_until_its_lease_runs_out(row):
    assert claimed().lease_until == AT + LENGTH
    assert claimed(worker="two") is None
    assert claimed(AT + LENGTH - timedelta(seconds=1), "two") is None
    assert claimed(AT + LENGTH, "two").claimed_by == "two"


def test_who_comes_late_takes_nothing(row):
    free = Document.objects.filter(CLAIM.free(AT), pk=row.pk)
    assert CLAIM.take(free, at=AT, claimed_by="one") == AT + LENGTH
    assert CLAIM.take(free, at=AT, claimed_by="two") is None


def test_a_heartbeat_holds_the_lease(row):
    mine = claimed()
    CLAIM.renew(mine, at=AT + LENGTH, progress=40)
    row.refresh_from_db()
    assert (row.lease_until, row.progress) == (AT + 2 * LENGTH, 40)
    assert mine.lease_until == row.lease_until
    assert claimed(AT + LENGTH, "two") is None


def test_who_lost_the_lease_writes_nothing(row):
    first, second = claimed(), claimed(AT + LENGTH, "two")
    with pytest.raises(LeaseLost):
        CLAIM.renew(first, at=AT + LENGTH, progress=40)
    assert not CLAIM.let_go(first, "failed", error_reference="x")
    row.refresh_from_db()
    assert (row.state, row.claimed_by, row.progress) == ("rendering", "two", second.progress)


def test_letting_go_ends_the_lease(row):
    mine = claimed()
    assert CLAIM.let_go(mine, "failed", error_reference="x")
    row.refresh_from_db()
    assert (row.state, row.lease_until, row.error_reference) == ("failed", None, "x")
    assert not CLAIM.let_go(mine, "failed")


def test_other_columns_may_prove_the_claim(row):
    by_lease = Lease(
        waiting="queued", working="rendering", length=lambda: LENGTH, proof=("lease_until",)
    )
    mine = claimed()
    assert by_lease.held(mine).exists()
    by_lease.renew(mine, at=AT + LENGTH)
    assert by_lease.held(mine).exists()
    Document.objects.update(lease_until=AT)
    assert not by_lease.held(mine).exists()


def test_a_holders_name_is_its_own_and_fits():
    assert holder("web") != holder("web")
    assert len({holder("w" * 60) for _each in range(9)}) == 9
    assert len(holder("w" * 60)) == LONGEST_NAME


def test_pauses_grow_until_it_is_given_up():
    pauses = (timedelta(minutes=1), timedelta(minutes=5))
    assert [pause_after(n, pauses) for n in (1, 2, 3)] == [*pauses, None]
