"""บันทึกข้อความ: the memo of an order, with what deputy and director decided under it."""

from collections.abc import Mapping
from datetime import datetime

import thai
from people.states import Role
from reports.gather.cards import decided_by, office_card, signature_of, signs_as
from reports.gather.papers import UNFINISHED
from reports.snapshot import MemoSnapshot, Opinion
from workflow.models import Cycle, Decision, Letterhead, Proposal
from workflow.papers import decisions, memos, phrases
from workflow.papers.correcting import correction_words
from workflow.papers.letterheads import letterhead_of
from workflow.states import ProposalMove, ProposalState

NOBODY_YET = Opinion(words="", opinion="", signature=None)
RETURNED = "ส่งคืนเพื่อแก้ไข"
UNDECIDED = (ProposalState.DRAFT, ProposalState.PROPOSED)


def memo(cycle: Cycle, proposal: Proposal, at: datetime) -> MemoSnapshot:
    """The words of the order's draft; number and opinions as far as they are given."""
    office, letterhead = cycle.office, letterhead_of(cycle.office)
    texts, dated = memos.memo_of(proposal), memos.dated_on(proposal)
    proposer = proposal.proposed_by or proposal.created_by
    return MemoSnapshot(
        office=office_card(office, letterhead),
        fiscal_year=cycle.fiscal_year,
        department=letterhead.department or office.name,
        number=proposal.memo_number,
        year=thai.be_year(dated or at),
        dated=dated,
        subject=texts["subject"],
        to=texts["to"],
        origin=texts["origin"],
        facts=texts["facts"],
        request=texts["request"],
        signature=signs_as(proposer),
        opinions=_opinions(cycle, proposal, letterhead, at),
        draft=proposal.state in UNFINISHED,
        correction=correction_words(proposal, memo=True),
    )


def _opinions(
    cycle: Cycle, proposal: Proposal, letterhead: Letterhead, at: datetime
) -> tuple[Opinion, ...]:
    """The deputy's, where one was given or is still asked for; the director's last."""
    office = cycle.office
    rows = proposal.decisions.select_related("by").exclude(move=ProposalMove.REVOKE)
    made = {row.role: row for row in rows.order_by("pk")}
    templates = phrases.templates_of(office)
    words = phrases.office_words(office, year=cycle.fiscal_year) | {"subject": proposal.subject}

    def given(row: Decision) -> Opinion:
        return Opinion(
            words=_words(row, templates, words),
            opinion=row.opinion,
            signature=decided_by(row, office, letterhead),
            dated=thai.local_date(row.at),
        )

    found: list[Opinion] = []
    if Role.DEPUTY in made:
        found.append(given(made[Role.DEPUTY]))
    elif proposal.state in UNDECIDED and decisions.asks_deputy(
        office, proposer=proposal.proposed_by_id or proposal.created_by_id
    ):
        found.append(NOBODY_YET)
    if Role.DIRECTOR in made:
        return (*found, given(made[Role.DIRECTOR]))
    director = signature_of(None, office, thai.local_date(at), letterhead)
    return (*found, Opinion(words="", opinion="", signature=director))


def _words(row: Decision, templates: Mapping[str, str], words: dict[str, str]) -> str:
    if row.move == ProposalMove.RETURN:
        return RETURNED
    name = "memo_endorsed" if row.move == ProposalMove.ENDORSE else "memo_approved"
    return phrases.filled(templates[name], words)
