"""The memo (บันทึกข้อความ) that puts an order before the director: part of the order's body.

``body["memo"]`` holds ``MEMO_TEXTS``; drafts begun before there were memos have none and show
the usual wording. The memo's own date is the Bangkok day on which the order was proposed.
"""

from datetime import date

from core import clock
from workflow.field_labels import MEMO_LABELS
from workflow.models import Cycle, Proposal
from workflow.papers import phrases
from workflow.states import ProposalKind

MEMO_TEXTS = tuple(MEMO_LABELS)


def usual_memo(cycle: Cycle, order_subject: str) -> dict[str, str]:
    """The memo's texts as a new draft of the order starts with them, in the office's wording."""
    office = cycle.assessment.office
    templates = phrases.templates_of(office)
    words = phrases.office_words(office, year=cycle.assessment.fiscal_year)
    words["subject"] = order_subject
    return {name: phrases.filled(templates[f"memo_{name}"], words) for name in MEMO_TEXTS}


def memo_of(proposal: Proposal) -> dict[str, str]:
    """The memo's texts of an order; nothing for other papers."""
    if proposal.kind != ProposalKind.ORDER:
        return {}
    kept: dict[str, str] = proposal.body.get("memo") or {}
    return kept or usual_memo(proposal.cycle, proposal.subject)


def following(draft: Proposal, subject: str) -> dict[str, str]:
    """The memo once the order is called ``subject``: the usual wording names it anew."""
    memo = memo_of(draft)
    if memo == usual_memo(draft.cycle, draft.subject):
        return usual_memo(draft.cycle, subject)
    return memo


def dated_on(proposal: Proposal) -> date | None:
    """The date on the memo; None while the order is not proposed."""
    return None if proposal.proposed_at is None else clock.today(proposal.proposed_at)
