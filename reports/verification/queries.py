"""What anybody may learn about an approved paper by the code that stands on it.

No person is named, no reason given, nothing of the product shown: whoever found the paper on a
notice board asks these questions, not only whom it concerns.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import thai
from people.states import Digits
from reports.documents.documents import final_pdf
from reports.documents.seals import ONCE_APPROVED
from reports.gather.cards import day_on_paper
from reports.models import Seal, Signature
from reports.render.filters import num
from reports.states import DocumentKind
from workflow.models import Proposal
from workflow.states import ProposalMove, ProposalState

WITH_LEGAL_FORCE = {DocumentKind.ANNOUNCEMENT, DocumentKind.ORDER}


class Standing(StrEnum):
    """What a paper is worth today."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    MAKING = "making"  # approved; its file is not ready yet


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All that the public page says. ``since``: the day it was superseded or revoked."""

    standing: Standing
    kind: str
    number: str  # 12/2560; "" for papers without
    dated: date | None
    office: str
    title: str
    digits: str = Digits.THAI  # of the office: what the paper says is compared with this page
    in_force: bool = False  # orders and announcements; SAR and memo record, and order nothing
    sha256: str = ""  # of the very bytes that were signed; "" until they are there
    signed: bool = False
    recognised: bool = False  # the signature's certificate led to a trusted authority
    since: date | None = None
    successor: str = ""  # number of the paper that took its place; of a memo: its order's place
    order: str = ""  # number of the order that a memo put before the director
    ordered: date | None = None  # and its day


def verdict_of(code: str | None) -> Verdict | None:
    """What is known of the paper with this code; None when no paper bears it."""
    seals = Seal.objects.select_related("proposal__cycle__assessment__office")
    seal = seals.filter(code=code).first() if code else None
    if seal is None:
        return None
    paper, kind = seal.proposal, DocumentKind(seal.kind)
    office = paper.cycle.assessment.office
    frozen = final_pdf(paper, kind)
    sha256 = frozen.sha256 if frozen else ""
    signature = Signature.objects.filter(office=office, sha256=sha256).first() if sha256 else None
    return Verdict(
        kind=str(kind.label),
        number=_number(paper, kind),
        dated=_dated(paper, kind),
        office=num(office.name, office.digits == Digits.THAI),
        title=num(_title(paper, kind), office.digits == Digits.THAI),
        digits=office.digits,
        sha256=sha256,
        signed=signature is not None,
        recognised=signature is not None and signature.recognised,
        **_standing(paper, kind, ready=bool(sha256)),
        **_order(paper, kind),
    )


def _order(paper: Proposal, kind: DocumentKind) -> dict[str, Any]:
    """The order a memo belongs to."""
    if kind != DocumentKind.MEMO:
        return {}
    return {"order": _number(paper, DocumentKind.ORDER), "ordered": day_on_paper(paper)}


def _standing(paper: Proposal, kind: DocumentKind, *, ready: bool) -> dict[str, Any]:
    """A memo goes the way of its order, but is never in force: it records what was proposed."""
    if paper.state == ProposalState.REVOKED:
        revoked = paper.decisions.filter(move=ProposalMove.REVOKE).order_by("-pk").first()
        return {"standing": Standing.REVOKED, "since": revoked and thai.local_date(revoked.at)}
    if paper.state == ProposalState.SUPERSEDED:
        return {"standing": Standing.SUPERSEDED} | _successor(paper)
    standing = Standing.GENUINE if ready else Standing.MAKING
    return {"standing": standing, "in_force": kind in WITH_LEGAL_FORCE}


def _successor(paper: Proposal) -> dict[str, Any]:
    """The approved version that came next, whatever became of it since; a memo's is an order."""
    later = paper.cycle.proposals.filter(
        kind=paper.kind, version__gt=paper.version, state__in=ONCE_APPROVED
    )
    after = later.order_by("version").first()
    number = _number(after, DocumentKind(paper.kind)) if after else ""
    since = day_on_paper(after)
    if after is not None and after.correction and after.approved_at:
        since = thai.local_date(after.approved_at)  # it may bear an earlier day than the correction
    return {"since": since, "successor": number}


def _number(paper: Proposal, kind: DocumentKind) -> str:
    number = paper.memo_number if kind == DocumentKind.MEMO else paper.number
    dated = _dated(paper, kind)
    return f"{number}/{thai.be_year(dated)}" if number and dated else ""


def _dated(paper: Proposal, kind: DocumentKind) -> date | None:
    if kind == DocumentKind.MEMO:
        return paper.proposed_at and thai.local_date(paper.proposed_at)
    return day_on_paper(paper)


def _title(paper: Proposal, kind: DocumentKind) -> str:
    memo = paper.body.get("memo", {}) if kind == DocumentKind.MEMO else {}
    return memo.get("subject") or paper.subject
