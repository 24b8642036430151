"""A move of a state: guarded, conditional, and one of two wins. Read on a proposal's state."""

import pytest

from core.moves import Rule, apply
from core.refusals import MoveRefused
from tests.factories.people import make_office
from tests.factories.workflow import load_proposal, make_cast, make_cycle, make_draft

pytestmark = pytest.mark.django_db
PROPOSE = Rule(("draft", "returned"), "proposed")


def refusal():
    return MoveRefused("too late")


@pytest.fixture
def draft():
    office = make_office()
    cast = make_cast(office)
    return make_draft(make_cycle(office, by=cast.coordinator), by=cast.coordinator)


def test_a_move_writes_state_and_changes_and_returns_the_state_before(draft):
    assert apply(draft, PROPOSE, refusal=refusal, same={"edit": 0}, subject="เรื่องใหม่") == "draft"
    for row in (draft, load_proposal(draft.pk)):
        assert (row.state, row.subject) == ("proposed", "เรื่องใหม่")


def test_a_move_does_not_start_from_another_state(draft):
    with pytest.raises(MoveRefused, match="too late"):
        apply(draft, Rule(("approved",), "revoked"), refusal=refusal, subject="เรื่องใหม่")
    assert (draft.state, load_proposal(draft.pk).state) == ("draft", "draft")


def test_of_two_stale_copies_one_wins(draft):
    late = load_proposal(draft.pk)
    apply(draft, PROPOSE, refusal=refusal)
    with pytest.raises(MoveRefused):
        apply(late, PROPOSE, refusal=refusal, subject="เรื่องใหม่")
    assert (late.state, late.subject) == ("draft", draft.subject)
    assert load_proposal(draft.pk).subject == draft.subject


def test_what_must_be_the_same_is_compared_with_what_is_stored(draft):
    with pytest.raises(MoveRefused):
        apply(draft, PROPOSE, refusal=refusal, same={"edit": draft.edit + 1})
    assert load_proposal(draft.pk).state == "draft"
