"""An announcement brought to any state, and every move of it."""

from tests.database.recorded import recorded
from tests.factories.workflow import (
    load_proposal,
    make_approved,
    make_draft,
    make_proposed,
)
from workflow.papers import decisions, proposals, revoking
from workflow.states import ProposalMove, ProposalState

OPINION = "โปรดแก้ไขถ้อยคำ"


def _supersede(proposal, cast):
    newer = make_proposed(proposal.cycle, proposal.kind, by=cast.coordinator)
    decisions.endorse(newer, by=cast.deputy)
    return decisions.approve(newer, by=cast.director)


ACTS = {
    ProposalMove.PROPOSE: lambda p, cast: proposals.propose(p, by=cast.coordinator),
    ProposalMove.WITHDRAW: lambda p, cast: proposals.withdraw(p, by=cast.coordinator),
    ProposalMove.ENDORSE: lambda p, cast: decisions.endorse(p, by=cast.deputy, opinion="เห็นชอบ"),
    ProposalMove.APPROVE: lambda p, cast: decisions.approve(p, by=cast.director),
    ProposalMove.RETURN: lambda p, cast: decisions.return_(p, by=cast.director, opinion=OPINION),
    ProposalMove.REVOKE: lambda p, cast: revoking.revoke(p, by=cast.director, why=OPINION),
}
DECISIONS = (
    ProposalMove.ENDORSE,
    ProposalMove.APPROVE,
    ProposalMove.RETURN,
    ProposalMove.REVOKE,
)
IN_FORCE_ONCE = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)


@recorded
def bring_to(state, cycle, cast):
    """An announcement in ``state``, as the office would bring it there."""
    if state == ProposalState.DRAFT:
        return make_draft(cycle, by=cast.coordinator)
    if state in IN_FORCE_ONCE:
        proposal = make_approved(cycle, cast=cast)
        if state == ProposalState.SUPERSEDED:
            _supersede(proposal, cast)
        elif state == ProposalState.REVOKED:
            revoking.revoke(proposal, by=cast.director, why=OPINION)
        return load_proposal(proposal.pk)
    proposal = make_proposed(cycle, by=cast.coordinator)
    if state == ProposalState.ENDORSED:
        decisions.endorse(proposal, by=cast.deputy)
    elif state == ProposalState.RETURNED:
        decisions.return_(proposal, by=cast.director, opinion=OPINION)
    return load_proposal(proposal.pk)
