"""Every state against every move, and every age of a lease against every act."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.leases import Lease, LeaseLost, pause_after
from core.moves import Rule, apply
from core.refusals import MoveRefused
from reports.models import Document
from reports.states import DocumentState
from tests.factories.people import make_office
from tests.factories.reports import make_document
from tests.factories.workflow import load_proposal, make_cast, make_cycle, make_draft
from workflow.models import Proposal
from workflow.states import ProposalState

pytestmark = pytest.mark.django_db
STATES = [state.value for state in ProposalState]
AT = timezone.now()
LENGTH = timedelta(minutes=2)
CLAIM = Lease(waiting="queued", working="rendering", length=lambda: LENGTH)


class Asked:
    """A refusal that counts how often its sentence was made."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return MoveRefused("too late")


# -- moves --------------------------------------------------------------------
@pytest.fixture
def cast():
    return make_cast(make_office())


@pytest.fixture
def draft(cast):
    return make_draft(make_cycle(cast.coordinator.office, by=cast.coordinator), by=cast.coordinator)


@pytest.mark.parametrize("source", STATES)
def test_a_move_starts_from_its_sources_and_from_nothing_else(draft, source):
    """On a copy whose state on screen is each there is, against each that may be stored."""
    rule, asked = Rule((source,), ProposalState.PROPOSED), Asked()
    for shown in STATES:
        draft.state = shown
        if shown != source:
            with pytest.raises(MoveRefused, match="too late"):
                apply(draft, rule, refusal=asked)
            assert draft.state == shown
    assert asked.times == len(STATES) - 1
    assert load_proposal(draft.pk).state == ProposalState.DRAFT


@pytest.mark.parametrize("stored", [state for state in STATES if state != ProposalState.DRAFT])
def test_a_stale_copy_moves_nothing_whatever_happened_meanwhile(draft, cast, stored):
    late, asked = load_proposal(draft.pk), Asked()
    Proposal.objects.filter(pk=draft.pk).update(
        state=stored, approved_by=cast.director, approved_at=AT
    )
    with pytest.raises(MoveRefused):
        apply(late, Rule((ProposalState.DRAFT,), ProposalState.PROPOSED), refusal=asked)
    assert (late.state, asked.times) == (ProposalState.DRAFT, 1)
    assert load_proposal(draft.pk).state == stored


def test_a_move_that_is_made_asks_for_no_refusal_and_touches_one_row(draft, cast):
    other = make_draft(
        make_cycle(cast.coordinator.office, 2561, by=cast.coordinator), by=cast.coordinator
    )
    asked = Asked()
    apply(draft, Rule(("draft",), "proposed"), refusal=asked)
    assert asked.times == 0
    assert load_proposal(other.pk).state == ProposalState.DRAFT


def test_a_row_that_is_gone_is_moved_by_nobody(draft):
    copy = load_proposal(draft.pk)
    draft.delete()
    with pytest.raises(MoveRefused):
        apply(copy, Rule(("draft",), "proposed"), refusal=Asked())
    assert not Proposal.objects.exists()


def test_a_move_may_lead_where_it_starts(draft):
    """As a save that must know that nobody moved the row meanwhile."""
    rule = Rule(("draft",), "draft")
    assert apply(draft, rule, refusal=Asked(), subject="ใหม่") == "draft"
    assert load_proposal(draft.pk).subject == "ใหม่"


# -- leases -------------------------------------------------------------------
@pytest.fixture
def rows():
    cycle = make_cycle(make_office())
    return [make_document(cycle) for _n in range(3)]


def claimed(worker="one", at=AT):
    free = Document.objects.filter(CLAIM.free(at)).order_by("pk")
    return CLAIM.claim(free, Document.objects.all(), at=at, claimed_by=worker)


@pytest.mark.parametrize("state", ["queued", "rendering", "failed"])
@pytest.mark.parametrize("seconds", [None, -1, 0, 1])
def test_free_is_what_waits_or_whose_lease_is_over(rows, state, seconds):
    until = None if seconds is None else AT + timedelta(seconds=seconds)
    Document.objects.filter(pk=rows[0].pk).update(state=state, lease_until=until)
    over = state == DocumentState.RENDERING and seconds is not None and seconds <= 0
    free = Document.objects.filter(CLAIM.free(AT), pk=rows[0].pk)
    assert free.exists() is (state == DocumentState.QUEUED or over)


def test_workers_share_the_rows_and_the_last_one_finds_nothing(rows):
    got = [claimed(name) for name in ("one", "two", "three", "four")]
    assert [row and row.pk for row in got] == [*(row.pk for row in rows), None]
    assert [row.claimed_by for row in got[:3]] == ["one", "two", "three"]


def test_a_row_that_is_taken_while_one_looks_is_passed_over(rows, monkeypatch):
    """The list of free rows was read; by the time of the claim the first is somebody's."""
    take = Lease.take

    def late(lease, free, **fields):
        Document.objects.filter(pk=rows[0].pk, claimed_by="").update(
            state="rendering", lease_until=AT + LENGTH, claimed_by="quick"
        )
        return take(lease, free, **fields)

    monkeypatch.setattr(Lease, "take", late)
    assert claimed("slow").pk == rows[1].pk
    rows[0].refresh_from_db()
    assert rows[0].claimed_by == "quick"


def test_heartbeats_hold_a_row_as_long_as_they_come(rows):
    mine, at = claimed(), AT
    Document.objects.exclude(pk=mine.pk).update(state="failed")
    for _beat in range(5):
        at += LENGTH - timedelta(seconds=1)
        assert claimed("two", at) is None
        CLAIM.renew(mine, at=at)
    assert claimed("two", at + LENGTH).pk == mine.pk


def test_who_is_late_but_was_not_replaced_goes_on(rows):
    """The lease ran out, and nobody wanted the row: nothing is lost."""
    mine = claimed()
    CLAIM.renew(mine, at=AT + 10 * LENGTH, progress=50)
    assert CLAIM.let_go(mine, "failed", error_reference="x")


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_after_a_row_was_let_go_its_former_holder_has_no_say(rows, state):
    mine = claimed()
    assert CLAIM.let_go(mine, state)
    assert not CLAIM.held(mine).exists()
    with pytest.raises(LeaseLost):
        CLAIM.renew(mine, at=AT, progress=99)
    mine.refresh_from_db()
    assert (mine.state, mine.lease_until, mine.progress) == (state, None, 0)


def test_a_lost_lease_changes_no_attribute_of_the_row(rows):
    mine = claimed()
    before = mine.lease_until
    claimed("two", AT + LENGTH)
    Document.objects.filter(pk=mine.pk).update(claimed_by="two")
    with pytest.raises(LeaseLost):
        CLAIM.renew(mine, at=AT + LENGTH)
    assert mine.lease_until == before


@pytest.mark.parametrize("tried", range(1, 8))
def test_the_pause_is_the_one_of_the_attempt(tried):
    pauses = [timedelta(minutes=n) for n in (1, 5, 30)]
    expected = pauses[tried - 1] if tried <= len(pauses) else None
    assert pause_after(tried, pauses) == expected
    assert pause_after(tried, []) is None
