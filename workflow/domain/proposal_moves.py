"""The one door of ``Proposal.state``: from where each move starts, and who was faster."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from esa_standards import thai
from people.domain.events import decided, record
from people.refusals import MoveRefused
from workflow.models import Proposal
from workflow.states import ProposalMove, ProposalState


@dataclass(frozen=True)
class Rule:
    """From which states a move starts and where it leads."""

    sources: tuple[ProposalState, ...]
    target: ProposalState


UNDECIDED = (ProposalState.PROPOSED, ProposalState.ENDORSED)
MOVES = {
    ProposalMove.PROPOSE: Rule((ProposalState.DRAFT,), ProposalState.PROPOSED),
    ProposalMove.WITHDRAW: Rule(UNDECIDED, ProposalState.DRAFT),
    ProposalMove.ENDORSE: Rule((ProposalState.PROPOSED,), ProposalState.ENDORSED),
    ProposalMove.APPROVE: Rule(UNDECIDED, ProposalState.APPROVED),
    ProposalMove.RETURN: Rule(UNDECIDED, ProposalState.RETURNED),
    ProposalMove.SUPERSEDE: Rule((ProposalState.APPROVED,), ProposalState.SUPERSEDED),
    ProposalMove.REVOKE: Rule((ProposalState.APPROVED,), ProposalState.REVOKED),
}


def refusal(proposal, *, drafting=False):
    """What became of the proposal: decided by whom and when, or in which state it is.

    ``drafting`` says that somebody took it for a draft.
    """
    now = Proposal.objects.select_related("approved_by", "proposed_by").get(pk=proposal.pk)
    state = ProposalState(now.state)
    if state in (ProposalState.APPROVED, ProposalState.SUPERSEDED):
        return decided(
            _("Already approved by %(who)s on %(when)s."), now.approved_by, now.approved_at
        )
    last = now.decisions.select_related("by").last()
    if state == ProposalState.REVOKED and last is not None:
        return decided(_("Already revoked by %(who)s on %(when)s."), last.by, last.at)
    if state == ProposalState.RETURNED and last is not None:
        return decided(_("Already returned by %(who)s on %(when)s."), last.by, last.at)
    if state == ProposalState.ENDORSED and last is not None:
        return decided(_("Already endorsed by %(who)s on %(when)s."), last.by, last.at)
    if drafting and state == ProposalState.PROPOSED:
        return decided(
            _("Already proposed by %(who)s on %(when)s."), now.proposed_by, now.proposed_at
        )
    if now.edit != proposal.edit:
        return MoveRefused(_("The text was changed meanwhile. Please read it again."))
    return MoveRefused(_("This cannot be done while it is “%(state)s”.") % {"state": state.label})


def day_in_words(day):
    """A date inside a sentence to the reader."""
    return thai.format_date(day, language=_language())


def _language():
    return "en" if (get_language() or "").startswith("en") else "th"


def apply(proposal, move, **changes):
    """Guard and conditional update; the text must still be the one that ``proposal`` holds."""
    rule, before = MOVES[move], proposal.state
    drafting = move == ProposalMove.PROPOSE
    if before not in rule.sources:
        raise refusal(proposal, drafting=drafting)
    changed = Proposal.objects.filter(pk=proposal.pk, state=before, edit=proposal.edit).update(
        state=rule.target, **changes
    )
    if not changed:
        raise refusal(proposal, drafting=drafting)
    proposal.state = rule.target
    for name, value in changes.items():
        setattr(proposal, name, value)
    return before


def record_move(proposal, verb, *, by, before=None, why="", role="", **after):
    """Write the history of a move; last in its transaction."""
    assessment = proposal.cycle.assessment
    record(
        assessment.office,
        actor=by,
        verb=f"proposal.{verb}",
        target=proposal,
        before={} if before is None else {"state": before},
        after={
            "kind": proposal.kind,
            "version": proposal.version,
            "state": proposal.state,
            **after,
        },
        why=why,
        year=assessment.fiscal_year,
        role=role,
    )
