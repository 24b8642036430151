"""A wrong number or date of an approved paper: a new version that says what it corrects.

Nothing approved is changed: the paper in force is superseded by one with the same words, people
and signature, whose ``correction`` holds ``{"of": ids of the versions it stands for, "why",
"fields": [{"name", "old", "new"}]}``. The register keeps both numbers. A committee goes on under
the corrected order, with the rights as they are; an announcement is published anew. Under another
date the signature says whether the same person held the director's office or acted on that day.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from people import roles
from people.models import User
from people.states import Role
from workflow import notify, rules
from workflow.models import Decision, Proposal
from workflow.papers import committee, numbering, wording
from workflow.papers.memos import dated_on
from workflow.papers.moves import apply, day_in_words, hold, record_move
from workflow.states import ProposalKind, ProposalMove, ProposalState, Register

Corrected = dict[str, str]  # one field: its name, what stood there, what stands there now
# Official words, hence Thai in every language of the screen.
NAMES = {"number": "เลขที่คำสั่ง", "memo_number": "เลขที่บันทึกข้อความ", "dated": "วันที่"}


@transaction.atomic
def correct(
    proposal: Proposal,
    *,
    by: User,
    why: str,
    dated: date,
    number: str = "",
    memo_number: str = "",
) -> Proposal:
    """The director puts the right number or date in the place of a wrong one, with the reason."""
    hold(proposal, ProposalMove.SUPERSEDE)
    at, why = clock.now(), thai.trimmed(why)
    office = proposal.cycle.assessment.office
    acting = roles.acting_period(by, Role.DIRECTOR, office, day=clock.today(at)) is not None
    _require(proposal, by=by, why=why, dated=dated, at=at)
    fields = _fields(proposal, dated=dated, number=number, memo_number=memo_number)

    apply(proposal, ProposalMove.SUPERSEDE)
    fixed = _copied(proposal, fields, why=why)
    numbers = (
        {} if fixed.kind not in numbering.NUMBERED else _numbers(proposal, fixed, dated, fields)
    )
    apply(
        fixed,
        ProposalMove.APPROVE,
        approved_at=at,
        approved_by=proposal.approved_by,
        signed_as=_signed_as(proposal, dated),
        dated=dated,
        **numbers,
    )
    _copy_decisions(proposal, fixed)
    if fixed.kind == ProposalKind.ORDER:
        committee.carry_on(proposal, fixed, at=at)

    _notify_corrected(fixed, why)
    role = Role.DIRECTOR if acting else ""
    record_move(proposal, "supersede", by=by, before=ProposalState.APPROVED, why=why, role=role)
    record_move(
        fixed,
        "correct",
        by=by,
        why=why,
        role=role,
        number=fixed.number,
        memo_number=fixed.memo_number,
        dated=dated.isoformat(),
    )
    return fixed


def _require(proposal: Proposal, *, by: User, why: str, dated: date, at: datetime) -> None:
    office = proposal.cycle.assessment.office
    if not rules.may_correct(by, proposal, clock.today(at)):
        raise NotAllowed(
            _("Only the director, who did not propose it, corrects an approved paper.")
        )
    if Proposal.objects.filter(
        cycle=proposal.cycle_id, kind=proposal.kind, version__gt=proposal.version
    ).exists():
        raise MoveRefused(_("A later version is underway: the right number can stand in that one."))
    if not why:
        raise RuleBroken(_("Write why it is corrected."), "why")
    if dated > clock.today(at):
        raise RuleBroken(_("The date on the paper lies in the future."), "dated")
    proposed_on = clock.today(proposal.proposed_at)
    if dated < proposed_on:
        raise RuleBroken(
            _("The date on the paper lies before the day on which it was proposed: %(day)s.")
            % {"day": day_in_words(proposed_on)},
            "dated",
        )
    # The day that was approved stays right: acting that ended during it held when it was signed.
    if dated != _approved_day(proposal) and proposal.approved_by not in roles.held_on(
        office, Role.DIRECTOR, day=dated
    ):
        raise RuleBroken(
            _("Who signed it did not hold the director's office on that date."), "dated"
        )


def _approved_day(proposal: Proposal) -> date:
    """The day on the paper as it was approved."""
    return proposal.dated or clock.today(proposal.approved_at)


def _signed_as(proposal: Proposal, dated: date) -> dict[str, str]:
    """The lines under the signature: new only where the signer held the office otherwise then."""
    standing: dict[str, str] = proposal.signed_as
    signer, office = proposal.approved_by, proposal.cycle.assessment.office
    if signer is None or dated == _approved_day(proposal):
        return standing
    acting = roles.acting_period(signer, Role.DIRECTOR, office, day=dated) is not None
    if acting == bool(standing.get("acting")):
        return standing
    return {**wording.signature(signer, acting=acting, office=office), "name": standing["name"]}


def _fields(proposal: Proposal, *, dated: date, number: str, memo_number: str) -> list[Corrected]:
    """What differs from what was approved; refused when nothing does."""
    was, found = _approved_day(proposal), []
    if proposal.kind in numbering.NUMBERED:
        memo_day = dated_on(proposal) or dated
        for register, typed, old, days in (
            (Register.ORDER, number, proposal.number, (was, dated)),
            (Register.MEMO, memo_number, proposal.memo_number, (memo_day, memo_day)),
        ):
            kept = numbering.plain(typed or old) == old  # also one that would be refused today
            new = old if kept else numbering.checked(typed, register, dated=days[1])
            written = [f"{n}/{thai.be_year(d)}" for n, d in zip((old, new), days, strict=True)]
            if written[0] != written[1]:
                name = numbering.FIELDS[register]
                found.append({"name": name, "old": written[0], "new": written[1]})
    if dated != was:
        found.append({"name": "dated", "old": was.isoformat(), "new": dated.isoformat()})
    if not found:
        raise RuleBroken(_("Nothing differs from what was approved."))
    return found


def _copied(proposal: Proposal, fields: list[Corrected], *, why: str) -> Proposal:
    """The next version with the same words, as it was proposed."""
    return Proposal.objects.create(
        cycle=proposal.cycle,
        kind=proposal.kind,
        version=proposal.version + 1,
        state=ProposalState.PROPOSED,
        subject=proposal.subject,
        body=proposal.body,
        created_at=proposal.created_at,
        created_by=proposal.created_by,
        saved_at=proposal.saved_at,
        proposed_at=proposal.proposed_at,
        proposed_by=proposal.proposed_by,
        gaps=proposal.gaps,
        gaps_reason=proposal.gaps_reason,
        rendered_sha256=proposal.rendered_sha256,
        rendered_at=proposal.rendered_at,
        correction={
            "of": [*proposal.correction.get("of", []), proposal.pk],
            "why": why,
            "fields": fields,
        },
    )


def _numbers(
    proposal: Proposal, fixed: Proposal, dated: date, fields: list[Corrected]
) -> dict[str, str]:
    corrected = {row["name"]: row["new"].rpartition("/")[0] for row in fields}
    memo_day = dated_on(proposal) or dated
    numbers = {"number": proposal.number, "memo_number": proposal.memo_number}
    for register, day in ((Register.ORDER, dated), (Register.MEMO, memo_day)):
        name = numbering.FIELDS[register]
        if name in corrected:
            numbers[name] = numbering.enter_corrected(
                fixed, register, dated=day, number=corrected[name]
            )
    return numbers


def _copy_decisions(proposal: Proposal, fixed: Proposal) -> None:
    """Who endorsed and approved, when and how: the corrected paper rests on the same decisions."""
    acting = bool(fixed.signed_as.get("acting"))
    for row in proposal.decisions.exclude(move=ProposalMove.REVOKE).order_by("pk"):
        Decision.objects.create(
            proposal=fixed,
            **{
                name: getattr(row, name)
                for name in ("move", "by", "role", "opinion", "at", "on_paper", "scan", "scan_name")
            },
            acting=acting if row.move == ProposalMove.APPROVE else row.acting,
        )


def _notify_corrected(fixed: Proposal, why: str) -> None:
    office, year = fixed.cycle.assessment.office, fixed.cycle.assessment.fiscal_year
    if fixed.kind == ProposalKind.SAR and fixed.cycle.assessment.taken_up_at is not None:
        notify.people(
            notify.reviewers(),
            key=f"proposal:{fixed.pk}:corrected-with-obec",
            kind="proposal_corrected",
            title=lambda: (
                _("%(office)s corrected the date of its SAR of %(year)s")
                % {"office": office.short_name, "year": year}
            ),
            body=why,
            url=notify.page("submission", fixed.cycle),
        )
    named = (
        User.objects.filter(pk__in=committee.everybody_in(fixed.body))
        if fixed.kind == ProposalKind.ORDER
        else User.objects.none()
    )
    notify.people(
        [*named, fixed.proposed_by, *notify.holders(fixed.cycle, Role.COORDINATOR, Role.DEPUTY)],
        key=f"proposal:{fixed.pk}:corrected",
        kind="proposal_corrected",
        title=lambda: _("Number or date corrected: %(subject)s") % {"subject": fixed.subject},
        body=why,
        url=notify.page("proposal", fixed.cycle, fixed.kind),
    )


def correction_words(proposal: Proposal, *, memo: bool = False) -> str:
    """What the paper says of its correction; empty for one that corrects nothing.

    The ``memo`` of an order speaks of its own number only.
    """
    kept: dict[str, Any] = proposal.correction
    parts = [
        f"{NAMES[row['name']]} จาก {_said(row, 'old')} เป็น {_said(row, 'new')}"
        for row in kept.get("fields", ())
        if not memo or row["name"] == "memo_number"
    ]
    if not parts:
        return ""
    return f"ฉบับนี้ใช้แทนฉบับเดิม โดยแก้ไข{' และ'.join(parts)} เนื่องจาก{kept['why']}"


def _said(row: Corrected, which: str) -> str:
    text = row[which]
    return thai.format_date(date.fromisoformat(text)) if row["name"] == "dated" else text
