"""The moves of ``Proposal.state``: from where each starts, and who was faster."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

import thai
from core import moves
from core.history import decided
from core.moves import Rule
from core.refusals import MoveRefused
from indicators.assessments import log_event
from indicators.models import Assessment
from people.models import User
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalMove, ProposalState

APPROVED_ONCE = (ProposalState.APPROVED, ProposalState.SUPERSEDED)
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


def is_with_obec(assessment: Assessment, kind: str) -> bool:
    """Whether OBEC has the summary of this SAR: no other is begun or proposed meanwhile."""
    return kind == ProposalKind.SAR and assessment.submitted_at is not None


def refusal(proposal: Proposal, *, drafting: bool = False) -> MoveRefused:
    """What became of the proposal: decided by whom and when, or in which state it is.

    ``drafting`` says that somebody took it for a draft.
    """
    now = Proposal.objects.select_related("approved_by", "proposed_by").get(pk=proposal.pk)
    if who_and_when := _decided_by(now, drafting=drafting):
        late: MoveRefused = decided(*who_and_when)
        return late
    if now.edit != proposal.edit:
        return MoveRefused(_("The text was changed meanwhile. Please read it again."))
    return MoveRefused(
        _("This cannot be done while it is “%(state)s”.") % {"state": now.get_state_display()}
    )


def _decided_by(now: Proposal, *, drafting: bool) -> tuple[str, User, datetime] | None:
    """The sentence about who brought the proposal where it is, and when; None while nobody did."""
    if now.approved_by and now.approved_at and now.state in APPROVED_ONCE:
        return _("Already approved by %(who)s on %(when)s."), now.approved_by, now.approved_at
    sentences: dict[str, str] = {
        ProposalState.REVOKED: _("Already revoked by %(who)s on %(when)s."),
        ProposalState.RETURNED: _("Already returned by %(who)s on %(when)s."),
        ProposalState.ENDORSED: _("Already endorsed by %(who)s on %(when)s."),
    }
    last = now.decisions.select_related("by").last()
    if last is not None and now.state in sentences:
        return sentences[now.state], last.by, last.at
    if now.proposed_by and now.proposed_at and drafting and now.state == ProposalState.PROPOSED:
        return _("Already proposed by %(who)s on %(when)s."), now.proposed_by, now.proposed_at
    return None


def day_in_words(day: date) -> str:
    """A date inside a sentence to the reader."""
    english = (get_language() or "").startswith("en")
    return thai.format_date(day, language="en" if english else "th")


def hold(proposal: Proposal, move: ProposalMove) -> None:
    """Keep the row as the person saw it until the commit; refused when ``move`` comes too late.

    Called before anything else, so that who is late reads who decided and when, and not what
    would be missing for a decision that is no longer theirs.
    """
    stored = Proposal.objects.select_for_update(no_key=True).filter(
        pk=proposal.pk, state=proposal.state, edit=proposal.edit
    )
    if proposal.state not in MOVES[move].sources or stored.first() is None:
        raise refusal(proposal)


def apply(proposal: Proposal, move: ProposalMove, **changes: Any) -> str:
    """Move the proposal; the text must still be the one that ``proposal`` holds."""
    return moves.apply(
        proposal,
        MOVES[move],
        refusal=lambda: refusal(proposal, drafting=move == ProposalMove.PROPOSE),
        same={"edit": proposal.edit},
        **changes,
    )


def record_move(
    proposal: Proposal,
    verb: str,
    *,
    by: User,
    before: str | None = None,
    why: str = "",
    role: str = "",
    **after: Any,
) -> None:
    """Write the history of a move; last in its transaction."""
    log_event(
        proposal.cycle.assessment,
        by=by,
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
        role=role,
    )
