"""The memo (บันทึกข้อความ) that puts an order before the director: part of the order's body.

``body["memo"]`` holds ``MEMO_TEXTS``; drafts begun before there were memos have none and show
the usual wording. The memo's own date is the Bangkok day on which the order was proposed.
"""

from django.utils.translation import gettext as _

from people import clock
from workflow.domain import phrases
from workflow.states import ProposalKind

MEMO_TEXTS = ("subject", "to", "origin", "facts", "request")


def usual_memo(cycle, order_subject) -> dict[str, str]:
    """The memo's texts as a new draft of the order starts with them, in the office's wording."""
    office = cycle.assessment.office
    templates = phrases.templates_of(office)
    words = phrases.office_words(office, year=cycle.assessment.fiscal_year)
    words["subject"] = order_subject
    return {name: phrases.filled(templates[f"memo_{name}"], words) for name in MEMO_TEXTS}


def memo_of(proposal) -> dict[str, str]:
    """The memo's texts of an order; nothing for other papers."""
    if proposal.kind != ProposalKind.ORDER:
        return {}
    return proposal.body.get("memo") or usual_memo(proposal.cycle, proposal.subject)


def following(draft, subject) -> dict[str, str]:
    """The memo once the order is called ``subject``: the usual wording names it anew."""
    memo = memo_of(draft)
    if memo == usual_memo(draft.cycle, draft.subject):
        return usual_memo(draft.cycle, subject)
    return memo


def dated_on(proposal):
    """The date on the memo; None while the order is not proposed."""
    return None if proposal.proposed_at is None else clock.today(proposal.proposed_at)


def memo_labels() -> dict[str, str]:
    """What the memo's texts are called on screen."""
    return {
        "subject": _("Subject of the memo"),
        "to": _("Addressed to"),
        "origin": _("Origin of the matter"),
        "facts": _("Facts and considerations"),
        "request": _("Request"),
    }
