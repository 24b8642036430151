"""Taking an approved announcement or order out of force, without another in its place."""

from django.db import transaction
from django.utils.translation import gettext as _

from people import clock
from people.domain import roles
from people.models import User
from people.refusals import NotAllowed, RuleBroken
from people.states import Role
from workflow import rules
from workflow.domain import committee, telling
from workflow.domain.decisions import write_decision
from workflow.domain.proposal_moves import MOVES, apply, record_move, refusal
from workflow.states import ProposalKind, ProposalMove


@transaction.atomic
def revoke(proposal, *, by, why):
    """The director takes the paper out of force; an order's committee and rights end with it.

    The paper, its number and its history stay. The next version starts as a new draft.
    """
    if proposal.state not in MOVES[ProposalMove.REVOKE].sources:
        raise refusal(proposal)
    day, at = clock.today(), clock.now()
    if not rules.may_revoke(by, proposal, day):
        raise NotAllowed(_("Only the director revokes an announcement or order."))
    why = why.strip()
    if not why:
        raise RuleBroken(_("Write why it is revoked."), "why")
    before = apply(proposal, ProposalMove.REVOKE)
    office = proposal.cycle.assessment.office
    acting = roles.acting_period(by, Role.DIRECTOR, office, day=day) is not None
    decision = write_decision(
        proposal, ProposalMove.REVOKE, by=by, role=Role.DIRECTOR, opinion=why, acting=acting
    )
    if proposal.kind == ProposalKind.ORDER:
        committee.dismiss(proposal, at=at)
    _tell_revoked(proposal, why)
    record_move(
        proposal,
        "revoke",
        by=by,
        before=before,
        why=why,
        role=Role.DIRECTOR if acting else "",
    )
    return decision


def _tell_revoked(proposal, why):
    """Everybody who was told that it is in force."""
    if proposal.kind == ProposalKind.ORDER:
        named = User.objects.filter(pk__in=committee.everybody_in(proposal.body))
    else:
        named = User.objects.filter(acknowledgements__proposal=proposal)
    telling.tell(
        [
            *named,
            proposal.proposed_by,
            *telling.holders(proposal.cycle, Role.COORDINATOR, Role.DEPUTY),
        ],
        key=f"proposal:{proposal.pk}:revoked",
        kind="proposal_revoked",
        title=lambda: _("Revoked: %(subject)s") % {"subject": proposal.subject},
        body=why,
        url=telling.page("proposal", proposal.cycle, proposal.kind),
    )
