"""What anybody may learn about an approved paper by the code that stands on it.

No person is named, no reason given, nothing of the product shown: whoever found the paper on a
notice board asks these questions, not only whom it concerns.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from esa_standards import thai
from people.states import Digits
from reports.domain.documents import final_pdf
from reports.domain.seals import ONCE_APPROVED
from reports.gather.cards import day_on_paper
from reports.models import Seal, Signature
from reports.paper.words import num
from reports.states import DocumentKind
from workflow.states import ProposalMove, ProposalState


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
    in_force: bool = False  # a memo never is: it records what was proposed and decided
    sha256: str = ""  # of the very bytes that were signed; "" until they are there
    signed: bool = False
    recognised: bool = False  # the signature's certificate led to a trusted authority
    since: date | None = None
    successor: str = ""  # number of the paper that took its place


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
    )


def _standing(paper, kind, *, ready):
    """A memo stays what it is, a record of what was proposed, whatever becomes of its order."""
    if kind != DocumentKind.MEMO and paper.state == ProposalState.REVOKED:
        revoked = paper.decisions.filter(move=ProposalMove.REVOKE).order_by("-pk").first()
        return {"standing": Standing.REVOKED, "since": revoked and thai.local_date(revoked.at)}
    if kind != DocumentKind.MEMO and paper.state == ProposalState.SUPERSEDED:
        return {"standing": Standing.SUPERSEDED} | _successor(paper, kind)
    standing = Standing.GENUINE if ready else Standing.MAKING
    return {"standing": standing, "in_force": kind != DocumentKind.MEMO}


def _successor(paper, kind):
    """The approved version that came next, whatever became of it since."""
    later = paper.cycle.proposals.filter(
        kind=paper.kind, version__gt=paper.version, state__in=ONCE_APPROVED
    )
    after = later.order_by("version").first()
    return {"since": day_on_paper(after), "successor": _number(after, kind) if after else ""}


def _number(paper, kind):
    number = paper.memo_number if kind == DocumentKind.MEMO else paper.number
    dated = _dated(paper, kind)
    return f"{number}/{thai.be_year(dated)}" if number and dated else ""


def _dated(paper, kind):
    if kind == DocumentKind.MEMO:
        return paper.proposed_at and thai.local_date(paper.proposed_at)
    return day_on_paper(paper)


def _title(paper, kind):
    memo = paper.body.get("memo", {}) if kind == DocumentKind.MEMO else {}
    return memo.get("subject") or paper.subject
