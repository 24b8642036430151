"""The one page of a proposal, shown by every view that ends on it."""

from datetime import date

from django.shortcuts import render

from people import clock
from workflow import rules
from workflow.domain import changes, memos, numbering, proposals
from workflow.domain.chart import acknowledged
from workflow.domain.paper_checks import problems_of
from workflow.domain.paper_view import order_view
from workflow.forms.proposals import ApproveForm, EndorseForm, PaperForm, RevokeForm
from workflow.models import Acknowledgement
from workflow.states import ProposalKind, ProposalMove, ProposalState, Register
from workflow.views.loading import load_versions

SIGNED = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)


def proposal_page(request, office, year, kind, *, version=None, status=200, **bound):
    """Render a version (the newest unless said) with what this person may do to it."""
    cycle, versions = load_versions(request, office, year, kind)
    shown = next((row for row in versions if version in (None, row.version)), None)
    day = clock.today()
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "overview",
        "kind": ProposalKind(kind),
        "step_kind": {"announcement": 1, "order": 3, "sar": 5}[kind],
        "proposal": shown,
        "versions": versions,
        "in_force": next((row for row in versions if row.state == ProposalState.APPROVED), None),
        "may_draft": rules.may_draft(request.user, cycle, day),
    }
    context["can_start"] = context["may_draft"] and (
        not versions or versions[0].state not in (ProposalState.DRAFT, *proposals.UNDECIDED)
    )
    if shown is not None:
        context |= _about(request.user, shown, is_newest=shown is versions[0], day=day)
        context["decides"] = bool({"endorse", "approve", "paper"} & _granted(context["can"]))
        context["shows_pages"] = shown.kind != ProposalKind.SAR and (
            context["decides"] or shown.state in SIGNED
        )
        context |= _forms(shown, day) | bound
    return render(request, "workflow/proposal.html", context, status=status)


def _about(user, proposal, *, is_newest, day):
    """Its text, decisions, what keeps it back, and what this person may do."""
    is_draft = proposal.state == ProposalState.DRAFT
    is_sar = proposal.kind == ProposalKind.SAR
    effective = proposal.body.get("effective")
    needs_deputy = proposals.needs_endorsement(proposal)
    return {
        "decisions": list(proposal.decisions.select_related("by", "scan")),
        "problems": problems_of(proposal) if is_draft else [],
        "sar_refusal": proposals.sar_refusal(proposal) if is_sar and is_draft else "",
        "order": order_view(proposal),
        "memo": memos.memo_of(proposal),
        "memo_dated": memos.dated_on(proposal),
        "changes": changes.changes(proposal),
        "effective": date.fromisoformat(effective) if effective else None,
        "needs_deputy": needs_deputy,
        "needs_deputy_next": is_draft
        and proposals.asks_deputy(proposal.cycle.assessment.office, proposer=user.pk),
        "can": _can(user, proposal, day=day, needs_deputy=needs_deputy) if is_newest else {},
        "is_newest": is_newest,
        "acknowledged": acknowledged(proposal) if proposal.published_at else None,
        "own_answer": Acknowledgement.objects.filter(
            proposal=proposal, user=user, acknowledged_at__isnull=False
        ).first()
        if proposal.published_at
        else None,
    }


def _can(user, proposal, *, day, needs_deputy):
    """What the person's authority and the proposal's state allow together."""

    def starts(move):
        return proposal.state in proposals.MOVES[move].sources

    drafter = rules.may_draft(user, proposal.cycle, day)
    undecided = starts(ProposalMove.APPROVE)
    approver = rules.may_approve(user, proposal, day)
    return {
        "edit": drafter and proposal.state == ProposalState.DRAFT,
        "propose": drafter and starts(ProposalMove.PROPOSE),
        "withdraw": starts(ProposalMove.WITHDRAW) and rules.may_withdraw(user, proposal, day),
        "endorse": starts(ProposalMove.ENDORSE) and rules.may_endorse(user, proposal, day),
        "approve": undecided and not needs_deputy and approver,
        "return": undecided and rules.may_return(user, proposal, day),
        "paper": undecided and rules.may_record_paper(user, proposal, day),
        "revoke": starts(ProposalMove.REVOKE) and rules.may_revoke(user, proposal, day),
        "publish": proposal.state == ProposalState.APPROVED
        and proposal.published_at is None
        and rules.may_publish(user, proposal, day),
        "acknowledge": proposal.state == ProposalState.APPROVED
        and proposal.published_at is not None
        and rules.may_acknowledge(user, proposal),
    }


def _granted(can):
    return {act for act, granted in can.items() if granted}


def following_numbers(proposal, day):
    """What an order and its memo are numbered when nobody types a number."""
    if proposal.kind not in numbering.NUMBERED:
        return {}
    office = proposal.cycle.assessment.office
    memo_day = memos.dated_on(proposal) or day
    return {
        "number": numbering.next_number(office, day),
        "memo_number": numbering.next_number(office, memo_day, Register.MEMO),
    }


def _forms(proposal, day):
    """Fresh forms for what may be decided."""
    seen = {"version": proposal.version, "edit": proposal.edit}
    signing = {
        "initial": seen | {"dated": day},
        "kind": proposal.kind,
        "following": following_numbers(proposal, day),
    }
    return {
        "endorse_form": EndorseForm(initial=seen),
        "approve_form": ApproveForm(**signing),
        "paper_form": PaperForm(prefix="paper", **signing),
        "revoke_form": RevokeForm(initial=seen),
    }
