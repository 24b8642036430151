"""Taking an approved paper out of force, without another in its place."""

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import NotAllowed, RuleBroken
from indicators import assessments
from people import roles
from people.models import User
from people.states import Role
from workflow import notify, rules
from workflow.models import Cycle, Decision, Proposal
from workflow.papers import committee
from workflow.papers.moves import apply, hold, record_move
from workflow.states import ProposalKind, ProposalMove, ProposalState


@transaction.atomic
def revoke(proposal: Proposal, *, by: User, why: str) -> Decision:
    """The director takes the paper out of force; an order's committee and rights end with it.

    The paper, its number and its history stay. The next version starts as a new draft.
    """
    hold(proposal, ProposalMove.REVOKE)
    at, why = clock.now(), thai.trimmed(why)
    day, office = clock.today(at), proposal.cycle.assessment.office
    acting = roles.acting_period(by, Role.DIRECTOR, office, day=day) is not None
    if not rules.may_revoke(by, proposal, day):
        raise NotAllowed(_("Only the director revokes an announcement or order."))
    if not why:
        raise RuleBroken(_("Write why it is revoked."), "why")

    before = apply(proposal, ProposalMove.REVOKE)
    decision = Decision.objects.create(
        proposal=proposal,
        move=ProposalMove.REVOKE,
        by=by,
        role=Role.DIRECTOR,
        acting=acting,
        opinion=why,
        at=at,
    )
    if proposal.kind == ProposalKind.ORDER:
        committee.dismiss(proposal, at=at)

    _notify_revoked(proposal, why)
    record_move(
        proposal,
        "revoke",
        by=by,
        before=before,
        why=why,
        role=Role.DIRECTOR if acting else "",
    )
    return decision


def _notify_revoked(proposal: Proposal, why: str) -> None:
    """Everybody who was notified that it is in force."""
    if proposal.kind == ProposalKind.ORDER:
        named = User.objects.filter(pk__in=committee.everybody_in(proposal.body))
    else:
        named = User.objects.filter(acknowledgements__proposal=proposal)
    notify.people(
        [
            *named,
            proposal.proposed_by,
            *notify.holders(proposal.cycle, Role.COORDINATOR, Role.DEPUTY),
        ],
        key=f"proposal:{proposal.pk}:revoked",
        kind="proposal_revoked",
        title=lambda: _("Revoked: %(subject)s") % {"subject": proposal.subject},
        body=why,
        url=notify.page("proposal", proposal.cycle, proposal.kind),
    )


def supersede_sar(cycle: Cycle, *, by: User, why: str) -> None:
    """Reopening the self-assessment: the approved SAR counts no longer, scores open again."""
    sar = Proposal.objects.filter(
        cycle=cycle, kind=ProposalKind.SAR, state=ProposalState.APPROVED
    ).first()
    if sar is None:
        return
    sar.cycle = cycle
    before = apply(sar, ProposalMove.SUPERSEDE)
    notify.people(
        notify.holders(cycle, Role.DIRECTOR, Role.DEPUTY),
        key=f"proposal:{sar.pk}:superseded",
        kind="sar_reopened",
        title=lambda: _("The approved SAR was taken back: the self-assessment is open again"),
        body=why,
        url=notify.page("proposal", cycle, sar.kind),
    )
    if not cycle.assessment.is_open:
        assessments.unlock(cycle.assessment, by=by, why=why)
    record_move(sar, "supersede", by=by, before=before, why=why)
